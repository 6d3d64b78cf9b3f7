package relay

import (
	"io"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// sender gives a frame each interval, frames of them, and then nothing more.
type sender struct {
	frames   int
	interval time.Duration
	sent     []time.Time
}

func (s *sender) Read(b []byte) (int, error) {
	time.Sleep(s.interval)
	if len(s.sent) == s.frames {
		return 0, io.EOF
	}
	b[0], b[1] = byte(len(s.sent)>>8), byte(len(s.sent))
	s.sent = append(s.sent, time.Now())
	return 2, nil
}

// receiver notes which frame came when.
type receiver struct {
	numbers []int
	at      []time.Time
}

func (r *receiver) Write(b []byte) (int, error) {
	r.numbers = append(r.numbers, int(b[0])<<8|int(b[1]))
	r.at = append(r.at, time.Now())
	return len(b), nil
}

// carry is what comes of so many frames.
func carry(t *testing.T, l Line, frames int) (s *sender, r *receiver) {
	t.Helper()
	synctest.Test(t, func(*testing.T) {
		s, r = &sender{frames: frames, interval: time.Millisecond}, &receiver{}
		l.Carry(s, r)
	})
	return s, r
}

func TestEveryFrameArrivesLateByTheDelay(t *testing.T) {
	const delay = 150 * time.Millisecond
	s, r := carry(t, Line{Delay: delay}, 500)
	if len(r.numbers) != 500 || !slices.IsSorted(r.numbers) {
		t.Fatalf("%d of 500 frames arrived, in order: %v", len(r.numbers), slices.IsSorted(r.numbers))
	}
	for i, n := range r.numbers {
		if took := r.at[i].Sub(s.sent[n]); took != delay {
			t.Fatalf("frame %d took %v, want %v", n, took, delay)
		}
	}
}

func TestLossIsOfItsShareAndOfItsSeed(t *testing.T) {
	_, one := carry(t, Line{Loss: 0.05, Seed: 1}, 10_000)
	_, again := carry(t, Line{Loss: 0.05, Seed: 1}, 10_000)
	_, other := carry(t, Line{Loss: 0.05, Seed: 2}, 10_000)
	if lost := 10_000 - len(one.numbers); lost < 400 || lost > 600 {
		t.Errorf("%d of 10,000 frames were lost, want about 500", lost)
	}
	if !slices.Equal(one.numbers, again.numbers) {
		t.Error("the same seed lost other frames")
	}
	if slices.Equal(one.numbers, other.numbers) {
		t.Error("another seed lost the same frames")
	}
}

// TestFullLineLoses: a line is no endless store.
func TestFullLineLoses(t *testing.T) {
	_, r := carry(t, Line{Delay: time.Hour}, room+100)
	if n := len(r.numbers); n < room || n > room+1 { // one is in the hands of who delivers it
		t.Errorf("%d frames arrived, the line has room for %d", n, room)
	}
}
