package wiring

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// TestCopyState: what of a state cannot be read costs itself only.
func TestCopyState(t *testing.T) {
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "state")
	err := errors.Join(
		os.Symlink(filepath.Join(from, "nothing"), filepath.Join(from, "a")), os.Mkdir(filepath.Join(from, "b"), 0o700),
		os.WriteFile(filepath.Join(from, "b", "c"), []byte("kept"), 0o600),
	)
	if err != nil {
		t.Fatal(err)
	}
	if err := copyState(to, from); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("that one is missing is not said: %v", err)
	}
	if text, err := os.ReadFile(filepath.Join(to, "b", "c")); string(text) != "kept" {
		t.Errorf("%q, %v", text, err)
	}
}
