package wiring_test

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/census"
	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes/lan"
)

var hurtAt = time.Date(2025, 11, 22, 12, 0, 0, 0, time.UTC)

// hurt is a device that suffered n minutes after noon.
func hurt(n int) lan.Device {
	d := lan.Device{
		MACs: []lan.MAC{{0, 0x11, 0x22, 0, byte(n >> 8), byte(n)}}, Addresses: []netip.Addr{netip.MustParseAddr("192.168.1.20")}, Names: []string{"plug", "other"},
		Services: []lan.Service{{Port: 80}}, Suffered: lan.Suffering{At: hurtAt.Add(time.Duration(n) * time.Minute), Sign: "It stopped answering."},
	}
	d.ID = census.ID(d)
	return d
}

func sufferers(t *testing.T, dir string) wiring.Sufferers {
	t.Helper()
	s, err := wiring.OpenSufferers(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSufferers: who suffered is known by the next sweep, by the marks that stay,
// with the last time; who did not is not written down at all.
func TestSufferers(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	s := sufferers(t, dir)
	if err := s.Keep([]lan.Device{{ID: "well"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("where nobody suffered there is a directory: %v", err)
	}
	faceless := hurt(2)
	faceless.MACs = nil
	faceless.ID = census.ID(faceless)
	worse := hurt(1)
	worse.Suffered.At = hurtAt.Add(time.Hour)
	for _, list := range [][]lan.Device{{{ID: "well"}, hurt(1), faceless}, {worse}} {
		s = sufferers(t, dir)
		if err := s.Keep(list); err != nil {
			t.Fatal(err)
		}
	}
	s = sufferers(t, dir)
	got := s.Among([]lan.Device{{ID: worse.ID, Kind: "plug"}, {ID: "well"}})
	if len(got) != 3 || got[0].Suffered != worse.Suffered || got[0].Kind != "plug" || got[2].ID != faceless.ID || len(got[2].Addresses) != 1 {
		t.Errorf("%+v", got)
	}
	only := s.Among(nil)[0]
	if only.ID != worse.ID || len(only.MACs) != 1 || len(only.Services)+len(only.Addresses) > 0 {
		t.Errorf("kept %+v", only)
	}
}

// TestSufferersAreBounded: the last 256 are kept, whatever comes.
func TestSufferersAreBounded(t *testing.T) {
	dir := t.TempDir()
	s := sufferers(t, dir)
	var list []lan.Device
	for n := range 300 {
		list = append(list, hurt(n))
	}
	if err := s.Keep(list); err != nil {
		t.Fatal(err)
	}
	kept := sufferers(t, dir).Devices
	if len(kept) != 256 || kept[0].Suffered.At != list[299].Suffered.At || kept[255].Suffered.At != list[44].Suffered.At {
		t.Errorf("%d kept, from %v", len(kept), kept[0].Suffered.At)
	}
}

// TestDamagedSufferers: a damaged file is said so and begins anew, and one that
// cannot be written stops nobody.
func TestDamagedSufferers(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "sufferers.json")
	for name, text := range map[string]string{
		"cut": `[{"id":"d-1","suff`, "no list": `{}`, "no text": "\x00\xff", "too long": "[" + strings.Repeat(" ", 300<<10) + "]",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := wiring.OpenSufferers(dir)
		if err == nil || !strings.Contains(err.Error(), path) || len(s.Devices) > 0 {
			t.Errorf("%s: %v, %d devices", name, err, len(s.Devices))
		}
		if err := s.Keep([]lan.Device{hurt(1)}); err != nil || len(sufferers(t, dir).Devices) != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("it left %v", left)
	}
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s, _ := wiring.OpenSufferers(filepath.Join(dir, "file", "state"))
	if err := s.Keep([]lan.Device{hurt(1)}); err == nil || !strings.Contains(fmt.Sprint(err), "cannot be kept") {
		t.Errorf("a state that is no directory: %v", err)
	}
}

// TestClockWasWrong: who suffered when the clock was years ahead is asked again,
// and still as gently.
func TestClockWasWrong(t *testing.T) {
	ahead, now := hurt(1), time.Now()
	ahead.Suffered.At = now.AddDate(10, 0, 0)
	just := hurt(2)
	just.Suffered.At = now.Add(time.Minute) // the clock was set back a little
	var s wiring.Sufferers
	got := s.Among([]lan.Device{ahead, just})
	if got[0].Resting(now.Add(time.Minute)) || got[0].Class() != lan.Fragile || got[0].Suffered.Sign == "" || !got[1].Resting(now) {
		t.Errorf("%+v", got)
	}
}

// TestTwoWhoKeep: what the daemon and a sweep by hand find stays, whoever writes last,
// and what was deleted meanwhile does not come back.
func TestTwoWhoKeep(t *testing.T) {
	dir := t.TempDir()
	one, other := sufferers(t, dir), sufferers(t, dir)
	later := hurt(1)
	later.Suffered.At = hurtAt.Add(time.Hour)
	for _, err := range []error{one.Keep([]lan.Device{hurt(1), hurt(2)}), other.Keep([]lan.Device{later, hurt(3)}), one.Keep([]lan.Device{hurt(1), hurt(2)})} {
		if err != nil {
			t.Fatal(err)
		}
	}
	kept := sufferers(t, dir).Devices
	if len(kept) != 3 || kept[0].Suffered != later.Suffered {
		t.Errorf("kept %+v", kept)
	}
	if err := os.Remove(filepath.Join(dir, "sufferers.json")); err != nil {
		t.Fatal(err)
	}
	if err := one.Keep([]lan.Device{hurt(4)}); err != nil {
		t.Fatal(err)
	}
	if kept := sufferers(t, dir).Devices; len(kept) != 1 || kept[0].ID != hurt(4).ID {
		t.Errorf("after everything was deleted: %+v", kept)
	}
}

// TestKeepTogether: many at once lose nobody.
func TestKeepTogether(t *testing.T) {
	dir := t.TempDir()
	var all sync.WaitGroup
	for n := range 20 {
		s := sufferers(t, dir)
		all.Go(func() {
			if err := s.Keep([]lan.Device{hurt(n)}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if kept := sufferers(t, dir).Devices; len(kept) != 20 {
		t.Errorf("%d of 20 are kept", len(kept))
	}
}

// TestClockWasWrongInFile: who suffers now is kept in place of what a clock that was
// ahead wrote down.
func TestClockWasWrongInFile(t *testing.T) {
	dir := t.TempDir()
	ahead, now := hurt(1), hurt(1)
	ahead.Suffered.At, now.Suffered.At = time.Now().AddDate(10, 0, 0).UTC().Round(time.Second), time.Now().UTC().Round(time.Second)
	for _, d := range []lan.Device{ahead, now} {
		s := sufferers(t, dir)
		if err := s.Keep([]lan.Device{d}); err != nil {
			t.Fatal(err)
		}
	}
	if kept := sufferers(t, dir).Devices; len(kept) != 1 || !kept[0].Suffered.At.Equal(now.Suffered.At) {
		t.Errorf("kept %+v", kept)
	}
}

// TestUnreadableSufferers: a list that cannot be read now is not written over, as it may
// be sound.
func TestUnreadableSufferers(t *testing.T) {
	dir := t.TempDir()
	s := sufferers(t, dir)
	if err := s.Keep([]lan.Device{hurt(1)}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "sufferers.json")
	away := path + ".away"
	if err := errors.Join(os.Rename(path, away), os.Symlink(path, path)); err != nil { // a name that leads nowhere
		t.Fatal(err)
	}
	s, err := wiring.OpenSufferers(dir)
	if err == nil || strings.Contains(err.Error(), "begins anew") {
		t.Errorf("opened: %v", err)
	}
	if err := s.Keep([]lan.Device{hurt(2)}); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("kept: %v", err)
	}
	if info, err := os.Lstat(path); err != nil || info.Mode().IsRegular() {
		t.Errorf("it was written over: %v", err)
	}
	if err := os.Rename(away, path); err != nil {
		t.Fatal(err)
	}
	if err := s.Keep([]lan.Device{hurt(2)}); err != nil || len(sufferers(t, dir).Devices) != 2 {
		t.Errorf("readable again: %v, %+v", err, sufferers(t, dir).Devices)
	}
}

// TestSufferersOfAnotherUser: root's sweep by hand leaves the daemon's user a list that
// he can read, and follows no link that lies where it writes.
func TestSufferersOfAnotherUser(t *testing.T) {
	dir, elsewhere := t.TempDir(), filepath.Join(t.TempDir(), "shadow")
	if err := errors.Join(os.WriteFile(elsewhere, []byte("root's own"), 0o600), os.Symlink(elsewhere, filepath.Join(dir, ".sufferers-new"))); err != nil {
		t.Fatal(err)
	}
	want := uint32(os.Geteuid())
	if err := os.Chown(dir, 8480, 8480); err == nil {
		want = 8480
	}
	s := sufferers(t, dir)
	if err := s.Keep([]lan.Device{hurt(1)}); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(elsewhere); string(b) != "root's own" || err != nil {
		t.Errorf("it led to %q, %v", b, err)
	}
	if s = sufferers(t, dir); len(s.Devices) != 1 {
		t.Errorf("kept are %v", s.Devices)
	}
	info, err := os.Lstat(filepath.Join(dir, "sufferers.json"))
	if err != nil || info.Sys().(*syscall.Stat_t).Uid != want {
		t.Errorf("it is %v, %v", info, err)
	}
}
