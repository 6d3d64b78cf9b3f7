package wiring_test

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestNothingKeptElsewhere: whoever deletes the state directory has deleted all
// that the daemon remembers. Every place that a user's programs write to by habit
// is empty after a life with decisions and a snapshot.
func TestNothingKeptElsewhere(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"HOME", "TMPDIR", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"} {
		t.Setenv(name, filepath.Join(root, "elsewhere", name))
	}
	state := filepath.Join(root, "state")
	d, _ := mustStart(t, state)
	if err := errors.Join(d.Home.Decide(lan.Decision{Device: "d-1", What: "name", Value: "Hall camera"}), d.Home.SetTouch(lan.Ask), d.Close()); err != nil {
		t.Fatal(err)
	}
	kept := 0
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			if kept++; !strings.HasPrefix(path, state) {
				t.Errorf("%s was written", strings.TrimPrefix(path, root))
			}
		}
		return err
	})
	if err != nil || kept == 0 {
		t.Errorf("%d files in the state directory: %v", kept, err)
	}
}
