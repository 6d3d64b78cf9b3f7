package wire

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"
)

// queue answers each Send with the next of its errors, then with nil.
type queue struct {
	errs []error
	sent int
}

func (q *queue) Send([]byte) error {
	q.sent++
	if len(q.errs) == 0 {
		return nil
	}
	err := q.errs[0]
	q.errs = q.errs[1:]
	return err
}

func TestSendSoon(t *testing.T) {
	full, broken := fmt.Errorf("no room: %w", unix.ENOBUFS), errors.New("no wire")
	always := make([]error, 100)
	for i := range always {
		always[i] = full
	}
	for name, c := range map[string]struct {
		errs []error
		want error
		sent int
	}{
		"at once":        {nil, nil, 1},
		"a little later": {[]error{full, full}, nil, 3},
		"never":          {always, full, 11}, // at first, and ten times in 200 ms
		"broken":         {[]error{broken}, broken, 1},
		"refused":        {[]error{fmt.Errorf("%w: elsewhere", ErrRefused)}, nil, 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			q := &queue{errs: c.errs}
			if err := SendSoon(t.Context(), q, nil, 200*time.Millisecond); !errors.Is(err, c.want) || q.sent != c.sent {
				t.Errorf("%s: %v after %d tries", name, err, q.sent)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if q := (&queue{errs: always}); SendSoon(ctx, q, nil, time.Second) != nil || q.sent != 1 {
		t.Errorf("went on after its end: %d tries", q.sent)
	}
}
