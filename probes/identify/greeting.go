package identify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// greeting reads what the service at ep says until it is complete, it pauses
// once it has begun or hangs up, or maxGreeting bytes have come; then says farewell
// and closes the connection. A greeting of no bytes is probes.ErrNotMine.
func greeting(ctx context.Context, r probes.Reach, ep lan.Endpoint, complete func([]byte) bool, farewell ...byte) ([]byte, error) {
	conn, err := r.Dial(ctx, ep)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", ep, err)
	}
	defer conn.Close()
	said := make([]byte, 0, maxGreeting)
	until, _ := ctx.Deadline()
	for len(said) < maxGreeting && !complete(said) {
		n, err := conn.Read(said[len(said):maxGreeting])
		said = said[:len(said)+n]
		if err != nil {
			if len(said) == 0 && !errors.Is(err, io.EOF) {
				return nil, fmt.Errorf("read from %s: %w", ep, err)
			}
			break
		}
		if pause := time.Now().Add(telnetPause); until.IsZero() || pause.Before(until) {
			conn.SetReadDeadline(pause) // not everybody ends a greeting with a line's end
		}
	}
	if len(said) == 0 {
		return nil, probes.ErrNotMine
	}
	if len(farewell) > 0 {
		// A service that no longer listens has said what we came for.
		conn.Write(farewell)
	}
	return said, nil
}
