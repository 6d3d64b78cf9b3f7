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
