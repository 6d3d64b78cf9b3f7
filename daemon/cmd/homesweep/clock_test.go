package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestKeepLocal: times are said by the router's zone, and by the machine's where there is
// none or none that can be read, which is said.
func TestKeepLocal(t *testing.T) {
	before := time.Local
	defer func() { time.Local = before }()
	t.Setenv("TZ", "")
	for text, want := range map[string]string{"": "", "CET-1CEST,M3.5.0,M10.5.0/3\n": "14:00 CEST", "nonsense\n": ""} {
		root := t.TempDir()
		if err := os.Mkdir(filepath.Join(root, "etc"), 0o755); err != nil {
			t.Fatal(err)
		}
		if text != "" {
			if err := os.WriteFile(filepath.Join(root, "etc/TZ"), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		time.Local = time.UTC
		var talk bytes.Buffer
		keepLocal(root, &talk)
		if want == "" {
			want = "12:00 UTC"
		}
		if got := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC).Local().Format("15:04 MST"); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
		if said := talk.String(); strings.Contains(said, "nonsense") != strings.HasPrefix(text, "nonsense") {
			t.Errorf("%q: says %q", text, said)
		}
	}
}
