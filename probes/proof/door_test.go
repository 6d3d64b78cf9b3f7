package proof

import (
	"context"
	"errors"
	"io"
	"os"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
)

// TestContextEndHangsUp: no door holds on to a device that falls silent in the
// middle of a conversation.
func TestContextEndHangsUp(t *testing.T) {
	for name, tt := range map[string]struct {
		greeting string // that makes the visitor write
		knock    func(ctx context.Context, s lan.Service) error
	}{
		"telnet": {"\xff\xfd\x18", func(ctx context.Context, s lan.Service) error {
			_, _, err := (&telnetDoor{reach: road{}, ep: s.Endpoint()}).Look(ctx)
			return err
		}},
		"ftp": {"220 hello\r\n", func(ctx context.Context, s lan.Service) error {
			_, _, err := (&ftpDoor{reach: road{}, ep: s.Endpoint()}).Try(ctx, Login{"a", "b"})
			return err
		}},
		"web": {"", func(ctx context.Context, s lan.Service) error {
			_, _, err := Of(&probes.Pass{Reach: road{}, Service: s}, logins.Record{Auth: "basic", Path: "/"}).Look(ctx)
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			met, left := make(chan struct{}), make(chan error, 1)
			s := scripted(t, name, nil, func(c *talk) {
				c.say(tt.greeting)
				_, _ = c.in.ReadByte()
				close(met)
				_, err := io.Copy(io.Discard, c.in) // until the visitor goes
				left <- err
			})
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error, 1)
			go func() { done <- tt.knock(ctx, s) }()
			<-met
			cancel()
			if err := <-left; errors.Is(err, os.ErrDeadlineExceeded) {
				t.Error("the visitor never hung up")
			}
			if err := <-done; err == nil {
				t.Error("no error")
			}
		})
	}
}
