package store

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestFileSystemRefuses(t *testing.T) {
	c := &clock{day0}
	o := options(t, c)
	dir := filepath.Dir(o.Path)
	refused := 0
	o.mappable = func(uintptr) error { refused++; return syscall.EINVAL }
	if _, err := Open(o); err == nil || !strings.Contains(err.Error(), "-state") {
		t.Errorf("without a fallback: %v", err)
	}
	o.Fallback = filepath.Join(t.TempDir(), "run")
	s := mustOpen(t, o)
	mustCommit(t, s, numbered(1))
	mustCommit(t, s, numbered(2))
	if u := s.Usage(); !u.InMemory || filepath.Dir(u.Path) != o.Fallback {
		t.Errorf("usage %+v", u)
	}
	if err := s.Snapshot(); err != nil {
		t.Fatal(err)
	}
	s.Close()
	names, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(names) != 2 { // the snapshot and the one before it
		t.Errorf("beside the refusing path: %q", names)
	}

	s = mustOpen(t, o) // a restart: the live one is still there
	if n, err := number(s); n != 2 || s.Recovered().Happened() {
		t.Errorf("after a restart: sweep %d, %v, %+v", n, err, s.Recovered())
	}
	s.Close()
	if err := os.RemoveAll(o.Fallback); err != nil { // a reboot
		t.Fatal(err)
	}
	s = mustOpen(t, o)
	if n, err := number(s); n != 2 || s.Recovered().Snapshot == "" || s.Recovered().Damaged != "" {
		t.Errorf("after a reboot: sweep %d, %v, %+v", n, err, s.Recovered())
	}
	if refused != 4 {
		t.Errorf("asked the file system %d times", refused)
	}
}

// TestInMemory: the live database is in the fallback though the file system would hold
// it, and where the fallback cannot be it is in its place.
func TestInMemory(t *testing.T) {
	c := &clock{day0}
	o := options(t, c)
	o.InMemory, o.Fallback = true, filepath.Join(t.TempDir(), "run")
	s := mustOpen(t, o)
	mustCommit(t, s, numbered(1))
	if u := s.Usage(); !u.InMemory || filepath.Dir(u.Path) != o.Fallback {
		t.Errorf("usage %+v", u)
	}
	if err := s.Snapshot(); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if err := os.WriteFile(o.Fallback+"-file", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	o.Fallback = filepath.Join(o.Fallback+"-file", "run")
	s = mustOpen(t, o)
	if n, err := number(s); n != 1 || s.Usage().InMemory {
		t.Errorf("sweep %d, %v, usage %+v", n, err, s.Usage())
	}
}

// TestFromDiskToMemory: what was on the disk goes on in memory, and does not come back
// from there once a snapshot has it.
func TestFromDiskToMemory(t *testing.T) {
	c := &clock{day0}
	o := options(t, c)
	s := mustOpen(t, o)
	mustCommit(t, s, numbered(1)) // with a snapshot
	mustCommit(t, s, numbered(2))
	mustAppend(t, s, event(1, day0))
	s.Close()
	o.InMemory, o.Fallback = true, filepath.Join(t.TempDir(), "run")
	s = mustOpen(t, o)
	if n, err := number(s); n != 2 || err != nil || !s.Usage().InMemory || len(numbers(t, s, "", 0, 9)) != 1 {
		t.Errorf("sweep %d, %v, usage %+v", n, err, s.Usage())
	}
	mustCommit(t, s, numbered(3))
	if err := s.Snapshot(); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{o.Path, o.Path + recentMark} {
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s is there still", path)
		}
	}
	s.Close()
	two := o
	two.Path = filepath.Join(t.TempDir(), filepath.Base(o.Path))
	if n, err := number(mustOpen(t, two)); n != 0 || err != nil {
		t.Errorf("another state directory has sweep %d, %v", n, err)
	}
	o.InMemory = false
	if n, err := number(mustOpen(t, o)); n != 3 || err != nil {
		t.Errorf("back on the disk: sweep %d, %v", n, err)
	}
}

// TestMemoryIsFull: where the database on the disk finds no room in memory it stays on
// the disk.
func TestMemoryIsFull(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("this machine has no /dev/full")
	}
	c := &clock{day0}
	o := options(t, c)
	s := mustOpen(t, o)
	mustCommit(t, s, numbered(1))
	s.Close()
	o.InMemory, o.Fallback = true, t.TempDir()
	if err := os.Symlink("/dev/full", o.inMemory()); err != nil {
		t.Fatal(err)
	}
	s = mustOpen(t, o)
	if n, err := number(s); n != 1 || err != nil || s.Usage().InMemory {
		t.Errorf("sweep %d, %v, usage %+v", n, err, s.Usage())
	}
}

// TestBusyOnDisk: an Open that another homesweep on the disk kept from going on leaves
// nothing locked.
func TestBusyOnDisk(t *testing.T) {
	c := &clock{day0}
	o := options(t, c)
	s := mustOpen(t, o)
	mustCommit(t, s, numbered(1))
	o.InMemory, o.Fallback = true, t.TempDir()
	if _, err := Open(o); !errors.Is(err, ErrBusy) {
		t.Errorf("beside another: %v", err)
	}
	s.Close()
	s = mustOpen(t, o)
	if n, err := number(s); n != 1 || err != nil || !s.Usage().InMemory {
		t.Errorf("sweep %d, %v, usage %+v", n, err, s.Usage())
	}
}
