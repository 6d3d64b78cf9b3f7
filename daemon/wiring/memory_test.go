package wiring

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

const mib = 1 << 20

// machine is a root directory with those files.
func machine(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestMemoryLimit(t *testing.T) {
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
		"below nothing":     {"MemTotal:           -5 kB\n", 96 * mib},
		"empty":             {"", 96 * mib},
		"garbage":           {"\x00\xff\xfe\n\n:::", 96 * mib},
	} {
		if got := ReadRoom(machine(t, map[string]string{"proc/meminfo": c.meminfo})).Limit(); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	if got := ReadRoom(t.TempDir()).Limit(); got != 96*mib {
		t.Errorf("without the file: %d", got)
	}
}

// bounded are the files of a machine of 512 MiB on which a cgroup of version 1 or 2 has
// those limits, of which used is used.
func bounded(version int, inner, outer, used int64) map[string]string {
	files := map[string]string{"proc/meminfo": "MemTotal: 524288 kB\nMemAvailable: 400000 kB\n"}
	for at, limit := range map[string]int64{"services/homesweep": inner, "services": outer} {
		text := fmt.Sprint(limit)
		if version == 1 {
			if limit == 0 {
				text = "9223372036854771712"
			}
			dir := "sys/fs/cgroup/memory/" + at + "/"
			files[dir+"memory.limit_in_bytes"], files[dir+"memory.usage_in_bytes"] = text+"\n", fmt.Sprintln(used)
			files[dir+"memory.stat"] = "inactive_file 1\nactive_file 1\ntotal_inactive_file 3145728\ntotal_active_file 1048576\n"
			continue
		}
		if limit == 0 {
			text = "max"
		}
		dir := "sys/fs/cgroup/" + at + "/"
		files[dir+"memory.max"], files[dir+"memory.current"] = text+"\n", fmt.Sprintln(used)
		files[dir+"memory.stat"] = "anon 5\ninactive_file 3145728\nactive_file 1048576\n"
	}
	files["proc/self/cgroup"] = "0::/services/homesweep\n"
	if version == 1 {
		files["proc/self/cgroup"] = "9:name=systemd:/elsewhere\n5:cpu,memory:/services/homesweep\n0::/nosuch\n"
	}
	return files
}

func TestRoomInCgroup(t *testing.T) {
	for _, c := range []struct {
		inner, outer, used int64
		limit, left        int64
		word               string
		atOnce             int
	}{
		{0, 0, 30, 524288 * 1024 * 15 / 100, 0, roomAmple, 64},
		{64, 0, 30, 24 * mib, 38 * mib, roomLittle, 32},
		{0, 64, 30, 24 * mib, 38 * mib, roomLittle, 32},
		{200, 64, 30, 24 * mib, 38 * mib, roomLittle, 32},
		{40, 64, 20, 20 * mib, 24 * mib, roomTight, 16},
		{24, 0, 10, 12 * mib, 18 * mib, roomNone, 16},
		{32, 0, 10, 12 * mib, 26 * mib, roomTight, 16},
		{40, 0, 40, 20 * mib, 4 * mib, roomNone, 16},
		{40, 0, 60, 20 * mib, 1, roomNone, 16}, // the limit was lowered
	} {
		for version := 1; version <= 2; version++ {
			r := ReadRoom(machine(t, bounded(version, c.inner*mib, c.outer*mib, c.used*mib)))
			if r.Limit() != c.limit || r.Left != c.left || r.word() != c.word || r.atOnce(lan.Normal) != c.atOnce {
				t.Errorf("version %d, %d in %d of which %d are used: %+v, limit %d, %q, %d at once", version, c.inner, c.outer, c.used, r, r.Limit(), r.word(), r.atOnce(lan.Normal))
			}
			if said := r.note() != ""; said != (c.word == roomTight || c.word == roomNone) {
				t.Errorf("%q says %q", c.word, r.note())
			}
			if r.Bound > 0 && r.Limit() > r.Bound*3/5 {
				t.Errorf("the limit of %d leaves too little below %d", r.Limit(), r.Bound)
			}
		}
	}
}

// TestRoomOfMachine: what others leave of the machine's memory counts, too.
func TestRoomOfMachine(t *testing.T) {
	for _, c := range []struct {
		total, available int64
		word             string
	}{{1024, 600, roomAmple}, {121, 60, roomAmple}, {121, 20, roomTight}, {121, 15, roomNone}, {56, 30, roomLittle}, {40, 30, roomTight}, {512, 0, roomNone}} {
		r := ReadRoom(machine(t, map[string]string{"proc/meminfo": fmt.Sprintf("MemTotal: %d kB\nMemAvailable: %d kB\n", c.total<<10, c.available<<10+1)}))
		if r.word() != c.word {
			t.Errorf("%d MiB, %d free: %q, want %q", c.total, c.available, r.word(), c.word)
		}
	}
	if r := ReadRoom(machine(t, map[string]string{"proc/meminfo": "MemTotal: 524288 kB\n"})); r.word() != roomAmple { // Linux before 3.14
		t.Errorf("without MemAvailable: %q", r.word())
	}
	if r := (Room{}); r.word() != roomAmple || r.atOnce(lan.Fast) != lan.Fast.InFlight() || r.atOnce(lan.Gentle) != 32 {
		t.Errorf("unknown: %q", r.word())
	}
}
