package store

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// exchangeDir is the environment variable that names a directory through which a memory
// goes from one processor to another, each running this test in turn.
const exchangeDir = "HOMESWEEP_STORE_EXCHANGE"

// TestExchange: a snapshot is read back whatever the byte order of who made it, and a
// database of another byte order is put aside for it.
func TestExchange(t *testing.T) {
	dir, rounds := os.Getenv(exchangeDir), 1
	if dir == "" {
		dir, rounds = t.TempDir(), 3
	}
	for range rounds {
		exchange(t, dir)
	}
}

func exchange(t *testing.T, dir string) {
	t.Helper()
	o := Options{Path: filepath.Join(dir, "state.db")}
	there, damaged := present(o.Path+".snapshot"), false
	last := string(readOr(t, filepath.Join(dir, "by")))
	s, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	n, err := number(s)
	if err != nil || there != (n > 0) {
		t.Fatalf("from %s it has sweep %d: %v", last, n, err)
	}
	if r := s.Recovered(); r.Damaged != "" {
		damaged = true
		if err := os.Remove(r.Damaged); err != nil {
			t.Fatal(err)
		}
	}
	if foreign := there && bigEndian(last) != bigEndian(runtime.GOARCH); damaged != foreign {
		t.Errorf("from %s to %s: put aside %t", last, runtime.GOARCH, damaged)
	}
	mustCommit(t, s, numbered(n+1))
	if err := s.Snapshot(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "by"), []byte(runtime.GOARCH), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Logf("%s has sweep %d of %q and adds one", runtime.GOARCH, n, last)
}

func bigEndian(arch string) bool { return arch == "mips" || arch == "mips64" }

func present(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func readOr(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return text
}
