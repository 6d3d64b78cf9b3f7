package wiring

import (
	"os"
	"strconv"
	"strings"
)

// Bounds of the soft memory limit, in bytes.
const (
	leastMemory = 24 << 20
	mostMemory  = 96 << 20
)

// MemoryLimit is how much memory the daemon may take before it collects
// harder: 15 % of what the machine has, within 24 and 96 MiB. meminfo is the
// path of /proc/meminfo; when it cannot be read the largest limit holds.
func MemoryLimit(meminfo string) int64 {
	text, err := os.ReadFile(meminfo)
	if err != nil {
		return mostMemory
	}
	for line := range strings.SplitSeq(string(text), "\n") {
		f := strings.Fields(line) // "MemTotal:", a number, "kB"
		if len(f) < 2 || f[0] != "MemTotal:" {
			continue
		}
		if kib, err := strconv.ParseInt(f[1], 10, 48); err == nil {
			return min(max(kib*1024*15/100, leastMemory), mostMemory)
		}
	}
	return mostMemory
}
