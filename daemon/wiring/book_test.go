package wiring_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/door"
	"github.com/homesweep/homesweep/daemon/journal"
	"github.com/homesweep/homesweep/daemon/ledger"
	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// right is a clock that is kept by the network's time.
func right() ledger.Moment {
	m := ledger.Now()
	m.Sure = true
	return m
}

func openBook(t *testing.T, dir string) *wiring.Book {
	t.Helper()
	b, err := wiring.OpenBookAt(dir, right)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b
}

// TestBusyBook: the second who wants the budget is told who has it and what to
// do.
func TestBusyBook(t *testing.T) {
	dir := t.TempDir()
	first := openBook(t, dir)
	_, err := wiring.OpenBook(dir)
	if !errors.Is(err, journal.ErrBusy) {
		t.Fatalf("error %v", err)
	}
	for _, part := range []string{filepath.Join(dir, "journal"), "use its dashboard or stop it first"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q is missing in %q", part, err)
		}
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	openBook(t, dir)
}

// oldTries fills the journal with login tries that count no more.
func oldTries(t *testing.T, dir string, size int64) {
	t.Helper()
	j, err := journal.Open(filepath.Join(dir, "journal"))
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	for seq := int(size); j.Size() <= size; seq++ {
		err := j.Append(ledger.Kind, map[string]any{
			"seq": seq, "device": []string{"00:11:22:00:00:01"}, "outcome": "rejected",
			"account": strings.Repeat("x", 50<<10), "at": time.Now().Add(-8 * ledger.Day),
			"boot": "an earlier one", "sure": true,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestCompaction throws out the tries of days gone by and nothing else.
func TestCompaction(t *testing.T) {
	dir := t.TempDir()
	oldTries(t, dir, journal.MaxSize/8)
	device := lan.Device{Addresses: []netip.Addr{netip.MustParseAddr("192.168.1.20")}}
	attempt := func(b *wiring.Book) error {
		_, err := b.Ledger.Try(t.Context(), device, probes.Try{Account: "admin"}, func(context.Context) (probes.Outcome, error) {
			return probes.Locked, nil
		})
		return err
	}
	b := openBook(t, dir)
	keeper, err := door.Open(b)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(
		b.Append("decision", lan.Decision{Device: "d-1", What: "name", Value: "Hall camera"}),
		b.Append("touch", lan.Ask), keeper.Set("correct horse battery"), attempt(b),
	); err != nil {
		t.Fatal(err)
	}
	small := b.Size()
	_ = b.Close()
	b = openBook(t, dir)
	if b.Size() != small {
		t.Errorf("%d bytes were compacted to %d, though there was room", small, b.Size())
	}
	_ = b.Close()

	oldTries(t, dir, journal.MaxSize/4)
	b = openBook(t, dir)
	if b.Size() > 4<<10 {
		t.Errorf("%d bytes are left", b.Size())
	}
	kinds := map[string]int{}
	for _, kind := range []string{"decision", "touch", "password", ledger.Kind} {
		_ = b.Replay(kind, func(time.Time, json.RawMessage) error { kinds[kind]++; return nil })
	}
	if kinds["decision"] != 1 || kinds["touch"] != 1 || kinds["password"] != 1 || kinds[ledger.Kind] != 2 {
		t.Errorf("kept %v", kinds)
	}
	if err := attempt(b); !errors.Is(err, probes.ErrBudget) {
		t.Errorf("compaction gave a locking device a new budget: %v", err)
	}
	if keeper, err = door.Open(b); err != nil || keeper.Check("correct horse battery") != nil {
		t.Errorf("the password is gone: %v", err)
	}
}

// TestUnreadableLedger: a budget that cannot be read is no budget, and the
// journal is given back.
func TestUnreadableLedger(t *testing.T) {
	dir := t.TempDir()
	j, err := journal.Open(filepath.Join(dir, "journal"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(j.Append(ledger.Kind, "not a try"), j.Close()); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time it is not busy
		if _, err := wiring.OpenBook(dir); err == nil || !strings.Contains(err.Error(), "login ledger") {
			t.Errorf("error %v", err)
		}
	}
	if _, err := wiring.OpenBook(filepath.Join(dir, "journal")); !errors.Is(err, os.ErrExist) && !strings.Contains(err.Error(), "not a directory") {
		t.Errorf("a file for a directory: %v", err)
	}
}
