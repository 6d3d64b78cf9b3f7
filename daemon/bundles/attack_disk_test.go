package bundles

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/homesweep/homesweep/probes/knowledge/bundle"
)

// TestAttackPatternsInSum: patterns of which each is bearable are refused when all
// of them, compiled, would eat a small router's memory.
func TestAttackPatternsInSum(t *testing.T) {
	s := store(t)
	var pages, lines, rows strings.Builder
	for i := range 700 {
		row := strings.Replace(page(fmt.Sprint("acme-", i), "/about"), "^Acme$", "^(?:ab){1000}(?:cd){1000}$", 1)
		pages.WriteString("," + strings.Trim(row, "[]"))
		fmt.Fprintf(&rows, `,{"id":"acme-%d","kind":"end_of_support","vendor":"Acme","match":{"vendor":"(?:ab){300}","model":"Box"},
			"date":"2020-01-02","published_by":"press","advice":"Replace it.","source_url":"https://acme.example.org/",
			"confidence":"medium","verified":true,"checked":"2026-11-01"}`, i)
		fmt.Fprintf(&lines, "acme-%d\t0.5\t0\t0\tvendor=Acme\t~\thttp.title\t\t%s\n", i, strings.Repeat(`\pL`, 30))
	}
	packed, err := json.Marshal("#/sources\n\thttps://acme.example.org/\n#http\n" + lines.String())
	if err != nil {
		t.Fatal(err)
	}
	firmware := map[string]json.RawMessage{bundle.Firmware: json.RawMessage("[" + rows.String()[1:] + "]")}
	for _, sections := range []map[string]json.RawMessage{firmware, site("[" + pages.String()[1:] + "]"), {bundle.Fingerprints: packed}} {
		if _, err := s.Import(file(t, provider, "my-isp", 1, sections)); !errors.Is(err, ErrRows) || !strings.Contains(err.Error(), "too many, or repeat too much") {
			t.Error(err)
		}
	}
}

// TestAttackHugeLayers: layers that are each within their bound stay so in sum.
func TestAttackHugeLayers(t *testing.T) {
	s := store(t)
	refused(t, s, file(t, provider, "my-isp", 1, site(`["`+strings.Repeat("A", 1<<20)+`"]`)), bundle.ErrTooBig)
	refused(t, s, file(t, publisher, "base", own(t)+1, map[string]json.RawMessage{bundle.OUI: json.RawMessage(`"` + strings.Repeat("A", 7<<20) + `"`)}), ErrRows)
}

