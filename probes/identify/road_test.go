package identify

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes"
)

// TestRoad holds the road to its promises when an identifier forgets its own.
func TestRoad(t *testing.T) {
	d := &device{scripts: []script{says("hello there\n")}}
	synctest.Test(t, func(t *testing.T) {
		r := &road{reach: d, ep: at(7), left: 2}
		defer r.close()
		ctx, cancel := context.WithTimeout(t.Context(), maxTurn)
		defer cancel()
		if err := r.open(ctx); err != nil {
			t.Fatal(err)
		}
		r.begin(ctx)
		greeting := r.line.listen(time.Second, func(b []byte) bool { return bytes.HasSuffix(b, []byte("\n")) })
		conn, err := r.Dial(ctx, at(7))
		if err != nil {
			t.Fatal(err)
		}
		again := make([]byte, 64)
		if n, _ := conn.Read(again); !bytes.Equal(again[:n], greeting) {
			t.Errorf("replayed %q, heard %q", again[:n], greeting)
		}
		if _, err := r.Dial(ctx, at(8)); !errors.Is(err, probes.ErrScope) {
			t.Errorf("another port: %v", err)
		}
		if _, err := r.Ask(ctx, udpAt(7), nil); !errors.Is(err, probes.ErrScope) {
			t.Errorf("datagram: %v", err)
		}
		if _, err := r.Dial(ctx, at(7)); err != nil {
			t.Errorf("second: %v", err)
		}
		if _, err := r.Dial(ctx, at(7)); !errors.Is(err, probes.ErrBudget) {
			t.Errorf("third: %v", err)
		}
		if _, err := r.HTTP(at(7)).Get("http://192.168.1.20:7/"); !errors.Is(err, probes.ErrBudget) {
			t.Errorf("fourth, by HTTP: %v", err)
		}
		r.close()
		d.playing.Wait()
	})
	if len(d.dialled) != 2 || d.most != 1 {
		t.Errorf("%d connections, %d at once", len(d.dialled), d.most)
	}
}

// TestLineEnds: no peer can make us read for ever.
func TestLineEnds(t *testing.T) {
	ours, theirs := net.Pipe()
	go endless("la la la ")(theirs)
	l := newLine(ours, false)
	defer l.Close()
	n, err := io.Copy(io.Discard, l)
	if n < maxHeard || n > maxHeard+64<<10 || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("read %d bytes, %v", n, err)
	}
	if len(l.heard()) != maxGreeting {
		t.Errorf("kept %d bytes", len(l.heard()))
	}
}

// TestLineBind: the talk's deadline replaces the handshake's.
func TestLineBind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		defer theirs.Close()
		ours.SetDeadline(time.Now().Add(time.Second))
		ctx, cancel := context.WithTimeout(t.Context(), maxTurn)
		defer cancel()
		l := newLine(ours, false)
		defer l.Close()
		l.bind(ctx)
		go after(2*time.Second, says("late"))(theirs)
		if n, err := l.Read(make([]byte, 9)); n != 4 || err != nil {
			t.Errorf("read %d bytes, %v", n, err)
		}
		start := time.Now()
		if _, err := l.Read(make([]byte, 9)); err == nil || time.Since(start) != maxTurn-2*time.Second {
			t.Errorf("silence ended with %v after %v", err, time.Since(start))
		}
	})
}

// TestLineOver: nothing puts off the end of the talk.
func TestLineOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		defer theirs.Close()
		ctx, cancel := context.WithTimeout(t.Context(), maxTurn)
		l := newLine(ours, false)
		defer l.Close()
		l.bind(ctx)
		cancel()
		synctest.Wait()
		l.SetReadDeadline(time.Now().Add(time.Second))
		start := time.Now()
		if _, err := l.Read(make([]byte, 9)); err == nil || time.Since(start) != 0 {
			t.Errorf("ended with %v after %v", err, time.Since(start))
		}
	})
}

// TestLineSilence: who says nothing to a question is not waited for to the end
// of the talk, and who has begun is.
func TestLineSilence(t *testing.T) {
	for _, tt := range []struct {
		play script
		want time.Duration
	}{
		{mum, maxSilence},
		{after(maxSilence-time.Second, says("late")), maxTurn},
	} {
		synctest.Test(t, func(t *testing.T) {
			ours, theirs := net.Pipe()
			defer theirs.Close()
			ctx, cancel := context.WithTimeout(t.Context(), maxTurn)
			defer cancel()
			l := newLine(ours, false)
			defer l.Close()
			l.bind(ctx)
			go func() { theirs.Read(make([]byte, 9)); tt.play(theirs) }()
			l.Write([]byte("question"))
			start := time.Now()
			io.Copy(io.Discard, l)
			if got := time.Since(start); got != tt.want {
				t.Errorf("waited %v, want %v", got, tt.want)
			}
		})
	}
}

// slowClose takes a second to close, as TLS may that says goodbye first.
type slowClose struct{ net.Conn }

func (c slowClose) Close() error {
	<-time.After(time.Second) // of the bubble's clock
	return c.Conn.Close()
}

// TestLineCloseWaits: a second Close returns when the first is done.
func TestLineCloseWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		defer theirs.Close()
		l := newLine(slowClose{ours}, false)
		go l.Close()
		synctest.Wait()
		start := time.Now()
		if err := l.Close(); err != nil || time.Since(start) != time.Second {
			t.Errorf("closed after %v, %v", time.Since(start), err)
		}
	})
}
