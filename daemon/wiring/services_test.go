package wiring

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/config"
	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// TestStopOrder: who tells is stopped after all that have something to tell, and the
// memory is packed after all that write.
func TestStopOrder(t *testing.T) {
	c := config.Daemon()
	c.State, c.Listen, c.Pull = t.TempDir(), "127.0.0.1:0", "https://192.0.2.1/"
	l, err := Listen(c)
	if err != nil {
		t.Fatal(err)
	}
	d, err := NewDaemon(c, l, true, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	at := map[string]int{}
	for i, s := range d.services() {
		at[s.Name] = i + 1
	}
	for _, teller := range []string{"watch", "listen", "presence", "knowledge", "dashboard"} {
		if at[teller] == 0 || at["alerts"] == 0 || at[teller] < at["alerts"] || at[teller] < at["snapshot"] {
			t.Errorf("%s is stopped after those who take what it brings: %v", teller, at)
		}
	}
}

// heard is a source that counts how often it listens.
type heard struct{ times int }

func (h *heard) Name() string { return "heard" }
func (h *heard) Discover(context.Context, lan.Link, func(lan.Sighting)) error {
	h.times++
	return nil
}

// TestRungIsAskedAnew: what needs packet sockets listens as soon as they may be opened,
// though they could not be when the daemon began.
func TestRungIsAskedAnew(t *testing.T) {
	var rung string
	var fails error
	ear := &heard{}
	p := permitted{ear, func(lan.Link) (string, error) { return rung, fails }}
	for _, c := range []struct {
		rung  string
		fails error
		times int
	}{{"", errors.New("no such link"), 0}, {RungConnect, nil, 0}, {RungRaw, nil, 1}, {RungConnect, nil, 1}} {
		rung, fails = c.rung, c.fails
		if err := p.Discover(t.Context(), lan.Link{}, nil); !errors.Is(err, c.fails) || ear.times != c.times {
			t.Errorf("%q: %v, listened %d times, want %d", c.rung, err, ear.times, c.times)
		}
	}
	watching := watchers(t.TempDir(), slog.New(slog.DiscardHandler))
	if !slices.ContainsFunc(watching, func(s probes.Source) bool { _, ok := s.(permitted); return ok }) {
		t.Errorf("what needs packet sockets is not among %v", watching)
	}
}

// TestHouseholdsZone is the machine's where there is a database of zones, else that of
// etc/TZ; one that cannot be read leaves it as it was.
func TestHouseholdsZone(t *testing.T) {
	defer func(l *time.Location) { time.Local = l }(time.Local)
	t.Setenv("TZ", "")
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "etc"), 0o700); err != nil {
		t.Fatal(err)
	}
	before := time.Local
	d := &Daemon{log: slog.New(slog.DiscardHandler)}
	for _, c := range []struct {
		text string
		hour int
	}{{"nonsense", -1}, {"CET-1CEST,M3.5.0,M10.5.0/3\n", 14}} {
		if err := os.WriteFile(filepath.Join(root, "etc/TZ"), []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		d.setZone(root)
		if got := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC).Local().Hour(); c.hour < 0 && time.Local != before || c.hour >= 0 && got != c.hour {
			t.Errorf("%q: noon UTC is at %d", c.text, got)
		}
	}
	if now := time.Now(); now.Location() != time.Local {
		t.Errorf("what is now is in %v", now.Location())
	}
}
