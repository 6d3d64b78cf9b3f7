package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/daemon/config"
	"github.com/homesweep/homesweep/daemon/door"
	"github.com/homesweep/homesweep/daemon/wiring"
)

// TestPasswd sets a password from standard input where no daemon runs, and keeps
// the old one when the new one is not fit.
func TestPasswd(t *testing.T) {
	state := filepath.Join(t.TempDir(), "new", "state")
	stdin := os.Stdin
	defer func() { os.Stdin = stdin }()
	set := func(text string) (string, error) {
		t.Helper()
		in, err := os.CreateTemp(t.TempDir(), "")
		if err == nil {
			_, err = in.WriteString(text)
		}
		if err == nil {
			_, err = in.Seek(0, 0)
		}
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		os.Stdin = in
		var out bytes.Buffer
		c := config.Default()
		c.State = state
		status, err := passwd(t.Context(), call{config: c, out: &out, talk: os.Stderr})
		if (status == ok) != (err == nil) {
			t.Errorf("status %d with %v", status, err)
		}
		return out.String(), err
	}
	if said, err := set("three wet dogs dancing\r\nand more\n"); err != nil || !strings.Contains(said, "log in again") {
		t.Fatalf("%s, %v", said, err)
	}
	for text, says := range map[string]string{
		"short\n": "at least 12 characters", "": "no password was given", strings.Repeat("x", 2000): "longer than any password", strings.Repeat("x", 100) + "\n": "at most 72 bytes",
	} {
		if _, err := set(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%.20q: %v, want %q", text, err, says)
		}
	}
	book, err := wiring.OpenBook(state)
	if err != nil {
		t.Fatal(err)
	}
	keeper, err := door.Open(book)
	if err != nil || keeper.Check("three wet dogs dancing") != nil {
		t.Errorf("the first password is not in force: %v", err)
	}
	if _, err := set("four dry cats sleeping"); err == nil || !strings.Contains(err.Error(), "running daemon") {
		t.Errorf("while another has the journal: %v", err)
	}
	if err := book.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestExportWithoutDaemon says what to do.
func TestExportWithoutDaemon(t *testing.T) {
	c := config.Default()
	c.State = t.TempDir()
	var out bytes.Buffer
	if status, err := export(t.Context(), call{config: c, out: &out}); status != failed || err == nil || !strings.Contains(err.Error(), "homesweep run") || out.Len() > 0 {
		t.Errorf("status %d, %v, %s", status, err, out.String())
	}
}
