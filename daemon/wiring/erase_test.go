package wiring

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/config"
	"github.com/homesweep/homesweep/daemon/door"
	"github.com/homesweep/homesweep/daemon/journal"
	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// What is planted wherever the household's words and things can get to.
const (
	planted    = "Xanthippe"
	plantedMAC = "02:de:ad:be:ef:01"
	plantedIP  = "192.168.211.77"
	pass       = "correct horse battery"
)

// planting is a daemon in dir, with its memory full of the plants.
func planting(t *testing.T, dir string) *Daemon {
	t.Helper()
	c := config.Daemon()
	c.State = dir
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d, err := NewDaemon(c, l, true, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// plant tells d everything that a household can tell it.
func plant(t *testing.T, d *Daemon, dir string) {
	t.Helper()
	mac, err := lan.ParseMAC(plantedMAC)
	thing := lan.Device{
		ID: planted, MACs: []lan.MAC{mac}, Addresses: []netip.Addr{netip.MustParseAddr(plantedIP)}, Names: []string{planted}, Kind: "camera",
		Findings: []lan.Finding{{Check: "telnet-open", Verdict: lan.Fail, Title: planted}}, Services: []lan.Service{{Transport: lan.TCP, Port: 23, Product: planted}},
		Suffered: lan.Suffering{At: time.Now(), Sign: planted},
	}
	keeper, derr := door.Open(d.book)
	err = errors.Join(err, derr, keeper.Set("an earlier password"), keeper.Set(pass))
	for i := range 3 {
		at := time.Now().Add(time.Duration(i) * time.Second)
		s := lan.Sweep{Started: at, Finished: at, Touch: lan.Ask, Devices: []lan.Device{thing}, Notes: []string{planted}}
		err = errors.Join(err, d.store.Commit(s),
			d.store.CommitPresence(map[string]lan.Presence{planted: {State: lan.Online, Since: at, At: at, By: planted}}))
		_, eerr := d.store.AppendEvents([]lan.Event{{At: at, What: lan.DeviceJoined, Device: planted, Name: planted, Words: planted + plantedMAC}})
		err = errors.Join(err, eerr, d.store.Snapshot())
	}
	sufferers, serr := OpenSufferers(dir)
	err = errors.Join(err, serr, sufferers.Keep([]lan.Device{thing}))
	for _, said := range []lan.Decision{{Device: planted, What: "name", Value: planted}, {Device: planted, What: "note", Value: planted}} {
		err = errors.Join(err, d.Home.Decide(said))
	}
	now := time.Now()
	err = errors.Join(err, d.Home.SetContact(planted), d.Home.SetTouch(lan.Ask),
		d.Home.SetGrant(lan.Grant{Device: planted, At: now, Until: now.Add(time.Hour), By: planted}))
	_, terr := d.book.Ledger.Try(t.Context(), thing, probes.Try{Account: planted}, func(context.Context) (probes.Outcome, error) { return probes.Rejected, nil })
	for _, name := range []string{"homesweep.db.damaged-20260101T000000Z", "journal.damaged", ".sufferers-123", waitingFile} {
		err = errors.Join(err, os.WriteFile(filepath.Join(dir, name), []byte(planted), 0o600))
	}
	if err = errors.Join(err, terr); err != nil {
		t.Fatal(err)
	}
}

// plants are the files in dir in which one is found, packed or not.
func plants(t *testing.T, dir string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		raw, err := os.ReadFile(path)
		text := bytes.ToLower(raw)
		for _, p := range []string{planted, plantedMAC, plantedIP} {
			if bytes.Contains(text, bytes.ToLower([]byte(p))) || strings.Contains(path, ".snapshot") && len(raw) > 0 {
				found = append(found, filepath.Base(path))
				break
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestErase: every byte of every file in the state directory is read, and nothing of
// the household is in it. The password stays, and the wrong ones are not free again.
func TestErase(t *testing.T) {
	dir := t.TempDir()
	knowledge := filepath.Join(dir, "knowledge", "keys", "mine.pub")
	if err := errors.Join(os.MkdirAll(filepath.Dir(knowledge), 0o700), os.WriteFile(knowledge, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	d := planting(t, dir)
	plant(t, d, dir)
	if list := plants(t, dir); len(list) != 9 {
		t.Fatalf("before it, there are plants in %q", list)
	}
	if err := d.erase(); err != nil {
		t.Fatal(err)
	}
	check := func(d *Daemon, when string) {
		t.Helper()
		if list := plants(t, dir); list != nil {
			t.Errorf("%s: plants are left in %q", when, list)
		}
		shown, err := json.Marshal([]any{d.Home.Sweep(), d.Home.Decisions(), d.Home.Grants(), d.Home.Contact()})
		if err != nil || bytes.Contains(shown, []byte(planted)) || d.Home.Touch() != lan.Listen {
			t.Errorf("%s: it still shows %s, goes as far as %s, %v", when, shown, d.Home.Touch(), err)
		}
		keeper, err := door.Open(d.book)
		if err != nil || keeper.Check(pass) != nil || keeper.Check("an earlier password") == nil {
			t.Errorf("%s: the password is not as it was: %v", when, err)
		}
		if _, err := d.book.Ledger.Try(t.Context(), lan.Device{ID: "other"}, probes.Try{Account: "x"}, nil); err == nil {
			t.Errorf("%s: wrong passwords are free", when)
		}
	}
	check(d, "after it")
	if _, err := os.Stat(knowledge); err != nil {
		t.Errorf("the owner's keys: %v", err)
	}
	sufferers, _ := OpenSufferers(dir)
	late := lan.Sweep{Started: time.Now().Add(-time.Minute), Devices: []lan.Device{{ID: planted, Suffered: lan.Suffering{At: time.Now()}}}}
	if err := errors.Join(d.keepSufferers(&sufferers, late), d.store.Commit(late)); err != nil {
		t.Error(err)
	}
	check(d, "after a sweep that began before it")
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	d = planting(t, dir)
	defer d.Close()
	check(d, "after a restart")
}

// TestForget: the verb's way, without a daemon, leaves as little; a daemon that runs is
// not forgotten behind its back.
func TestForget(t *testing.T) {
	dir := t.TempDir()
	d := planting(t, dir)
	plant(t, d, dir)
	c := config.Daemon()
	c.State = dir
	if err := Forget(c); !errors.Is(err, journal.ErrBusy) {
		t.Errorf("under a running daemon: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := Forget(c); err != nil {
			t.Fatal(err)
		}
	}
	if list := plants(t, dir); list != nil {
		t.Errorf("left in %q", list)
	}
}

// TestEraseCutOff: whatever a power cut left is gone after the next start.
func TestEraseCutOff(t *testing.T) {
	dir := t.TempDir()
	d := planting(t, dir)
	plant(t, d, dir)
	if err := errors.Join(d.book.Journal.Append(eraseKind, struct{}{}), d.Close()); err != nil {
		t.Fatal(err)
	}
	d = planting(t, dir)
	defer d.Close()
	if list := plants(t, dir); list != nil || len(d.Home.Sweep().Devices) > 0 {
		t.Errorf("left in %q", list)
	}
	if err := d.book.Replay(eraseKind, func(time.Time, json.RawMessage) error { return io.EOF }); err != nil {
		t.Error("the mark is left, so that each start would erase")
	}
}
