package notify

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestTellNeverWaits: neither for who sorts nor for the flash.
func TestTellNeverWaits(t *testing.T) {
	n, err := Open(Options{Journal: &paper{}, Log: quiet(), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	n.mu.Lock()
	n.Tell([]lan.Event{event("joined", "x")}) // or for ever
	n.mu.Unlock()
}

func flood(from, to int) (list []lan.Event) {
	for i := range to - from {
		list = append(list, event(lan.DeviceJoined, fmt.Sprint(from+i)))
	}
	return list
}

// TestFloodHidesNothingGrave: what matters is told though everything else comes after
// it, whether at once or in a night whose quiet hold it.
func TestFloodHidesNothingGrave(t *testing.T) {
	grave := []lan.Event{
		{What: lan.GatewayChanged, Device: "router", Words: "gateway"},
		{What: lan.FindingNew, Device: "cam", Check: "c", Severity: lan.ActNow, Words: "grave"},
	}
	for name, tell := range map[string]func(n *Notifier){
		"at once": func(n *Notifier) { n.Tell(append(slices.Clone(grave), flood(0, 2*maxInbox)...)) },
		"one after another": func(n *Notifier) {
			n.Tell(grave)
			for i := range 4 * maxHeld / 100 {
				n.Tell(flood(100*i, 100*i+100))
				after(time.Second)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n, p, _ := house(t, lan.Rule{Delay: 5})
				tell(n)
				after(time.Hour)
				all := strings.Join(p.sent, "\n")
				if !strings.Contains(all, "- grave") || !strings.Contains(all, "- gateway") {
					t.Errorf("told %.2000q", all)
				}
			})
		})
	}
}

// TestFullQueue gives up what weighs least, and never what is being tried.
func TestFullQueue(t *testing.T) {
	n, err := Open(Options{Journal: &paper{}, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	l := n.lane("a")
	put := func(title string, severity lan.Severity, events int) {
		m := &message{Title: title}
		for range events {
			m.Events = append(m.Events, &lan.Event{})
		}
		m.Events[0].Severity = severity
		n.post(l, &parcel{Message: m})
	}
	put("tried", lan.ForInfo, 1)
	l.trying = l.queue[0]
	put("grave", lan.ActNow, 1)
	for i := range maxQueue {
		put(fmt.Sprint(i), lan.WhenYouCan, 1)
	}
	if len(l.queue) != maxQueue || l.queue[0].Message.Title != "tried" || l.queue[1].Message.Title != "grave" || l.queue[2].Message.Title != "2" {
		t.Errorf("%d wait, %s, %s, %s", len(l.queue), l.queue[0].Message.Title, l.queue[1].Message.Title, l.queue[2].Message.Title)
	}
	put("great", lan.WhenYouCan, maxQueued-10)
	events := 0
	for _, p := range l.queue {
		events += len(p.Message.Events)
	}
	if events > maxQueued || l.queue[1].Message.Title != "grave" || l.queue[len(l.queue)-1].Message.Title != "great" {
		t.Errorf("%d events wait in %d messages", events, len(l.queue))
	}
}

func TestThin(t *testing.T) {
	weigh := func(n int) lan.Severity { return lan.Severity(n / 10) }
	for _, c := range []struct{ list, kept, out []int }{
		{[]int{30, 1, 2}, []int{30, 1, 2}, nil},
		{[]int{1, 30, 2, 31}, []int{30, 2, 31}, []int{1}},
		{[]int{1, 30, 2, 10, 31}, []int{30, 10, 31}, []int{1, 2}},
		{[]int{30, 31, 32, 1, 33}, []int{31, 32, 33}, []int{30, 1}},
	} {
		kept, out := thin(c.list, 3, weigh)
		if !slices.Equal(kept, c.kept) || !slices.Equal(out, c.out) {
			t.Errorf("%v: %v and %v", c.list, kept, out)
		}
	}
}
