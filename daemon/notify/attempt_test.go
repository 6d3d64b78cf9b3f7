package notify

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestOneMessageBlocksNoOther: one that is refused for what it says, or at which the
// server falls over, keeps nothing else back.
func TestOneMessageBlocksNoOther(t *testing.T) {
	for name, c := range map[string]struct {
		err   error
		tries int // at most
	}{
		"refused":    {refusal{words: "no", content: true}, maxRefusals},
		"falls over": {errors.New("500"), 40},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n, p, _ := house(t, lan.Rule{})
				p.deny = func(m *message) error {
					if strings.Contains(m.Words, "bad") {
						return c.err
					}
					return nil
				}
				n.Tell([]lan.Event{event("joined", "bad")})
				after(3 * time.Hour) // long enough for the pauses to be long
				n.Tell([]lan.Event{event("joined", "good")})
				after(time.Minute)
				if p.count("a") != 1 {
					t.Errorf("after a minute: %q", p.sent)
				}
				after(25 * time.Hour)
				for _, d := range n.Deliveries() {
					bad := strings.Contains(d.Words, "bad")
					if bad && (d.State != "given up" || d.Tries > c.tries) || !bad && d.State != "sent" {
						t.Errorf("%+v", d)
					}
				}
			})
		})
	}
}

// TestAllComeWhenTheServerDoes, as soon as one does.
func TestAllComeWhenTheServerDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, p, _ := house(t, lan.Rule{})
		p.spoil("a", errors.New("no line"))
		for _, device := range []string{"x", "y", "z"} {
			n.Tell([]lan.Event{event("joined", device)})
			after(2 * time.Hour)
		}
		p.spoil("a", nil)
		after(90 * time.Minute)
		if p.count("a") != 3 {
			t.Errorf("%q", p.sent)
		}
		p.spoil("a", errors.New("no line"))
		n.Tell([]lan.Event{event("joined", "w")})
		after(5 * time.Minute)
		if d := n.Deliveries(); d[0].Tries < 3 {
			t.Errorf("it is still taken for away: %+v", d[0])
		}
	})
}

// TestAMendedChannelIsTriedAtOnce: the owner has entered another password.
func TestAMendedChannelIsTriedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, p, _ := house(t, lan.Rule{})
		p.spoil("a", refusal{words: "no"})
		n.Tell([]lan.Event{event("joined", "x")})
		after(time.Minute)
		p.spoil("a", nil)
		a := n.Alerts()
		a.Channels[0].Key = "right"
		if err := n.SetAlerts(a); err != nil {
			t.Fatal(err)
		}
		after(time.Second)
		if p.count("a") != 1 {
			t.Errorf("%+v", n.Deliveries())
		}
	})
}

// TestMendedDuringATry: a try with the old password that ends after the new one was
// entered keeps nothing back.
func TestMendedDuringATry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, p, _ := house(t, lan.Rule{})
		ended := make(chan struct{})
		n.o.send = func(ctx context.Context, c *lan.Channel, m *message) error {
			if c.Key == "right" {
				return p.send(ctx, c, m)
			}
			<-ended
			return refusal{words: "who are you"}
		}
		n.Tell([]lan.Event{event("joined", "x")})
		after(10 * time.Second)
		a := n.Alerts()
		a.Channels[0].Key = "right"
		if err := n.SetAlerts(a); err != nil {
			t.Fatal(err)
		}
		close(ended)
		after(time.Second)
		if d := n.Deliveries()[0]; p.count("a") != 1 || d.State != "sent" || d.Error != "" {
			t.Errorf("%+v", d)
		}
	})
}

// TestPause: a server that says how long is not asked the more often for it, and
// cannot silence us for a day.
func TestPause(t *testing.T) {
	for name, c := range map[string]struct {
		tries       int
		err         error
		least, most time.Duration
	}{
		"first":            {1, errors.New("x"), firstPause, 2 * firstPause},
		"later":            {4, errors.New("x"), 8 * firstPause, 16 * firstPause},
		"late":             {40, errors.New("x"), maxPause, 2 * maxPause},
		"no":               {1, refusal{}, maxPause, 2 * maxPause},
		"in a minute":      {1, refusal{after: time.Minute}, time.Minute, 2 * time.Minute},
		"again":            {9, refusal{after: time.Minute}, maxPause, 2 * maxPause},
		"in a week":        {1, refusal{after: 7 * 24 * time.Hour}, maxPause, 2 * maxPause},
		"what it contains": {1, refusal{content: true}, maxPause, 2 * maxPause},
	} {
		if got := pause(c.tries, c.err); got < c.least || got >= c.most {
			t.Errorf("%s: %s", name, got)
		}
	}
}
