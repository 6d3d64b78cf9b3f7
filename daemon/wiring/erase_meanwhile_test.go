package wiring

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/notify"
	"github.com/homesweep/homesweep/probes/lan"
)

// lastWord is the last entry of kind that b holds; empty for none.
func lastWord(t *testing.T, b *Book, kind string) (last string) {
	t.Helper()
	err := b.Replay(kind, func(_ time.Time, raw json.RawMessage) error {
		var word struct {
			Value    string        `json:"value"`
			Channels []lan.Channel `json:"channels"`
		}
		err := json.Unmarshal(raw, &word)
		if last = word.Value; len(word.Channels) > 0 {
			last = word.Channels[0].ID
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return last
}

// TestSaidWhileErasing: a word that is reported kept is in force, however close to the
// end of an erase it was said.
func TestSaidWhileErasing(t *testing.T) {
	d := planting(t, t.TempDir())
	defer d.Close()
	for range 5 {
		ctx, stop := context.WithCancel(t.Context())
		var speakers sync.WaitGroup
		speak := func(say func(word string) error) {
			speakers.Go(func() {
				refused := false
				for n := 0; ctx.Err() == nil; n++ {
					switch err := say(fmt.Sprint("word-", n)); {
					case errors.Is(err, errErasing):
						refused = true
					case err != nil:
						t.Error(err)
						return
					case refused: // the first word that is kept again
						return
					}
				}
			})
		}
		speak(func(word string) error { return d.Home.Decide(lan.Decision{Device: "d-1", What: "note", Value: word}) })
		speak(func(word string) error {
			return d.notifier.SetAlerts(lan.Alerts{Channels: []lan.Channel{{ID: word, Name: word, Kind: "ntfy", Server: "https://192.168.1.9", To: "home"}}})
		})
		err := d.erase()
		stop()
		speakers.Wait()
		if err != nil {
			t.Fatal(err)
		}
		note, channel := "", ""
		for _, said := range d.Home.Decisions() {
			note = said.Value
		}
		if a := d.notifier.Alerts(); len(a.Channels) > 0 {
			channel = a.Channels[0].ID
		}
		if kept := lastWord(t, d.book, decisionKind); kept != note {
			t.Errorf("%q is kept, %q is in force", kept, note)
		}
		if kept := lastWord(t, d.book, notify.Kind); kept != channel {
			t.Errorf("the channel %q is kept, %q is in force", kept, channel)
		}
	}
}

// unpurgeable has something in the way of b's last step of an erase, until it is taken
// away by the func that it returns.
func unpurgeable(t *testing.T, dir string) (clear func()) {
	t.Helper()
	way := filepath.Join(dir, "journal.damaged")
	if err := errors.Join(os.RemoveAll(way), os.MkdirAll(filepath.Join(way, "in the way"), 0o700)); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := os.RemoveAll(way); err != nil {
			t.Fatal(err)
		}
	}
}

// TestEraseIsFinished: once the disk lets it, all is deleted without the owner's saying
// more, so that what is found since is there after a start.
func TestEraseIsFinished(t *testing.T) {
	dir := t.TempDir()
	d := planting(t, dir)
	plant(t, d, dir)
	clear := unpurgeable(t, dir)
	for range 2 {
		if err := d.erase(); err == nil {
			t.Fatal("the way is free")
		}
		if err := d.tend(); err != nil || !d.book.erasing {
			t.Errorf("not yet finished: %v", err)
		}
	}
	now := time.Now()
	found := lan.Sweep{Number: lan.Schema, Started: now, Finished: now, Devices: []lan.Device{{ID: "d-new", Kind: "camera"}}}
	if err := d.store.Commit(found); err != nil {
		t.Fatal(err)
	}
	clear()
	if err := errors.Join(d.tend(), d.Close()); err != nil {
		t.Fatal(err)
	}
	d = planting(t, dir)
	defer d.Close()
	if s := d.Home.Sweep(); len(s.Devices) != 1 || s.Devices[0].ID != "d-new" {
		t.Errorf("found since, and left: %+v", s.Devices)
	}
	if list := plants(t, dir); list != nil {
		t.Errorf("left in %q", list)
	}
}

// TestEraseAnew: as long as an erase goes on, nothing finishes an earlier one: words
// would be kept, and deleted.
func TestEraseAnew(t *testing.T) {
	dir := t.TempDir()
	b := mustBook(t, dir)
	clear := unpurgeable(t, dir)
	if err := b.erase(func() error { return nil }); err == nil {
		t.Fatal("the way is free")
	}
	clear()
	err := b.erase(func() error {
		if err := b.finishErase(); err != nil {
			t.Error(err)
		}
		if err := b.Append(contactKind, "Ada"); !errors.Is(err, errErasing) {
			t.Errorf("in the middle of an erase: %v", err)
		}
		return nil
	})
	if err != nil || b.Append(contactKind, "Ada") != nil {
		t.Errorf("afterwards: %v", err)
	}
}
