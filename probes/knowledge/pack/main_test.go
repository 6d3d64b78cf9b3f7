package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/knowledge/packing"
)

func TestPack(t *testing.T) {
	root := t.TempDir()
	const row = `[ {"id":"acme", "vendor":"Acme", "where":"https://acme.example.org/", "source_name":"s",
		"source_url":"https://acme.example.org/", "checked":"2026-01-01", "verified":true} ]`
	data := filepath.Join(root, "vendors", "data", "a.json")
	for _, f := range files {
		if err := os.MkdirAll(filepath.Join(root, f.dir, "data"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(data, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(row)
	if err := pack(root); err != nil {
		t.Fatal(err)
	}
	const want = `[{"vendor":"Acme","where":"https://acme.example.org/","source_url":"https://acme.example.org/","checked":"2026-01-01"}` + "\n]\n"
	carried := filepath.Join(root, "vendors", "rows.json.gz")
	if text, err := os.ReadFile(carried); err != nil || string(packing.Text(text)) != want {
		t.Fatalf("%q, %v", packing.Text(text), err)
	}
	write(strings.Replace(row, "2026-01-01", "May", 1))
	if err := pack(root); err == nil || !strings.Contains(err.Error(), "data/a.json") {
		t.Errorf("a broken row: %v", err)
	}
	if text, _ := os.ReadFile(carried); string(packing.Text(text)) != want {
		t.Error("a failed run changed the file")
	}
}
