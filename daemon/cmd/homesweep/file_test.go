package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func ownerOf(t *testing.T, path string) [2]uint32 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	stat := info.Sys().(*syscall.Stat_t)
	return [2]uint32{stat.Uid, stat.Gid}
}

// TestFileKeepsTheOneBefore: a file that cannot be written to its end leaves the
// one before as it was, and nothing beside it.
func TestFileKeepsTheOneBefore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.html")
	if err := os.WriteFile(path, []byte("before"), 0o640); err != nil {
		t.Fatal(err)
	}
	f, err := begin(path)
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("no more")
	err = f.keep(func(w io.Writer) error {
		_, _ = io.WriteString(w, "half")
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	text, err := os.ReadFile(path)
	left, _ := os.ReadDir(filepath.Dir(path))
	if string(text) != "before" || err != nil || len(left) != 1 {
		t.Errorf("%q, %v, %v", text, err, left)
	}
}

// TestFileOutputBehindLinks: a link stays, and what it leads to is written, there
// or yet to come; a stricter mode is kept.
func TestFileOutputBehindLinks(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	if err := os.WriteFile(path("there"), []byte("before"), 0o400); err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]string{"a": "there", "b": "to-come", "c": path("b"), "round": "round"} {
		if err := os.Symlink(to, path(name)); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]struct {
		at   string
		mode os.FileMode
	}{"a": {"there", 0o400}, "c": {"to-come", 0o600}} {
		f, err := begin(path(name))
		if err != nil {
			t.Fatal(err)
		}
		if err := f.keep(func(w io.Writer) error { _, err := io.WriteString(w, "now"); return err }); err != nil {
			t.Fatal(err)
		}
		info, err := os.Lstat(path(want.at))
		link, lost := os.Readlink(path(name))
		if err != nil || !info.Mode().IsRegular() || info.Mode().Perm() != want.mode || lost != nil {
			t.Errorf("%s: %v, %v; the link leads to %q, %v", name, info, err, link, lost)
		}
	}
	if f, err := begin(path("round")); err == nil {
		f.discard()
		t.Error("a link that leads to itself was begun")
	}
}
