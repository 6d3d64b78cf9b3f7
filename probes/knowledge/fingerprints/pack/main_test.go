package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/knowledge/packing"
)

const record = `[{"id":"a","match":{"http.title":"^A$"},"vendor":"Acme","confidence":0.5,"source":"https://example.org","checked":"",
	"examples":{"match":[{"heard":{"http.title":"A"},"expect":{"vendor":"Acme"}}],"not_match":[{"http.title":"B"}]}}]`

func TestPack(t *testing.T) {
	dir := t.TempDir()
	data, out := filepath.Join(dir, "data"), filepath.Join(dir, "records.txt")
	write := func(text string) {
		t.Helper()
		if err := os.MkdirAll(data, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(data, "a.json"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(record)
	if err := pack(dir, out); err != nil {
		t.Fatal(err)
	}
	zipped, err := os.ReadFile(out)
	text := packing.Text(zipped)
	if err != nil || !strings.HasPrefix(string(text), "#/sources\n\thttps://example.org\n#http\na\t0.5\t") || strings.Contains(string(text), "expect") {
		t.Fatalf("%q, %v", text, err)
	}
	write(strings.Replace(record, "^A$", "(", 1))
	if err := pack(dir, out); err == nil || !strings.Contains(err.Error(), `record "a"`) {
		t.Errorf("a broken pattern: %v", err)
	}
	if again, _ := os.ReadFile(out); string(packing.Text(again)) != string(text) {
		t.Error("a failed run changed the file")
	}
}
