package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestSweepCompared: of the same household a second sweep tells no change, in all
// forms at once.
func TestSweepCompared(t *testing.T) {
	household(t)
	dir := t.TempDir()
	state, before := filepath.Join(dir, "state"), filepath.Join(dir, "before.json")
	page, table := filepath.Join(dir, "r.html"), filepath.Join(dir, "r.csv")
	_, out, err := homesweep(t, "sweep", "-state", state, "-touch", "look", "-pace", "fast", "-json")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(before, []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
	_, out, err = homesweep(t, "sweep", "-state", state, "-touch", "look", "-pace", "fast", "-json", "-compare", before, "-html", page, "-csv", table)
	if err != nil {
		t.Fatal(err)
	}
	var s lan.Sweep
	if err := json.Unmarshal([]byte(out), &s); err != nil {
		t.Fatal(err)
	}
	if s.Changes == nil || !s.Changes.None() || len(s.Guidelines) != 13 {
		t.Errorf("changes %+v, %d guidelines", s.Changes, len(s.Guidelines))
	}
	for _, path := range []string{page, table} {
		if text, err := os.ReadFile(path); err != nil || !strings.Contains(string(text), "192.168.79.") {
			t.Errorf("%s: %v, %d bytes", path, err, len(text))
		}
	}
}
