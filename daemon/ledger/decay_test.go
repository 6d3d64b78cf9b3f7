package ledger

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/journal"
	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// TestDecayAnew: each entry that goes bad costs a day, once, also where what went bad
// before cannot be put aside and is found again at each start.
func TestDecayAnew(t *testing.T) {
	for _, where := range []string{"put aside", "left there"} {
		path := filepath.Join(t.TempDir(), "journal")
		now := Moment{Wall: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC), Boot: "a", Up: time.Hour}
		granted := func(device string) bool {
			t.Helper()
			j, err := journal.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer j.Close()
			l, err := Open(j, func() Moment { return now })
			if err != nil {
				t.Fatal(err)
			}
			return tryOn(t, l, lan.Device{ID: device}, on("admin"), probes.Rejected)
		}
		if where == "left there" {
			if err := os.MkdirAll(filepath.Join(path+".damaged", "in the way"), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		bad := 0
		for i, rot := range []func(lines [][]byte){
			func(lines [][]byte) { lines[1][20] ^= 4 },
			func(lines [][]byte) { bad = len(lines) - 3; lines[bad][20] ^= 4 },
			func(lines [][]byte) { lines[bad][len(lines[bad])-1] ^= 4 }, // it runs into the next
			func(lines [][]byte) { // the note of earlier damage, too
				for i, line := range lines {
					if i == 0 || bytes.Contains(line, []byte(`"kind":"damaged"`)) {
						line[20] ^= 4
					}
				}
			},
		} {
			for n := range 2 {
				if !granted(string(rune('a'+i)) + string(rune('a'+n))) {
					t.Fatalf("%s, %d: nothing is tried though nothing went bad", where, i)
				}
			}
			text, err := os.ReadFile(path)
			lines := bytes.SplitAfter(text, []byte{'\n'})
			rot(lines)
			if err != nil || os.WriteFile(path, bytes.Join(lines, nil), 0o600) != nil {
				t.Fatal(err)
			}
			for range 2 {
				if granted("x") {
					t.Errorf("%s, %d: tried though more went bad", where, i)
				}
				now.Up += Day - time.Hour
				now.Wall = now.Wall.Add(Day - time.Hour)
			}
		}
	}
}
