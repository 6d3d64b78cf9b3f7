package reach

import (
	"context"
	"errors"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestShortOfSockets: what this machine is short of is waited for, and told of
// when it does not come; what a device says is not.
func TestShortOfSockets(t *testing.T) {
	short := &net.OpError{Op: "dial", Err: os.NewSyscallError("socket", syscall.EMFILE)}
	refused := &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	for name, c := range map[string]struct {
		fails int // how often
		err   error
		want  error
		calls int
		notes int
	}{
		"for a moment": {3, short, nil, 4, 0},
		"for good":     {1 << 20, short, syscall.EMFILE, maxShort + 1, 1},
		"not at all":   {1, refused, syscall.ECONNREFUSED, 1, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			r, calls := NewRoad(NewScope(nil), Options{}), 0
			_, err := r.patiently(t.Context(), func() (net.Conn, error) {
				if calls++; calls <= c.fails {
					return nil, c.err
				}
				return nil, nil
			})
			if !errors.Is(err, c.want) || calls != c.calls || len(r.Notes()) != c.notes {
				t.Errorf("%s: %v after %d calls, notes %q", name, err, calls, r.Notes())
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		r := NewRoad(NewScope(nil), Options{})
		_, err := r.patiently(ctx, func() (net.Conn, error) { return nil, short })
		if !errors.Is(err, context.DeadlineExceeded) || len(r.Notes()) != 1 || !strings.Contains(r.Notes()[0], "put (1)") {
			t.Errorf("%v, notes %q", err, r.Notes())
		}
	})
}

// TestAnswersWaitedForAreBounded: each holds a file.
func TestAnswersWaitedForAreBounded(t *testing.T) {
	r := loopback(t)
	if n := cap(r.asks) + cap(r.slots); n > files()/filesPerAsk+files()/filesPerPlace {
		t.Errorf("%d sockets of %d files", n, files())
	}
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer pc.Close()
	r.answer = time.Millisecond
	for range cap(r.asks) {
		r.asks <- struct{}{}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := r.Ask(ctx, endpoint(t, pc.LocalAddr(), lan.UDP), []byte("x")); err == nil || !strings.Contains(err.Error(), "turn of all") {
		t.Errorf("asked, %v", err)
	}
	if told := len(r.Notes()) == 1; told != (cap(r.asks) < maxAsks) {
		t.Errorf("of %d places the owner is told %q", cap(r.asks), r.Notes())
	}
	<-r.asks
	for range 3 { // the place is given back
		if _, err := r.Ask(t.Context(), endpoint(t, pc.LocalAddr(), lan.UDP), []byte("x")); !errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), "turn") {
			t.Errorf("not asked: %v", err)
		}
	}
}

// TestLateDatagramsAreNotMadeUpFor: those that had to wait for others' sockets do
// not come in a bunch.
func TestLateDatagramsAreNotMadeUpFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turn, busy := newTurn(), make(chan struct{})
		gap := time.Duration(float64(time.Second) / lan.Careful.Rate())
		var at []time.Time
		var wait sync.WaitGroup
		for range 5 {
			wait.Go(func() {
				_ = turn.speak(t.Context(), lan.Normal, func() error {
					<-busy
					at = append(at, time.Now())
					return nil
				})
			})
		}
		time.Sleep(time.Minute)
		close(busy)
		wait.Wait()
		for i := 1; i < len(at); i++ {
			if d := at[i].Sub(at[i-1]); d < gap {
				t.Errorf("%v between two, %v wanted", d, gap)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := turn.speak(ctx, lan.Normal, func() error { t.Error("said"); return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	})
}
