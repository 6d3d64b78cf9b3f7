package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// paper is a Journal in memory.
type paper struct {
	mu    sync.Mutex
	lines []json.RawMessage
	full  bool
}

func (p *paper) Append(kind string, value any) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.full {
		return errors.New("the journal is full")
	}
	raw, err := json.Marshal(value)
	p.lines = append(p.lines, raw)
	return err
}

func (p *paper) Replay(kind string, each func(time.Time, json.RawMessage) error) error {
	for _, raw := range p.lines {
		if err := each(time.Time{}, raw); err != nil {
			return err
		}
	}
	return nil
}

// office is a house's post office: what was sent, and what fails.
type office struct {
	mu   sync.Mutex
	sent []string // "channel title|words"
	at   []time.Time
	fail map[string]error
	deny func(*message) error // of one message; nil for none
}

// errHang makes a channel never answer.
var errHang = errors.New("hangs")

// errPanic makes a channel panic.
var errPanic = errors.New("oh")

func (p *office) send(ctx context.Context, c *lan.Channel, m *message) error {
	p.mu.Lock()
	err := p.fail[c.ID]
	if err == nil && p.deny != nil {
		err = p.deny(m)
	}
	if err == nil {
		p.sent, p.at = append(p.sent, c.ID+" "+m.Title+"|"+m.Words), append(p.at, time.Now())
	}
	p.mu.Unlock()
	if err == errPanic {
		panic(err)
	}
	if err == errHang {
		<-ctx.Done()
		return ctx.Err()
	}
	return err
}

// spoil makes a channel fail with err, or work again.
func (p *office) spoil(channel string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fail[channel] = err
}

func (p *office) count(channel string) (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.sent {
		if strings.HasPrefix(s, channel+" ") {
			n++
		}
	}
	return n
}

func channelOf(id string) lan.Channel {
	return lan.Channel{ID: id, Kind: "webhook", Server: "https://192.0.2.1/x"}
}

