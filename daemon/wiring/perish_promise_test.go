package wiring_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/ledger"
	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// promises are what the lives of one home have reported as kept. Numbers grow.
type promises struct {
	sweep     map[string]int    // the newest, under ""
	events    map[uint64]string // their words, by their number
	stands    map[string]int    // the newest of each device
	decisions map[string]int    // the newest of each device
	tries     map[int]bool      // granted; true if they ended
}

func newPromises() promises {
	return promises{map[string]int{}, map[uint64]string{}, map[string]int{}, map[string]int{}, map[int]bool{}}
}

// note takes in one report.
func (p promises) note(word, rest string) (err error) {
	var device string
	var n int
	switch word {
	case "event":
		var id uint64
		var nth string
		_, err = fmt.Sscan(rest, &id, &nth, &n)
		if p.events[id] != "" {
			return fmt.Errorf("number %d was used before, for %q", id, p.events[id])
		}
		p.events[id] = fmt.Sprint(nth, " ", n)
	case "sweep":
		_, err = fmt.Sscan(rest, &n)
		p.sweep[""] = n
	case "stands":
		_, err = fmt.Sscan(rest, &device, &n)
		p.stands[device] = n
	case "decision":
		_, err = fmt.Sscan(rest, &device, &n)
		p.decisions[device] = n
	case "try", "tried":
		_, err = fmt.Sscan(rest, &n)
		p.tries[n] = word == "tried"
	}
	return err
}

// check starts on a copy of dir, so that the next life has to mend what this one left,
// and holds what is there against what was promised.
func check(t *testing.T, told promises, dir string) {
	t.Helper()
	after := t.TempDir()
	if err := os.CopyFS(after, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(after)
	s, b, err := openMemory(after)
	if err != nil {
		t.Fatalf("it does not start: %v", err)
	}
	defer b.Close()
	defer s.Close()
	if how := found(s, b); how != "sound" && how != "with a line cut off" {
		t.Errorf("it starts %s: %+v, %+v", how, s.Recovered(), b.Health())
	}
	now, err := s.Latest()
	if err != nil {
		t.Fatal(err)
	}
	told.sweeps(t, now)
	if list, err := s.Events("", 0, lan.MaxEvents); err != nil {
		t.Error(err)
	} else {
		told.happened(t, list)
	}
	decided := map[string]int{}
	if err := b.Replay("decision", func(_ time.Time, raw json.RawMessage) error {
		var d lan.Decision
		err := json.Unmarshal(raw, &d)
		decided[d.Device] = number(d.Value)
		return err
	}); err != nil {
		t.Error(err)
	}
	for device, n := range told.decisions {
		if decided[device] < n {
			t.Errorf("of %s decision %d is lost, there is %d", device, n, decided[device])
		}
	}
	told.tried(t, b.Ledger, b.Replay)
}

// number is the decimal number in text; 0 for none.
func number(text string) (n int) {
	_, _ = fmt.Sscan(text, &n)
	return n
}

// sweeps holds the newest sweep, whole, and how devices stand.
func (p promises) sweeps(t *testing.T, now lan.Sweep) {
	t.Helper()
	n := now.Cost.Packets
	if n < p.sweep[""] || n > 0 && len(now.Devices) != members {
		t.Errorf("sweep %d is lost, there is %d with %d devices", p.sweep[""], n, len(now.Devices))
	}
	for _, d := range now.Devices {
		if d.Firmware != fmt.Sprint(n) || len(d.Findings) != 1 || d.Findings[0].Title != d.Firmware {
			t.Errorf("of sweep %d there is %s of firmware %q, %+v", n, d.ID, d.Firmware, d.Findings)
		}
		if at := d.Presence.Since.Unix(); p.stands[d.ID] > 0 && at < int64(p.stands[d.ID]) && n > 0 {
			t.Errorf("how %s stands since %d is lost, there is %d", d.ID, p.stands[d.ID], at)
		}
	}
}

// happened holds the events, as many as are kept at most.
func (p promises) happened(t *testing.T, list []lan.Event) {
	t.Helper()
	there := map[uint64]string{}
	for _, e := range list {
		there[e.ID] = e.Words
	}
	for id, words := range p.events {
		if there[id] != words && (len(list) < lan.MaxEvents || id > list[len(list)-1].ID) {
			t.Errorf("event %d, %q, is lost, there is %q", id, words, there[id])
		}
	}
}

// tried holds the login tries: each is charged to its device, and how it ended is known.
func (p promises) tried(t *testing.T, l *ledger.Ledger, replay func(string, func(time.Time, json.RawMessage) error) error) {
	t.Helper()
	outcome := map[string]string{}
	err := replay(ledger.Kind, func(_ time.Time, raw json.RawMessage) error {
		var e struct {
			Device  []string
			Outcome string
		}
		err := json.Unmarshal(raw, &e)
		outcome[strings.Join(e.Device, " ")] = e.Outcome
		return err
	})
	if err != nil {
		t.Error(err)
	}
	for n, ended := range p.tries {
		device := fmt.Sprint("try-", n)
		if l.Rested(lan.Device{ID: device}) >= time.Hour {
			t.Errorf("the try on %s is lost", device)
		}
		if ended && outcome[device] != probes.Rejected.String() {
			t.Errorf("how the try on %s ended is lost, there is %q", device, outcome[device])
		}
	}
}
