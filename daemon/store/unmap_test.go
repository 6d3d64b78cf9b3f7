package store

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestUnmap: what was read does not count as this program's memory, and can be read
// again.
func TestUnmap(t *testing.T) {
	c := &clock{day0}
	o := options(t, c)
	s := mustOpen(t, o)
	defer s.Close()
	var all []lan.Device
	for i := range 100 {
		all = append(all, device(i, finding("telnet-open", lan.Fail)))
	}
	mustCommit(t, s, sweepAt(c.now, lan.Ask, all...))
	for range 2 {
		latest, err := s.Latest()
		if err != nil || len(latest.Devices) != len(all) {
			t.Fatalf("%d devices, %v", len(latest.Devices), err)
		}
		if kib, mapped := resident(t, o.Path); !mapped || kib > 16 {
			t.Errorf("%d KiB of the database are held, mapped %t", kib, mapped)
		}
	}
	if _, err := s.Sweeps(); err != nil {
		t.Fatal(err)
	}
	if kib, _ := resident(t, o.Path); kib == 0 {
		t.Error("the test cannot tell what is held")
	}
}

// resident is how much of the file at path this program holds in memory (proc(5)).
func resident(t *testing.T, path string) (kib int, mapped bool) {
	t.Helper()
	text, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	within := false
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, "-") && !strings.Contains(strings.Fields(line)[0], ":") {
			within = strings.HasSuffix(strings.TrimSpace(line), path)
			mapped = mapped || within
		}
		if value, ok := strings.CutPrefix(line, "Rss:"); ok && within {
			one := 0
			_, _ = fmt.Sscan(value, &one)
			kib += one
		}
	}
	return kib, mapped
}
