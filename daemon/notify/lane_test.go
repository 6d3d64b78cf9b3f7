package notify

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

func TestADeadChannelDelaysNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, p, _ := house(t, lan.Rule{}, lan.Rule{Channel: "b"})
		p.spoil("a", errHang)
		for i := range 5 {
			n.Tell([]lan.Event{event("joined", fmt.Sprint(i))})
			after(10 * time.Second)
		}
		if got := p.count("b"); got != 5 {
			t.Errorf("%d of 5 reached the other", got)
		}
	})
}

func TestTriedAgainAndGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, p, log := house(t, lan.Rule{}, lan.Rule{Channel: "b"})
		p.spoil("a", errors.New("no line"))
		p.spoil("b", refusal{words: "no"})
		n.Tell([]lan.Event{event("joined", "cam")})
		after(40 * time.Minute)
		tries := map[string]int{}
		for _, d := range n.Deliveries() {
			tries[d.Channel] = d.Tries
			if d.State != "waiting" || d.Error == "" || !d.Next.After(time.Now()) {
				t.Errorf("%+v", d)
			}
		}
		if tries["a"] < 5 || tries["a"] > 7 || tries["b"] != 1 {
			t.Errorf("tries %v", tries)
		}
		p.spoil("a", nil)
		after(25 * time.Hour)
		for _, d := range n.Deliveries() {
			want := map[string]string{"a": "sent", "b": "given up"}[d.Channel]
			if d.State != want || !d.Next.IsZero() || d.Tries > 30 {
				t.Errorf("%+v, want %s", d, want)
			}
		}
		if strings.Count(log.String(), "channel=b") != 2 {
			t.Errorf("logged\n%s", log)
		}
	})
}

func TestFloodIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, p, log := house(t, lan.Rule{})
		for i := range 3000 { // five minutes of a device with ever another address
			n.Tell([]lan.Event{event("joined", fmt.Sprint(i))})
			after(time.Second)
		}
		after(time.Hour)
		if got := p.count("a"); got < 5 || got > 60 {
			t.Errorf("%d messages", got)
		}
		n.Tell(make([]lan.Event, 3*maxInbox))
		after(time.Minute)
		if !strings.Contains(log.String(), fmt.Sprint("events=", 2*maxInbox)) {
			t.Errorf("the log does not say what was left out: %s", log)
		}
		if len(n.told) > maxTold || len(n.held) > maxHeld || len(n.Deliveries()) > maxDeliveries {
			t.Errorf("%d told, %d held, %d deliveries", len(n.told), len(n.held), len(n.Deliveries()))
		}
	})
}

// TestGraveDoesNotRest: trivial messages hold up nothing that is to be mended now,
// and many of these are not one message each.
func TestGraveDoesNotRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, p, _ := house(t, lan.Rule{})
		for i := range burst + 2 {
			n.Tell([]lan.Event{event("joined", fmt.Sprint(i))})
			after(4 * time.Second)
		}
		if got := p.count("a"); got != burst {
			t.Fatalf("%d messages", got)
		}
		grave := event(lan.FindingNew, "cam")
		grave.Severity = lan.ActNow
		n.Tell([]lan.Event{grave})
		after(gather + time.Second)
		if got := p.count("a"); got != burst+1 || !strings.Contains(p.sent[got-1], "- finding-new cam") {
			t.Errorf("sent %q", p.sent)
		}
		for i := range 100 {
			grave.Check = fmt.Sprint(i)
			n.Tell([]lan.Event{grave})
			after(4 * time.Second)
		}
		if got := p.count("a"); got != 2*burst {
			t.Errorf("%d messages", got)
		}
	})
}

func TestQueueIsBounded(t *testing.T) {
	n, err := Open(Options{Journal: &paper{}, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	l := n.lane("a")
	for i := range maxQueue + 3 {
		n.post(l, &parcel{Message: &message{Title: fmt.Sprint(i)}})
		l.trying = l.queue[0]
	}
	if len(l.queue) != maxQueue || l.queue[0].Message.Title != "0" || l.queue[1].Message.Title != "4" {
		t.Errorf("%d wait, the first %s and %s", len(l.queue), l.queue[0].Message.Title, l.queue[1].Message.Title)
	}
}

func TestPanicInADelivery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, p, log := house(t, lan.Rule{})
		p.spoil("a", errPanic)
		if err := n.Test(t.Context(), "a"); err == nil || !strings.Contains(log.String(), "oh") {
			t.Errorf("%v, log %s", err, log)
		}
	})
}

// TestWhatWaitsSurvivesARestart: what is held and what could not be delivered comes
// again after a stop, what was told does not.
func TestWhatWaitsSurvivesARestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "waiting")
	synctest.Test(t, func(t *testing.T) {
		book := &paper{}
		run := func(p *office, events ...lan.Event) {
			n, err := Open(Options{Journal: book, Log: quiet(), Now: time.Now, Waiting: file, send: p.send})
			if err != nil {
				t.Fatal(err)
			}
			if len(book.lines) == 0 {
				a := lan.Alerts{Channels: []lan.Channel{channelOf("a"), channelOf("b")}, Rules: []lan.Rule{{ID: "r", Channel: "a", Digest: true}, {ID: "s", Channel: "b"}}}
				if err := n.SetAlerts(a); err != nil {
					t.Fatal(err)
				}
			}
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error, 1)
			go func() { done <- n.Run(ctx) }()
			n.Tell(events)
			after(time.Minute)
			if len(events) == 0 {
				after(25 * time.Hour)
			}
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		first := &office{fail: map[string]error{"b": errors.New("no line")}}
		run(first, event("joined", "cam"))
		second := &office{}
		run(second, event("joined", "cam"))
		third := &office{}
		run(third)
		if first.count("a")+first.count("b")+second.count("a") != 0 || second.count("b") != 1 {
			t.Errorf("too early or twice: %q %q", first.sent, second.sent)
		}
		if third.count("a") != 1 || third.count("b") != 0 {
			t.Errorf("after the restart: %q", third.sent)
		}
	})
}