// TestAttackSameNumber: an overlay key made with the number of the publisher's, or
// of another provider's, gets nothing of theirs and takes nothing from them.
func TestAttackSameNumber(t *testing.T) {
	for _, of := range []bundle.SecretKey{publisher, provider} {
		s := store(t)
		// A key's file is open to anybody: the number of one, the rest of another.
		text := string(thief.Public().File("x"))
		k, err := bundle.ParsePublic([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		k.Number = of.Public().Number
		put(t, filepath.Join(s.KeyFolder(), "00.pub"), k.File("a twin's"))
		must(t, s, file(t, publisher, "base", own(t)+1, site(page("acme", "/about"))))
		must(t, s, file(t, provider, "my-isp", 1, site(page("box", "/box"))))
		if b, said := base(t, s); has(b, "box") != "/box" || has(b, "acme") != "/about" || said != "" {
			t.Error(said)
		}
		refused(t, s, file(t, thief, "my-isp", 2, site(page("box", "/stolen"))), ErrRight)
	}
}

// TestAttackRollback: the file before is for damage alone, and older than the
// program nothing counts.
func TestAttackRollback(t *testing.T) {
	s := store(t)
	must(t, s, file(t, publisher, "base", own(t)+1, site(page("acme", "/one"))))
	must(t, s, file(t, publisher, "base", own(t)+2, site(page("acme", "/two"))))
	put(t, s.path("base")+previous, file(t, publisher, "base", own(t)+9, site(page("acme", "/nine"))))
	if b, said := base(t, s); has(b, "acme") != "/two" || said != "" {
		t.Error("the file before goes before the file", said)
	}
	put(t, s.path("base"), []byte("junk"))
	put(t, s.path("base")+previous, file(t, publisher, "base", own(t)-1, site(page("acme", "/old"))))
	if b, _ := base(t, s); b.Edition.Serial != own(t) || has(b, "acme") != "" {
		t.Errorf("%+v", b.Edition)
	}
	refused(t, s, file(t, publisher, "base", own(t)-1, site(page("acme", "/old"))), ErrOld)
}

// TestAttackLinks: links and pipes in the folder make nobody write elsewhere or
// wait for ever.
func TestAttackLinks(t *testing.T) {
	s := store(t)
	victim := filepath.Join(t.TempDir(), "victim")
	put(t, victim, []byte("mine"))
	for _, name := range []string{s.path("base") + fresh, s.path("base"), filepath.Join(s.dir, "checked.json"+fresh), filepath.Join(s.dir, "checked.json")} {
		if err := os.Symlink(victim, name); err != nil {
			t.Fatal(err)
		}
	}
	for _, pipe := range []string{filepath.Join(s.KeyFolder(), "pipe.pub"), s.path("my-isp")} {
		if err := syscall.Mkfifo(pipe, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	must(t, s, file(t, publisher, "base", own(t)+1, site(page("acme", "/about"))))
	b, said := base(t, s)
	if has(b, "acme") != "/about" || strings.Count(said, "no ordinary file") != 2 {
		t.Error(said)
	}
	if text, err := os.ReadFile(victim); err != nil || string(text) != "mine" {
		t.Errorf("%q, %v", text, err)
	}
	if err := os.Remove(filepath.Join(s.dir, "lock")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(victim, filepath.Join(s.dir, "lock")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Import(file(t, publisher, "base", own(t)+2, site(page("acme", "/about")))); err == nil || !strings.Contains(err.Error(), "cannot be kept") {
		t.Error(err)
	}
}

// TestAttackTwoAtOnce: of several imports at the same time the newest stays, and
// each of the others is older or was there before it.
func TestAttackTwoAtOnce(t *testing.T) {
	s := store(t)
	var all sync.WaitGroup
	for i := range int64(8) {
		one := file(t, provider, "my-isp", i+1, site(page("box", fmt.Sprint("/v", i+1))))
		other := *s
		all.Go(func() {
			if _, err := other.Import(one); err != nil && !errors.Is(err, ErrOld) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if b, said := base(t, s); has(b, "box") != "/v8" || said != "" {
		t.Errorf("%s, %s", has(b, "box"), said)
	}
}

// TestAttackFullDisk: what does not fit is not kept, leaves nothing behind, and
// what was there holds.
func TestAttackFullDisk(t *testing.T) {
	if os.Getenv("HOMESWEEP_FULL_DISK") == "" { // the bound is for a whole process, and this one has other files
		child := exec.Command(os.Args[0], "-test.run=^TestAttackFullDisk$")
		child.Env = append(os.Environ(), "HOMESWEEP_FULL_DISK=1")
		if said, err := child.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, said)
		}
		return
	}
	s := store(t)
	must(t, s, file(t, publisher, "base", own(t)+1, site(page("acme", "/one"))))
	two := file(t, publisher, "base", own(t)+2, site(page("acme", "/two")))
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 64, Max: before.Max}); err != nil {
		t.Fatal(err)
	}
	_, err := s.Import(two)
	if rerr := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before); rerr != nil {
		t.Fatal(rerr)
	}
	if err == nil || !strings.Contains(err.Error(), "in order but cannot be kept") || !strings.Contains(err.Error(), "has room") {
		t.Error(err)
	}
	if _, err := os.Stat(s.path("base") + fresh); err == nil {
		t.Error("half a file stays on the full disk")
	}
	if b, said := base(t, s); has(b, "acme") != "/one" || said != "" {
		t.Error(said)
	}
	must(t, s, two)
}

// TestAttackReadOnly: where nothing can be written the knowledge is still read, and
// an import says so.
func TestAttackReadOnly(t *testing.T) {
	s := store(t)
	s.dir = filepath.Join(s.dir, "keys", "0.pub") // a file where the folder should be
	if _, err := s.Import(file(t, publisher, "base", own(t)+1, site(page("acme", "/one")))); err == nil || !strings.Contains(err.Error(), "may be written to") {
		t.Error(err)
	}
	if b, said := base(t, s); b.Edition.Serial != own(t) || !strings.Contains(said, "came with is used") {
		t.Error(said)
	}
}

// TestAttackHighestSerial: a number that would lock out all later ones is refused,
// and one that is too high by mistake tells the way back.
func TestAttackHighestSerial(t *testing.T) {
	s := store(t)
	b := &bundle.Bundle{Schema: 1, Serial: 2026_11_23_011, Created: now, Expires: now.AddDate(0, 1, 0), Layer: "base", Sections: site("[]")}
	if _, err := b.Payload(); err == nil || !strings.Contains(err.Error(), "1 to 9999123199") {
		t.Errorf("a digit too many: %v", err)
	}
	must(t, s, file(t, publisher, "base", 9999_12_31_99, site("[]")))
	_, err := s.Import(file(t, publisher, "base", own(t)+1, site("[]")))
	if err == nil || !strings.Contains(err.Error(), "homesweep knowledge remove base") {
		t.Error(err)
	}
}
