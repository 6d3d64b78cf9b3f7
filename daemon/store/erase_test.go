package store

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// marker is in everything that is kept of the home of marked.
const marker = "Xanthippe"

// marked fills s with a device, findings, events, days and snapshots, all with the
// marker in them.
func marked(t *testing.T, s *Store, c *clock) {
	t.Helper()
	for i := range 3 { // the snapshot, the one before it, and freed pages
		d := device(1, finding("telnet-open", lan.Fail))
		d.ID, d.Names, d.Findings[0].Title = marker, []string{marker, strings.Repeat(marker, i)}, marker
		sweep := sweepAt(c.now, lan.Ask, d)
		sweep.Notes = []string{marker}
		mustCommit(t, s, sweep)
		stand(t, s, marker, lan.Online, c.now)
		mustAppend(t, s, lan.Event{At: c.now, What: lan.DeviceJoined, Device: marker, Words: marker})
		if err := s.Snapshot(); err != nil {
			t.Fatal(err)
		}
	}
}

// filesWith are the files below the directories that hold text, packed or not.
func filesWith(t *testing.T, text string, dirs ...string) (found []string) {
	t.Helper()
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			raw, err := os.ReadFile(path)
			if bytes.Contains(raw, []byte(text)) || strings.Contains(path, ".snapshot") || strings.Contains(path, ".damaged") {
				found = append(found, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// TestErase: nothing of what was there is in any file, the memory works on, and a
// start after it reads nothing back.
func TestErase(t *testing.T) {
	for _, inMemory := range []bool{false, true} {
		c := &clock{day0}
		o := options(t, c)
		o.Fallback = filepath.Join(t.TempDir(), "run")
		if inMemory {
			o.mappable = func(uintptr) error { return syscall.EINVAL }
		}
		s := mustOpen(t, o)
		marked(t, s, c)
		live := s.Usage().Path
		if err := os.WriteFile(live+damagedMark+"20261101T120000Z", []byte(marker), 0o600); err != nil {
			t.Fatal(err)
		}
		other := filepath.Join(filepath.Dir(o.Path), "somebody-elses")
		if err := os.WriteFile(other, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(o.Fallback, 0o700); err != nil {
			t.Fatal(err)
		}
		if list := filesWith(t, marker, filepath.Dir(o.Path), o.Fallback); len(list) != 4 {
			t.Fatalf("before: %q", list)
		}
		if err := s.Erase(); err != nil {
			t.Fatal(err)
		}
		if list := filesWith(t, marker, filepath.Dir(o.Path), o.Fallback); list != nil {
			t.Errorf("left in %q", list)
		}
		if _, err := os.Stat(other); err != nil {
			t.Error("it took away what is not its own")
		}
		if got := latest(t, s); !reflect.DeepEqual(got, lan.Sweep{}) {
			t.Errorf("remembered %+v", got)
		}
		if err := s.Commit(sweepAt(c.now, lan.Ask, device(1))); err != nil || len(latest(t, s).Devices) > 0 {
			t.Errorf("a sweep that began before it is kept: %v", err)
		}
		if kept := mustAppend(t, s, event(1, c.now)); kept != nil {
			t.Errorf("an event from before it is kept: %+v", kept)
		}
		c.now = c.now.Add(time.Hour)
		mustCommit(t, s, sweepAt(c.now, lan.Ask, device(1)))
		if kept := mustAppend(t, s, event(1, c.now)); len(kept) != 1 || kept[0].ID != zeroth+4 {
			t.Errorf("the next event is number %d", kept[0].ID)
		}
		next := numbered(1)
		next.Started, next.Finished = c.now.Add(time.Minute), c.now.Add(2*time.Minute)
		mustCommit(t, s, next)
		s.Close()
		s = mustOpen(t, o)
		if n, err := number(s); n != 1 || err != nil || s.Recovered().Happened() {
			t.Errorf("after a restart: sweep %d, %v, %+v", n, err, s.Recovered())
		}
		marked(t, s, c)
		if err := Remove(o); err == nil {
			t.Error("it was taken away under an open memory")
		}
		s.Close()
		if err := Remove(o); err != nil {
			t.Error(err)
		}
		if list := filesWith(t, marker, filepath.Dir(o.Path), o.Fallback); list != nil {
			t.Errorf("left in %q", list)
		}
	}
}

// TestEraseUnderReaders: who reads meanwhile sees the memory before or after.
func TestEraseUnderReaders(t *testing.T) {
	c := &clock{day0}
	s := mustOpen(t, options(t, c))
	marked(t, s, c)
	done := make(chan error)
	for range 4 {
		go func() {
			var err error
			for range 200 {
				if _, e := s.Latest(); e != nil {
					err = e
				}
			}
			done <- err
		}()
	}
	for range 3 {
		if err := s.Erase(); err != nil {
			t.Error(err)
		}
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
