package wiring_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/homesweep/homesweep/daemon/wiring"
)

func TestMemoryLimit(t *testing.T) {
	const mib = 1 << 20
	for name, c := range map[string]struct {
		meminfo string
		want    int64
	}{
		"router of 64 MiB":  {"MemTotal:          57344 kB\nMemFree:            2048 kB\n", 24 * mib},
		"router of 256 MiB": {"MemTotal:         262144 kB\nMemFree:          100000 kB\n", 262144 * 1024 * 15 / 100},
		"at the upper end":  {"MemTotal:         655360 kB\n", 96 * mib},
		"server":            {"MemTotal:       65863652 kB\n", 96 * mib},
		"another order":     {"MemFree:           10000 kB\nMemTotal:         262144 kB\n", 262144 * 1024 * 15 / 100},
		"no such line":      {"MemFree:           10000 kB\n", 96 * mib},
		"no number":         {"MemTotal:           lots kB\n", 96 * mib},
		"empty":             {"", 96 * mib},
		"garbage":           {"\x00\xff\xfe\n\n:::", 96 * mib},
	} {
		path := filepath.Join(t.TempDir(), "meminfo")
		if err := os.WriteFile(path, []byte(c.meminfo), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := wiring.MemoryLimit(path); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	if got := wiring.MemoryLimit(filepath.Join(t.TempDir(), "nosuch")); got != 96*mib {
		t.Errorf("without the file: %d", got)
	}
}
