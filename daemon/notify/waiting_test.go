package notify

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// keeper is a Notifier with one rule, digest or at once, and what it logs.
func keeper(t *testing.T, file string, p *office, rule lan.Rule) (*Notifier, *strings.Builder) {
	t.Helper()
	log := &strings.Builder{}
	n, err := Open(Options{Journal: &paper{}, Log: logger(log), Now: time.Now, Waiting: file, send: p.send})
	if err != nil {
		t.Fatal(err)
	}
	rule.ID, rule.Channel = "r", "a"
	if err := n.SetAlerts(lan.Alerts{Channels: []lan.Channel{channelOf("a")}, Rules: []lan.Rule{rule}}); err != nil {
		t.Fatal(err)
	}
	return n, log
}

// TestToldAtTheLastMoment: what comes when Run ends is kept, too.
func TestToldAtTheLastMoment(t *testing.T) {
	file := filepath.Join(t.TempDir(), "waiting")
	n, _ := keeper(t, file, &office{}, lan.Rule{})
	n.Tell([]lan.Event{event("joined", "cam")})
	n.keepWaiting()
	if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), "joined cam") {
		t.Errorf("%s, %v", text, err)
	}
}

// TestMoreWaitsThanIsKept: what is severe is, and the log says the rest.
func TestMoreWaitsThanIsKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "waiting")
	n, log := keeper(t, file, &office{}, lan.Rule{Digest: true})
	for i := range maxHeld {
		e := event("joined", fmt.Sprint(i))
		e.Words = strings.Repeat("x", 4000)
		if i == 7 {
			e.Severity, e.Words = lan.ActNow, "grave"
		}
		n.Tell([]lan.Event{e})
	}
	n.keepWaiting()
	text, err := os.ReadFile(file)
	if err != nil || len(text) > maxWaiting || !strings.Contains(string(text), "grave") {
		t.Errorf("%d bytes, %v", len(text), err)
	}
	if !strings.Contains(log.String(), fmt.Sprint("events=", maxHeld*3/4)) {
		t.Errorf("the log does not say what was left out: %s", log)
	}
}

// TestAGraveMessageIsKept: of what waits at its time or for the line the trivial goes.
func TestAGraveMessageIsKept(t *testing.T) {
	grave, long := event(lan.FindingNew, "cam"), event(lan.DeviceJoined, "nas")
	grave.Severity, long.Words = lan.ActNow, strings.Repeat("x", 5000)
	k := kept{Queue: map[string][]*parcel{"a": {{Message: compose([]*lan.Event{&grave}, 0, false, time.Now())}}}}
	for range 3 {
		k.Held = append(k.Held, &held{Event: &long})
	}
	held, queue := k.Held, k.Queue["a"]
	if left := k.thin(); left != 2 || len(k.Held) != 1 || len(k.Queue["a"]) != 1 {
		t.Errorf("%d left out: %d and %d", left, len(k.Held), len(k.Queue["a"]))
	}
	if left := k.thin(); left != 1 || len(k.Held) != 0 || len(k.Queue["a"]) != 1 {
		t.Errorf("%d left out: %d and %d", left, len(k.Held), len(k.Queue["a"]))
	}
	if left := k.thin(); left != 1 || len(k.Queue["a"]) != 0 {
		t.Errorf("%d left out: %d", left, len(k.Queue["a"]))
	}
	for _, h := range held {
		if h == nil {
			t.Error("what a next Run tells is changed")
		}
	}
	if queue[0] == nil {
		t.Error("what a next Run sends is changed")
	}
}

// TestWhatWasToldSinceIsNotKept: a Run that fails leaves a file for the next process.
// If there is a next Run instead, it tells what waits, and the file goes.
func TestWhatWasToldSinceIsNotKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "waiting")
	synctest.Test(t, func(t *testing.T) {
		p := &office{fail: map[string]error{"a": errors.New("no line")}}
		n, _ := keeper(t, file, p, lan.Rule{})
		run := func(d time.Duration) {
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error, 1)
			go func() { done <- n.Run(ctx) }()
			after(d)
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		n.Tell([]lan.Event{event("joined", "cam")})
		run(time.Minute)
		if _, err := os.Stat(file); err != nil {
			t.Fatal(err)
		}
		p.spoil("a", nil)
		run(25 * time.Hour)
		if _, err := os.Stat(file); !os.IsNotExist(err) || p.count("a") != 1 {
			t.Errorf("%v, sent %q", err, p.sent)
		}
	})
}

func TestDamagedWaiting(t *testing.T) {
	for _, text := range []string{"", "{", `{"held":[null],"queue":{"a":[null]},"told":{"1":{}}}`, `{"queue":{"a":[{}]}}`} {
		file := filepath.Join(t.TempDir(), "waiting")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		n, _ := keeper(t, file, &office{}, lan.Rule{})
		n.restore()
		n.turn(time.Now(), func(*lane) {})
		if _, err := os.Stat(file); !os.IsNotExist(err) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
