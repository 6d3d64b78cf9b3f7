package store

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestDiskFull lets the kernel refuse to write beyond a size, as a full disk
// would. The limit is a whole process's, so it is a child that has it.
func TestDiskFull(t *testing.T) {
	const env = "HOMESWEEP_STORE_DISK_FULL"
	if os.Getenv(env) == "" {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestDiskFull$")
		child.Env = append(os.Environ(), env+"=1")
		if out, err := child.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	o, _ := household(t)
	s := mustOpen(t, o)
	snapshot := mustRead(t, o.Path+".snapshot")
	big := numbered(9)
	for i := range 100 {
		big.Devices = append(big.Devices, device(20+i))
	}
	for _, sweep := range []lan.Sweep{big, numbered(9)} {
		withFileLimit(t, 4*pageSize, func() {
			if err := s.Commit(sweep); err == nil || !strings.Contains(err.Error(), "too large") {
				t.Errorf("commit on a full disk: %v", err)
			}
		})
		if n, err := number(s); n != 8 {
			t.Errorf("after a failed commit: sweep %d, %v", n, err)
		}
	}
	s.unsaved = true
	withFileLimit(t, 100, func() {
		if err := s.Snapshot(); !errors.Is(err, syscall.EFBIG) {
			t.Errorf("snapshot on a full disk: %v", err)
		}
	})
	if !bytes.Equal(snapshot, mustRead(t, o.Path+".snapshot")) {
		t.Error("a failed snapshot changed the one before")
	}
	if _, err := os.Stat(o.Path + ".snapshot.new"); err == nil {
		t.Error("a failed snapshot left its temporary file")
	}
	mustCommit(t, s, numbered(9))
	s.Close()
	s = mustOpen(t, o)
	if n, err := number(s); n != 9 || s.Recovered().Happened() {
		t.Errorf("after there was room again: sweep %d, %v, %+v", n, err, s.Recovered())
	}
}

// withFileLimit runs work while no file of this process can grow beyond n.
func withFileLimit(t *testing.T, n uint64, work func()) {
	t.Helper()
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: old.Max}); err != nil {
		t.Fatal(err)
	}
	defer syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old)
	work()
}

func TestSnapshotRhythm(t *testing.T) {
	c := &clock{day0}
	o := options(t, c)
	s := mustOpen(t, o)
	taken := func() time.Time { h, _, _ := readSnapshot(o.Path + ".snapshot"); return h.At }
	for _, tt := range []struct{ hours, want int }{{0, 0}, {1, 0}, {5, 0}, {6, 6}, {11, 6}, {13, 13}} {
		c.now = day0.Add(time.Duration(tt.hours) * time.Hour)
		mustCommit(t, s, numbered(tt.hours+1))
		if want := day0.Add(time.Duration(tt.want) * time.Hour); !taken().Equal(want) {
			t.Errorf("after %d hours: snapshot of %s, want %s", tt.hours, taken(), want)
		}
	}
	c.now = c.now.Add(time.Minute)
	if err := s.Snapshot(); err != nil || taken().Equal(c.now) {
		t.Errorf("a snapshot was taken of nothing new: %v", err)
	}
	mustCommit(t, s, numbered(20))
	if err := s.Snapshot(); err != nil || !taken().Equal(c.now) {
		t.Errorf("a snapshot when told: %s, %v", taken(), err)
	}
	c.now = day0.Add(-24 * time.Hour) // the clock was put back
	mustCommit(t, s, numbered(21))
	if !taken().Equal(c.now) {
		t.Errorf("after the clock was put back: snapshot of %s", taken())
	}
}

// TestSnapshotOfNews: what happened is packed ten minutes later, and a home in which it
// never ends wears out no flash.
func TestSnapshotOfNews(t *testing.T) {
	c := &clock{day0}
	o := options(t, c)
	s := mustOpen(t, o)
	mustCommit(t, s, numbered(1))
	tick := func(minutes int) (taken bool) {
		t.Helper()
		before := s.snapshotAt
		c.now = c.now.Add(time.Duration(minutes) * time.Minute)
		if err := s.SnapshotIfDue(); err != nil {
			t.Fatal(err)
		}
		return s.snapshotAt != before
	}
	if tick(15) {
		t.Error("packed though nothing happened")
	}
	mustAppend(t, s, event(1, c.now))
	if tick(9) {
		t.Error("packed before ten minutes had passed")
	}
	if !tick(1) || tick(20) {
		t.Error("not packed once when ten minutes had passed")
	}
	s.newsSpent = newsBytes
	mustAppend(t, s, event(2, c.now))
	if tick(20) {
		t.Error("packed though the day's share was spent")
	}
	if !tick(24 * 60) {
		t.Error("not packed on another day")
	}
}
