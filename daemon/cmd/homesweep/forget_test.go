package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/daemon/wiring"
)

func TestForget(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	run := func() (int, string, error) {
		var out bytes.Buffer
		status, err := dispatch(context.Background(), []string{"forget", "-yes", "-state", dir}, &out, os.Stderr)
		return status, out.String(), err
	}
	if status, out, err := run(); status != ok || !strings.Contains(out, "nothing to delete") || err != nil {
		t.Errorf("without a state directory: %d, %q, %v", status, out, err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("it made the directory")
	}
	book, err := wiring.OpenBook(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := book.Append("decision", "Xanthippe"); err != nil {
		t.Fatal(err)
	}
	if status, _, err := run(); status != failed || err == nil || !strings.Contains(err.Error(), "dashboard") {
		t.Errorf("while another runs: %d, %v", status, err)
	}
	if err := book.Close(); err != nil {
		t.Fatal(err)
	}
	if status, out, err := run(); status != ok || !strings.Contains(out, "is deleted") || err != nil {
		t.Errorf("%d, %q, %v", status, out, err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "journal")); err != nil || len(text) > 0 {
		t.Errorf("left: %q, %v", text, err)
	}
}

// asked is a terminal at which something was typed.
type asked struct {
	*strings.Reader
	bytes.Buffer
}

func (a *asked) Read(b []byte) (int, error) { return a.Reader.Read(b) }

// TestMeant: only the whole word on a line is a yes.
func TestMeant(t *testing.T) {
	for typed, want := range map[string]bool{"delete\n": true, " delete \r\n": true, "": false, "delete": false, "yes\n": false, "DELETE\n": false, "del\nete\n": false} {
		a := &asked{Reader: strings.NewReader(typed)}
		if got := meant(a, "/var/lib/homesweep"); got != want || !strings.Contains(a.Buffer.String(), "/var/lib/homesweep") {
			t.Errorf("%q is taken for %t after %q", typed, got, a.Buffer.String())
		}
	}
}
