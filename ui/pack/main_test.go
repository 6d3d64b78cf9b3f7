package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestPack(t *testing.T) {
	in, out := t.TempDir(), t.TempDir()
	write := func(dir, name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(in, "a.js", "let a = 1;")
	write(out, "gone.js.gz", "left over")
	var first []byte
	for range 2 {
		if err := pack(in, out); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(out, "a.js.gz"))
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = got
		}
		if string(got) != string(first) {
			t.Error("the same file gave other bytes")
		}
	}
	if _, err := os.Stat(filepath.Join(out, "gone.js.gz")); !os.IsNotExist(err) {
		t.Errorf("what is left over from a file that is gone: %v", err)
	}
}