// house is a Notifier at work in a synctest bubble.
func house(t *testing.T, rules ...lan.Rule) (*Notifier, *office, *bytes.Buffer) {
	t.Helper()
	log := &bytes.Buffer{}
	p := &office{fail: map[string]error{}}
	n, err := Open(Options{Journal: &paper{}, Log: slog.New(slog.NewTextHandler(log, nil)), Now: time.Now, send: p.send,
		Decisions: func() []lan.Decision { return []lan.Decision{{Device: "cam", What: "room", Value: "Attic"}} }})
	if err != nil {
		t.Fatal(err)
	}
	for i := range rules {
		rules[i].ID = fmt.Sprint("r", i)
		if rules[i].Channel == "" {
			rules[i].Channel = "a"
		}
	}
	if err := n.SetAlerts(lan.Alerts{Channels: []lan.Channel{channelOf("a"), channelOf("b")}, Rules: rules}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- n.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return n, p, log
}

// after lets d go by.
func after(d time.Duration) {
	timer := time.NewTimer(d)
	<-timer.C
	synctest.Wait()
}

func event(what lan.Happening, device string) lan.Event {
	return lan.Event{What: what, Device: device, Name: device, Words: string(what) + " " + device}
}

// moved is the coming or going of a thing.
func moved(what lan.Happening, device string) lan.Event {
	e := event(what, device)
	e.Kind = "camera"
	return e
}

func TestSelects(t *testing.T) {
	gone := []lan.Happening{lan.DeviceGone, lan.DeviceBack}
	phone := lan.Event{What: lan.DeviceGone, Device: "anna", Kind: "phone"}
	camera := lan.Event{What: lan.DeviceGone, Device: "cam", Kind: "camera"}
	mild := lan.Event{What: lan.FindingNew, Severity: lan.WhenYouCan, Device: "cam", Kind: "camera"}
	for name, c := range map[string]struct {
		rule lan.Rule
		e    lan.Event
		want bool
	}{
		"everything":              {lan.Rule{}, event(lan.DeviceJoined, "x"), true},
		"off":                     {lan.Rule{Off: true}, event(lan.DeviceJoined, "x"), false},
		"another event":           {lan.Rule{Events: gone}, event(lan.DeviceJoined, "x"), false},
		"gone is asked for":       {lan.Rule{}, camera, false},
		"gone":                    {lan.Rule{Events: gone}, camera, true},
		"nobody's movements":      {lan.Rule{Events: gone}, phone, false},
		"nor those of a kind":     {lan.Rule{Events: gone, Group: "kind:phone"}, phone, false},
		"of what nobody knows":    {lan.Rule{Events: gone}, lan.Event{What: lan.DeviceGone, Device: "x"}, false},
		"nor of the unknown":      {lan.Rule{Events: gone, Group: "room:Attic"}, lan.Event{What: lan.DeviceBack, Device: "x", Kind: lan.Unknown}, false},
		"but where it is named":   {lan.Rule{Events: gone, Group: "device:x"}, lan.Event{What: lan.DeviceBack, Device: "x", Kind: lan.Unknown}, true},
		"but of one that is told": {lan.Rule{Events: gone, Group: "device:anna"}, phone, true},
		"too mild":                {lan.Rule{Least: lan.Soon}, mild, false},
		"bad enough":              {lan.Rule{Least: lan.WhenYouCan}, mild, true},
		"least is of findings":    {lan.Rule{Least: lan.ActNow}, event(lan.DeviceJoined, "x"), true},
		"its kind":                {lan.Rule{Group: "kind:camera"}, mild, true},
		"another kind":            {lan.Rule{Group: "kind:nas"}, mild, false},
		"no kind":                 {lan.Rule{Group: "kind:unknown"}, event(lan.DeviceJoined, "x"), true},
		"its room":                {lan.Rule{Group: "room:Attic"}, mild, true},
		"another room":            {lan.Rule{Group: "room:Cellar"}, mild, false},
		"the home's":              {lan.Rule{Group: "kind:unknown"}, lan.Event{What: lan.SecondDHCP}, false},
		"it":                      {lan.Rule{Group: "device:cam"}, mild, true},
		"another":                 {lan.Rule{Group: "device:x"}, mild, false},
	} {
		if got := selects(&c.rule, &c.e, "Attic"); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestTells(t *testing.T) {
	joined := []lan.Happening{lan.DeviceJoined}
	presence := []lan.Happening{lan.DeviceGone, lan.DeviceBack}
	found := []lan.Happening{lan.FindingNew, lan.FindingFixed}
	for name, c := range map[string]struct {
		rules []lan.Rule
		do    func(n *Notifier)
		want  []string
	}{
		"one": {[]lan.Rule{{}}, func(n *Notifier) { n.Tell([]lan.Event{event("joined", "cam")}); after(time.Minute) },
			[]string{"a A new device: cam|joined cam"}},
		"several in one": {[]lan.Rule{{}}, func(n *Notifier) {
			n.Tell([]lan.Event{event("joined", "cam")})
			after(time.Second)
			n.Tell([]lan.Event{{What: lan.FindingNew, Device: "nas", Severity: lan.Soon, Words: "bad"}})
			after(time.Minute)
		}, []string{"a 2 things happened at home|- bad\n- joined cam"}},
		"once a channel": {[]lan.Rule{{}, {Events: joined}, {Channel: "b"}}, func(n *Notifier) { n.Tell([]lan.Event{event("joined", "cam")}); after(time.Minute) },
			[]string{"a A new device: cam|joined cam", "b A new device: cam|joined cam"}},
		"once a day": {[]lan.Rule{{}}, func(n *Notifier) {
			for range 3 {
				n.Tell([]lan.Event{event("joined", "cam")})
				after(13 * time.Hour)
			}
		}, []string{"a A new device: cam|joined cam", "a A new device: cam|joined cam"}},
		"back in time": {[]lan.Rule{{Events: presence, Delay: 10}}, func(n *Notifier) {
			n.Tell([]lan.Event{moved("gone", "cam")})
			after(9 * time.Minute)
			n.Tell([]lan.Event{moved("back", "cam")})
			after(time.Hour)
		}, nil},
		"back too late": {[]lan.Rule{{Events: presence, Delay: 10}}, func(n *Notifier) {
			n.Tell([]lan.Event{moved("gone", "cam")})
			after(11 * time.Minute)
			n.Tell([]lan.Event{moved("back", "cam")})
			after(time.Hour)
		}, []string{"a Gone: cam|gone cam", "a Back again: cam|back cam"}},
		"believed no sooner for others": {[]lan.Rule{{Events: presence, Delay: 1}, {Events: joined}}, func(n *Notifier) {
			n.Tell([]lan.Event{moved("gone", "cam")})
			after(56 * time.Second)
			n.Tell([]lan.Event{event("joined", "nas")})
			after(3500 * time.Millisecond)
			n.Tell([]lan.Event{moved("back", "cam")})
			after(time.Hour)
		}, []string{"a A new device: nas|joined nas"}},
		"mended in time": {[]lan.Rule{{Events: found, Delay: 10}}, func(n *Notifier) {
			n.Tell([]lan.Event{{What: lan.FindingNew, Device: "cam", Check: "x"}, {What: lan.FindingFixed, Device: "cam", Check: "x"}})
			after(time.Hour)
		}, nil},
		"another mended": {[]lan.Rule{{Events: []lan.Happening{lan.FindingNew}, Delay: 10}}, func(n *Notifier) {
			n.Tell([]lan.Event{{What: lan.FindingNew, Device: "cam", Check: "x", Words: "bad"}, {What: lan.FindingFixed, Device: "cam", Check: "y"}})
			after(time.Hour)
		}, []string{"a A new problem|bad"}},
		"many in few lines": {[]lan.Rule{{}}, func(n *Notifier) {
			for i := range maxLines + 4 {
				n.Tell([]lan.Event{{What: lan.DeviceJoined, Device: fmt.Sprint(i), Words: "x"}})
			}
			after(time.Minute)
		}, []string{"a 16 things happened at home|" + strings.Repeat("- x\n", maxLines) + "and 4 more"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n, p, _ := house(t, c.rules...)
				c.do(n)
				slices.Sort(p.sent)
				want := slices.Sorted(slices.Values(c.want))
				if !slices.Equal(p.sent, want) {
					t.Errorf("sent %q, want %q", p.sent, want)
				}
			})
		})
	}
}

func TestQuietHoursAndDigest(t *testing.T) {
	for name, c := range map[string]struct {
		rule lan.Rule
		want string
	}{
		"quiet":           {lan.Rule{Quiet: lan.Hours{From: "22:00", To: "07:30"}}, "07:30"},
		"digest":          {lan.Rule{Digest: true}, "08:00"},
		"digest in quiet": {lan.Rule{Digest: true, Quiet: lan.Hours{From: "22:00", To: "09:00"}}, "09:00"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n, p, _ := house(t, c.rule)
				now := time.Now()
				after(time.Date(now.Year(), now.Month(), now.Day(), 23, 0, 0, 0, now.Location()).Sub(now))
				n.Tell([]lan.Event{event("joined", "cam")})
				after(time.Hour)
				n.Tell([]lan.Event{event("joined", "nas")})
				after(24 * time.Hour)
				if len(p.sent) != 1 || !strings.HasPrefix(p.sent[0], "a 2 things") {
					t.Fatalf("sent %q", p.sent)
				}
				if at := p.at[0].Format("15:04"); at != c.want {
					t.Errorf("sent at %s, want %s", at, c.want)
				}
			})
		})
	}
}
