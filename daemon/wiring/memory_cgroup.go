package wiring

import (
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// unlimited is from where on a cgroup's limit is none: version 1 says so by the largest
// number of pages.
const unlimited = 1 << 60

// hierarchy is where the files of one version of cgroups are, and what they are called.
type hierarchy struct {
	mount, limit, usage string
	prefix              string // of the figures of memory.stat that count what is below, too
}

// The versions, by the kernel's Documentation/admin-guide/cgroup-v2.rst and
// cgroup-v1/memory.rst. Where both are mounted the second is at unified.
var (
	version1 = []hierarchy{{"memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_"}}
	version2 = []hierarchy{{"", "memory.max", "memory.current", ""}, {"unified", "memory.max", "memory.current", ""}}
)

// bounds are the least limit that holds for this process and the least that is left
// below one; both 0 where none holds.
func bounds(root string) (limit, left int64) {
	text, err := os.ReadFile(filepath.Join(root, "proc/self/cgroup"))
	if err != nil {
		return 0, 0
	}
	for _, line := range strings.Split(string(text), "\n") {
		f := strings.SplitN(line, ":", 3) // "4:memory:/services/homesweep", "0::/services/homesweep"
		if len(f) < 3 {
			continue
		}
		versions := version2
		if f[0] != "0" {
			if versions = version1; !strings.Contains(","+f[1]+",", ",memory,") {
				continue
			}
		}
		for _, v := range versions {
			limit, left = v.bounds(root, f[2], limit, left)
		}
	}
	return limit, left
}

// bounds takes in those of the cgroup at place and of each around it. In a container
// the place is often the one that the machine outside sees, and only the topmost is
// there.
func (v hierarchy) bounds(root, place string, limit, left int64) (int64, int64) {
	top := filepath.Join(root, "sys/fs/cgroup", v.mount)
	for at := path.Clean("/" + place); ; at = path.Dir(at) {
		dir := filepath.Join(top, at)
		if most, ok := number(dir, v.limit); ok && most > 0 && most < unlimited {
			if limit == 0 || most < limit {
				limit = most
			}
			if used, ok := number(dir, v.usage); ok {
				if rest := most - used + v.cached(dir); left == 0 || rest < left {
					left = max(rest, 1)
				}
			}
		}
		if at == "/" {
			break
		}
	}
	if limit > 0 && left == 0 {
		left = limit // how much is used cannot be read
	}
	return limit, left
}

// cached is what of a cgroup's memory are copies of files, which are dropped when it
// is needed. What lies in tmpfs counts as such in neither version.
func (v hierarchy) cached(dir string) int64 {
	stat, _ := os.ReadFile(filepath.Join(dir, "memory.stat")) // without it nothing is
	return figure(stat, v.prefix+"inactive_file") + figure(stat, v.prefix+"active_file")
}

// number is what a file holds; "max" is not one.
func number(dir, name string) (int64, bool) {
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	return n, err == nil
}
