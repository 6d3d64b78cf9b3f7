package store

import (
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
	if _, err := Open(o); err == nil || !strings.Contains(err.Error(), "-db") {
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
