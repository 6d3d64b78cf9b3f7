package wire

import (
	"context"
	"errors"
	"time"
)

// drain is how long a full send queue is left to drain.
const drain = 20 * time.Millisecond

// Sender is the half of a Socket that sends.
type Sender interface{ Send(frame []byte) error }

// SendSoon sends frame, trying again for as long as patience while the machine's
// queues are full (see Busy). That the scope refuses the frame by now, and the
// end of ctx, are no errors.
func SendSoon(ctx context.Context, s Sender, frame []byte, patience time.Duration) error {
	var err error
	for ; ; patience -= drain {
		if err = s.Send(frame); !Busy(err) || patience < drain {
			break
		}
		t := time.NewTimer(drain)
		select {
		case <-t.C:
		case <-ctx.Done():
		}
		t.Stop()
		if ctx.Err() != nil {
			break
		}
	}
	if errors.Is(err, ErrRefused) || ctx.Err() != nil {
		return nil
	}
	return err
}
