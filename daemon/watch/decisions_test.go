package watch

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

func decide(t *testing.T, h *house, list ...lan.Decision) {
	t.Helper()
	for _, d := range list {
		if err := h.Decide(d); err != nil {
			t.Fatal(err)
		}
	}
}

// TestDecisionsSurvive a restart, each in place of the earlier word on the same
// thing.
func TestDecisionsSurvive(t *testing.T) {
	h := newHouse(t)
	decide(t, h,
		lan.Decision{Device: "d-1", What: "name", Value: "Old name"},
		lan.Decision{Device: "d-1", What: "accept", Check: "telnet-open", Value: "yes"},
		lan.Decision{Device: "d-1", What: "accept", Check: "ftp-open", Value: "yes"},
		lan.Decision{Device: "d-2", What: "name", Value: "Other device"},
		lan.Decision{Device: "d-1", What: "name", Value: "Hall camera"},
		lan.Decision{Device: "d-1", What: "accept", Check: "ftp-open", Value: ""},
	)
	want := []string{"d-1 accept telnet-open yes", "d-2 name  Other device", "d-1 name  Hall camera", "d-1 accept ftp-open "}
	for _, when := range []string{"at once", "after a restart"} {
		var got []string
		for _, d := range h.Decisions() {
			got = append(got, fmt.Sprint(d.Device, " ", d.What, " ", d.Check, " ", d.Value))
			if d.At.IsZero() {
				t.Errorf("%s: %+v has no time", when, d)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", when, got, want)
		}
		h.reopen(t)
	}
	h.Decisions()[0].Value = "changed by a reader"
	if h.Decisions()[0].Value != "yes" {
		t.Error("a reader changed the owner's word")
	}
}

// TestOwnersName goes before what the device says of itself, until it is taken
// back with an empty one.
func TestOwnersName(t *testing.T) {
	h := newHouse(t)
	d := device("d-1")
	d.Names, d.Identity = []string{"ipcam-1", "Hall camera"}, []lan.Fact{{Field: lan.FieldName, Value: "ipcam-1"}}
	h.memory.latest = lan.Sweep{Devices: []lan.Device{d, device("d-2")}}
	h.reopen(t)
	decide(t, h, lan.Decision{Device: "d-1", What: "name", Value: "Hall camera"})
	got := h.Sweep().Devices
	if !slices.Equal(got[0].Names, []string{"Hall camera", "ipcam-1"}) || got[0].Identity[0].Source != "owner" || len(got[0].Identity) != 2 {
		t.Errorf("named %q, %+v", got[0].Names, got[0].Identity)
	}
	if !slices.Equal(got[1].Names, []string{"cam"}) || len(got[1].Identity) != 0 {
		t.Errorf("the other is %q", got[1].Names)
	}
	if again := h.Sweep().Devices[0]; len(again.Identity) != 2 {
		t.Errorf("naming adds up: %+v", again.Identity)
	}
	decide(t, h, lan.Decision{Device: "d-1", What: "name", Value: ""})
	if got := h.Sweep().Devices[0]; !slices.Equal(got.Names, []string{"ipcam-1", "Hall camera"}) {
		t.Errorf("taken back: %q", got.Names)
	}
}

// TestSkipped: the next sweep is told whom to leave alone, over a restart too,
// until the owner takes it back.
func TestSkipped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		told := func() map[string]bool {
			h.reopen(t)
			stop := h.run(t)
			time.Sleep(90 * time.Minute) // the next is due an hour after the last
			stop()
			return h.skip
		}
		decide(t, h, lan.Decision{Device: "d-1", What: "do-not-probe", Value: "yes"}, lan.Decision{Device: "d-2", What: "name", Value: "x"})
		if skip := told(); len(skip) != 1 || !skip["d-1"] {
			t.Errorf("left alone: %v", skip)
		}
		decide(t, h, lan.Decision{Device: "d-1", What: "do-not-probe", Value: ""})
		if skip := told(); len(skip) != 0 {
			t.Errorf("left alone after the owner took it back: %v", skip)
		}
	})
}

// TestTouch: the owner's consent holds for the next sweep and after a restart;
// logins cannot be allowed this way.
func TestTouch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		if h.Touch() != lan.Look {
			t.Errorf("at first %v", h.Touch())
		}
		if err := h.SetTouch(lan.Login); err == nil || h.Touch() != lan.Look || len(h.journal.lines) != 0 {
			t.Errorf("logins were allowed: %v, %v", err, h.Touch())
		}
		for _, touch := range []lan.Touch{lan.Ask, lan.Listen} {
			if err := h.SetTouch(touch); err != nil || h.Touch() != touch {
				t.Errorf("%v: %v", h.Touch(), err)
			}
			h.reopen(t)
			stop := h.run(t)
			time.Sleep(90 * time.Minute) // the next is due an hour after the last
			stop()
			if h.Touch() != touch || h.touch != touch {
				t.Errorf("after a restart %v, swept with %v, want %v", h.Touch(), h.touch, touch)
			}
		}
	})
}

// TestWordNotKept: what could not be written down is not in force.
func TestWordNotKept(t *testing.T) {
	h := newHouse(t)
	h.journal.full = true
	err := h.Decide(lan.Decision{Device: "d-1", What: "name", Value: "x"})
	if err == nil || !strings.Contains(err.Error(), "the decision could not be kept: no space") || len(h.Decisions()) != 0 {
		t.Errorf("%v, %v", err, h.Decisions())
	}
	if err := h.SetTouch(lan.Ask); err == nil || h.Touch() != lan.Look {
		t.Errorf("%v, %v", err, h.Touch())
	}
}

// TestManyVoices: when two say something at once, what is in force now is what
// is in force after a restart.
func TestManyVoices(t *testing.T) {
	for range 20 {
		h := newHouse(t)
		h.o.Journal = slow{h.journal}
		var wait sync.WaitGroup
		for i := range 8 {
			wait.Go(func() { _ = h.Decide(lan.Decision{Device: "d-1", What: "name", Value: fmt.Sprint(i)}) })
		}
		wait.Wait()
		before := h.Decisions()[0].Value
		h.reopen(t)
		if after := h.Decisions()[0].Value; after != before {
			t.Fatalf("%s before the restart, %s after", before, after)
		}
	}
}

// deaf cannot be read.
type deaf struct{ paper }

func (*deaf) Replay(string, func(time.Time, json.RawMessage) error) error {
	return errors.New("input/output error")
}

// forgetful cannot say what it kept.
type forgetful struct{ memory }

func (*forgetful) Latest() (lan.Sweep, error) { return lan.Sweep{}, errors.New("input/output error") }

func TestOpenFails(t *testing.T) {
	good := newHouse(t).o
	bad := map[string]func(*Options){
		"memory":   func(o *Options) { o.Memory = &forgetful{} },
		"journal":  func(o *Options) { o.Journal = &deaf{} },
		"decision": func(o *Options) { o.Journal = &paper{lines: []line{{decisionKind, json.RawMessage(`7`)}}} },
		"touch":    func(o *Options) { o.Journal = &paper{lines: []line{{touchKind, json.RawMessage(`"poke"`)}}} },
	}
	for name, spoil := range bad {
		o := good
		spoil(&o)
		if _, err := Open(o); err == nil {
			t.Errorf("%s: opened without a word", name)
		}
	}
}
