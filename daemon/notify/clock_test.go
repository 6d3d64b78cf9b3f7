package notify

import (
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// settable makes n go by a clock that is off by what it is set to.
func settable(n *Notifier) *atomic.Int64 {
	var off atomic.Int64
	n.mu.Lock()
	defer n.mu.Unlock()
	n.o.Now = func() time.Time { return time.Now().Add(time.Duration(off.Load())) }
	return &off
}

// TestClockSetForward: a message is given up after a day of tries, not by the clock.
func TestClockSetForward(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, p, _ := house(t, lan.Rule{})
		off := settable(n)
		p.spoil("a", errHang)
		n.Tell([]lan.Event{event("joined", "cam")})
		after(20 * time.Second) // in a try
		off.Store(int64(3 * 24 * time.Hour))
		after(20 * time.Hour)
		if d := n.Deliveries()[0]; d.State != "waiting" || d.Tries < 10 {
			t.Errorf("%+v", d)
		}
		after(6 * time.Hour)
		if d := n.Deliveries()[0]; d.State != "given up" {
			t.Errorf("%+v", d)
		}
	})
}

// TestClockSetBack: what waits does not wait until the old time has come again.
func TestClockSetBack(t *testing.T) {
	const month = -30 * 24 * time.Hour
	for name, c := range map[string]struct {
		rule lan.Rule
		many int // events before
		err  error
		wait time.Duration
		at   string // when the last is told, "" for at once
	}{
		"delayed":   {lan.Rule{Delay: 30}, 1, nil, 40 * time.Minute, ""},
		"refused":   {lan.Rule{}, 1, refusal{words: "no"}, 2 * time.Hour, ""},
		"enough":    {lan.Rule{}, burst + 2, nil, 30 * time.Minute, ""},
		"digest":    {lan.Rule{Digest: true}, 1, nil, 26 * time.Hour, "08:00"},
		"and quiet": {lan.Rule{Digest: true, Quiet: lan.Hours{From: "22:00", To: "09:00"}}, 1, nil, 26 * time.Hour, "09:00"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n, p, _ := house(t, c.rule)
				off := settable(n)
				p.spoil("a", c.err)
				for range c.many - 1 {
					n.Tell([]lan.Event{event("joined", strings.Repeat("x", len(p.sent)+1))})
					after(4 * time.Second)
				}
				n.Tell([]lan.Event{event("joined", "last")})
				after(10 * time.Second)
				off.Store(int64(month - 90*time.Minute))
				p.spoil("a", nil)
				after(c.wait)
				if len(p.sent) == 0 || !strings.Contains(p.sent[len(p.sent)-1], "joined last") {
					t.Fatalf("told %q", p.sent)
				}
				if at := p.at[len(p.at)-1].Add(time.Duration(off.Load())).Format("15:04"); c.at != "" && at != c.at {
					t.Errorf("told at %s", at)
				}
			})
		})
	}
}

// TestClockWasAhead: what an earlier process left is from a time that has not come.
func TestClockWasAhead(t *testing.T) {
	n, _ := keeper(t, "", &office{}, lan.Rule{})
	n.resume(kept{Queue: map[string][]*parcel{"a": {{Message: &message{}, First: time.Now().Add(1000 * time.Hour)}}}})
	if first := n.lanes["a"].queue[0].First; first.After(time.Now()) {
		t.Errorf("first tried at %s", first)
	}
}
