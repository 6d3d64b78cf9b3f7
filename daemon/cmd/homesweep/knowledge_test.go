package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/knowledge/bundle"
)

// TestKnowledgeFile makes keys, builds and signs a layer, and lives with it.
func TestKnowledgeFile(t *testing.T) {
	t.Chdir(t.TempDir())
	do := func(want int, words string, args ...string) string {
		t.Helper()
		status, out, err := homesweep(t, append([]string{"knowledge"}, args...)...)
		said := out
		if err != nil {
			said += err.Error()
		}
		if status != want || !strings.Contains(said, words) {
			t.Fatalf("%v: %d, %s; want %d and %q", args, status, said, want, words)
		}
		return out
	}
	const row = `{"vendors":[{"id":"acme","vendor":"Acme","where":"https://acme.example.org/","source_url":"https://acme.example.org/","checked":"2026-11-01"}]}`
	if err := os.WriteFile("layer.json", []byte(row), 0o600); err != nil {
		t.Fatal(err)
	}
	do(ok, "keep isp.sec secret", "keygen", "isp")
	do(failed, "is there already", "keygen", "isp")
	do(ok, "layer my-isp, serial 4", "build", "-o", "x.bundle", "-layer", "my-isp", "-serial", "4", "layer.json")
	do(failed, "is to be signed first", "verify", "-state", "state", "x.bundle")
	do(failed, "passphrase", "sign", "-key", protected(t), "x.bundle")
	do(ok, "is signed with key", "sign", "-key", "isp.sec", "x.bundle", "-minisig")
	do(failed, "is signed with a key that is not trusted here", "verify", "-state", "state", "x.bundle")
	keys := filepath.Join("state", "knowledge", "keys")
	if err := os.MkdirAll(keys, 0o700); err != nil {
		t.Fatal(err)
	}
	public, err := os.ReadFile("isp.pub")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(keys, "isp.pub"), public, 0o600); err != nil {
		t.Fatal(err)
	}
	do(ok, "It is in order.", "verify", "-state", "state", "x.bundle")
	do(ok, "is kept", "import", "-state", "state", "x.bundle")
	do(ok, "is here already", "import", "-state", "state", "x.bundle")
	do(ok, "Over it lies my-isp.", "version", "-state", "state")
	do(ok, `"my-isp"`, "version", "-state", "state", "-json")
	do(ok, "layer my-isp, serial 3", "build", "-o", "x.bundle", "-layer", "my-isp", "-serial", "3", "layer.json")
	do(ok, "is signed", "sign", "-key", "isp.sec", "x.bundle")
	do(failed, "is older than what is here already (4)", "import", "-state", "state", "x.bundle")
	do(ok, "is gone", "remove", "-state", "state", "my-isp")
	do(failed, "no such layer", "remove", "-state", "state", "my-isp")
	do(ok, "\"serial\": 3", "import", "-state", "state", "-json", "x.bundle")
}

// protected is the file of a secret key with a passphrase.
func protected(t *testing.T) string {
	t.Helper()
	sec, err := os.ReadFile("isp.sec")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(sec), "RWRCSwAAAAA", "RWRCSwAAACo", 1)
	if err := os.WriteFile("protected.sec", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return "protected.sec"
}

// TestKnowledgeRefuses holds each verb to saying what it needs.
func TestKnowledgeRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	for args, want := range map[string]string{
		"import": "needs a FILE", "verify gone": "no such file", "remove": "name of a LAYER", "build": "needs -o FILE", "keygen": "needs a NAME",
		"build -o x -days 0": "-days 0", "build -o x gone": "no such file", "build -o x -layer Acme": "no name of lower-case", "sign x": "needs -key FILE",
		"sign -key gone x": "no such file", "sample -n 0": "-n 0", "frob": `no verb "knowledge frob"`, "version now": "takes no argument",
	} {
		if status, _, err := homesweep(t, append([]string{"knowledge"}, strings.Fields(args)...)...); status != failed || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %d, %v", args, status, err)
		}
	}
	if status, out, err := homesweep(t, "knowledge"); status != ok || err != nil || !strings.Contains(out, "knowledge import FILE") {
		t.Errorf("%d, %s, %v", status, out, err)
	}
}

// TestKnowledgeSample: thirty rows of every kind, each with a source, and the
// same ones for the same seed.
func TestKnowledgeSample(t *testing.T) {
	sample := func(args ...string) (rows []row) {
		t.Helper()
		_, out, err := homesweep(t, append([]string{"knowledge", "sample", "-json", "-state", t.TempDir()}, args...)...)
		if err != nil || json.Unmarshal([]byte(out), &rows) != nil {
			t.Fatal(out, err)
		}
		return rows
	}
	rows := sample("-seed", "7")
	kinds, seen := map[string]int{}, map[string]bool{}
	for _, r := range rows {
		kinds[r.Kind]++
		if seen[r.Kind+r.ID] || r.Says == "" || !strings.HasPrefix(r.Source, "https://") {
			t.Errorf("%+v", r)
		}
		seen[r.Kind+r.ID] = true
	}
	if len(rows) != 30 || len(kinds) != 6 || kinds["firmware"] != 5 {
		t.Errorf("%d rows, %v", len(rows), kinds)
	}
	if again := sample("-seed", "7"); again[0] != rows[0] || again[29] != rows[29] {
		t.Error("another sample for the same seed")
	}
	if len(sample("-n", "1000000")) < 1000 {
		t.Error("not all rows when more are asked for than there are")
	}
	_, text, err := homesweep(t, "knowledge", "sample", "-n", "2", "-state", t.TempDir())
	if err != nil || strings.Count(text, "    source: https://") != 2 {
		t.Error(text, err)
	}
}

// TestKnowledgeBuildsItself: what the program carries can be handed on as a file,
// small enough to be pulled when the address blocks stay out.
func TestKnowledgeBuildsItself(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, args := range [][]string{{"-lean"}, nil} {
		if status, out, err := homesweep(t, append([]string{"knowledge", "build", "-o", "x.bundle"}, args...)...); status != ok || err != nil {
			t.Fatal(out, err)
		}
		payload, err := os.ReadFile("x.bundle")
		if err != nil {
			t.Fatal(err)
		}
		b, err := bundle.Parse(payload)
		if err != nil || !b.IsBase() || (b.Rows(bundle.OUI) == nil) != (args != nil) {
			t.Errorf("%v: %v", args, err)
		}
		if len(payload) > 600<<10 || args != nil && len(payload) > 160<<10 {
			t.Errorf("%v: %d bytes", args, len(payload))
		}
	}
}
