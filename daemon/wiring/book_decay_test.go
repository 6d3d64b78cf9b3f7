package wiring

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestGrantsAfterDecay: each word that goes bad ends the grants from before it, and not
// those from after, also where what went bad cannot be put aside.
func TestGrantsAfterDecay(t *testing.T) {
	dir := t.TempDir()
	d := planting(t, dir)
	unpurgeable(t, dir)
	path := filepath.Join(dir, "journal")
	reopen := func(rot bool, want bool) {
		t.Helper()
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		if rot {
			text, err := os.ReadFile(path)
			lines := bytes.SplitAfter(text, []byte{'\n'})
			lines[len(lines)-2][20] ^= 4 // the last
			if err != nil || os.WriteFile(path, bytes.Join(lines, nil), 0o600) != nil {
				t.Fatal(err)
			}
		}
		if d = planting(t, dir); d.Home.Granted() != want {
			t.Errorf("damaged %v: granted %v", rot, !want)
		}
	}
	for range 3 {
		if err := d.Home.SetGrant(lan.Grant{Until: time.Now().Add(time.Hour), By: "Ada"}); err != nil {
			t.Fatal(err)
		}
		reopen(false, true)
		if err := d.Home.SetContact("Ada"); err != nil {
			t.Fatal(err)
		}
		reopen(true, false)
		reopen(false, false)
	}
	d.Close()
}
