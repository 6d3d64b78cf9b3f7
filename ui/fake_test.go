package ui

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// code and password open the fake door.
const (
	code     = "plum-7241-otter"
	password = "three wet dogs dancing"
)

// noon is when the fakes live: a little after testdata/home.json was swept.
var noon = time.Date(2026, 11, 22, 17, 44, 0, 0, time.UTC)

// fakeHouse is a House of made-up devices that counts what is asked of it.
type fakeHouse struct {
	mu        sync.Mutex
	sweep     lan.Sweep
	progress  lan.Progress
	touch     lan.Touch
	decisions []lan.Decision
	grants    []lan.Grant
	started   int
	cancelled int
	refusal   error // what every order is answered with
	watchers  map[int]func(lan.Progress)
	next      int
	watching  chan struct{} // one word for each watcher that has come
	lively    bool          // it does as it is told, see live
	keeping
}

func newHouse(t testing.TB) *fakeHouse {
	f := &fakeHouse{touch: lan.Ask, watchers: map[int]func(lan.Progress){}, watching: make(chan struct{}, 64)}
	raw, err := os.ReadFile("testdata/home.json")
	if err == nil {
		err = json.Unmarshal(raw, &f.sweep)
	}
	if err != nil {
		t.Fatal(err)
	}
	f.keeping = newKeeping(f.sweep.Devices)
	return f
}

func (f *fakeHouse) Sweep() lan.Sweep {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.sweep
}

func (f *fakeHouse) Progress() lan.Progress {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.progress
}

func (f *fakeHouse) Watch(ctx context.Context, see func(lan.Progress)) {
	f.mu.Lock()
	f.next++
	id := f.next
	f.watchers[id] = see
	f.mu.Unlock()
	f.watching <- struct{}{}
	<-ctx.Done()
	f.mu.Lock()
	delete(f.watchers, id)
	f.mu.Unlock()
}

// tell changes the progress and tells every watcher, one at a time.
func (f *fakeHouse) tell(p lan.Progress) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.turn(p)
}

// turn is tell for who holds f.mu.
func (f *fakeHouse) turn(p lan.Progress) {
	f.progress = p
	for _, see := range f.watchers {
		see(p)
	}
}

func (f *fakeHouse) watched() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.watchers)
}

func (f *fakeHouse) Start() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.started++
	if f.lively {
		f.turn(lan.Progress{Running: true, Phase: "presence", Started: noon})
	}
	return f.refusal
}

func (f *fakeHouse) Cancel() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cancelled++
	if f.lively {
		f.turn(lan.Progress{Phase: "done", Started: noon})
	}
}

func (f *fakeHouse) Decide(d lan.Decision) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refusal == nil {
		f.decisions = append(f.decisions, d)
		f.live(d)
	}
	return f.refusal
}

func (f *fakeHouse) Decisions() []lan.Decision {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.decisions)
}

func (f *fakeHouse) Grants() []lan.Grant {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.grants)
}

func (f *fakeHouse) SetGrant(g lan.Grant) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refusal == nil {
		f.grants = append(slices.DeleteFunc(f.grants, func(old lan.Grant) bool { return old.Device == g.Device }), g)
	}
	return f.refusal
}

func (f *fakeHouse) Touch() lan.Touch {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.touch
}

func (f *fakeHouse) SetTouch(t lan.Touch) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refusal == nil {
		f.touch = t
	}
	return f.refusal
}

// fakeDoor is a Door that counts how often it was tried.
type fakeDoor struct {
	mu     sync.Mutex
	kept   string
	checks int
	epoch  uint64
	ticket string // what Redeem takes, once

	meanwhile func() // what happens while a right password is looked at
}

func (d *fakeDoor) Locked() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.kept != ""
}

func (d *fakeDoor) Open(c, pw string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if c != code {
		return errors.New("that is not the code from the log")
	}
	d.kept = pw
	d.epoch++
	return nil
}

func (d *fakeDoor) Check(pw string) error {
	d.mu.Lock()
	d.checks++
	kept := d.kept
	d.mu.Unlock()
	if pw != kept {
		return errors.New("hash does not match")
	}
	if d.meanwhile != nil {
		d.meanwhile()
	}
	return nil
}

func (d *fakeDoor) Change(old, pw string) error {
	d.mu.Lock()
	if old != d.kept {
		d.mu.Unlock()
		return errors.New("the old password is not right")
	}
	d.kept = pw
	d.epoch++
	d.mu.Unlock()
	if d.meanwhile != nil {
		d.meanwhile()
	}
	return nil
}

func (d *fakeDoor) Epoch() uint64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.epoch
}

func (d *fakeDoor) Redeem(ticket string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if ticket == "" || ticket != d.ticket {
		return errors.New("that ticket is not good any more")
	}
	d.ticket = ""
	return nil
}

var _ Warden = (*fakeDoor)(nil)
