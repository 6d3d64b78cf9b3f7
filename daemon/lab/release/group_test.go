package release

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// group is a cgroup that bounds the memory of what runs in it.
type group struct {
	dir  string
	two  bool // of version 2
	name map[string]string
}

// The files of a group, by version (the kernel's admin-guide/cgroup-v1/memory.rst and
// cgroup-v2.rst).
var groupFiles = map[bool]map[string]string{
	false: {"limit": "memory.limit_in_bytes", "peak": "memory.max_usage_in_bytes", "kills": "memory.oom_control", "pressed": "memory.failcnt"},
	true:  {"limit": "memory.max", "peak": "memory.peak", "kills": "memory.events", "pressed": "memory.events"},
}

// newGroup is one of that many bytes. The tests see a /sys of their own network, in
// which cgroups are mounted anew.
func newGroup(t *testing.T, limit int64) *group {
	t.Helper()
	var why error
	for _, two := range []bool{false, true} {
		g, err := makeGroup(two, limit)
		if err == nil {
			t.Cleanup(func() { _ = os.Remove(g.dir) })
			return g
		}
		why = errors.Join(why, err)
	}
	if os.Getenv("CI") != "" && hasMemoryController() {
		t.Fatalf("CI must allow cgroups that bound memory: %v", why)
	}
	t.Skipf("NOT TESTED, for want of a cgroup that bounds memory: %v", why)
	return nil
}

// hasMemoryController reports whether the kernel has it; it may be left out, or turned
// off by cgroup_disable=memory.
func hasMemoryController() bool {
	text, err := os.ReadFile("/proc/cgroups")
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) == 4 && f[0] == "memory" {
			return f[3] == "1"
		}
	}
	return true // Linux 6.12 can have a version 2 without a line here
}

// makeGroup makes one of that version.
func makeGroup(two bool, limit int64) (*group, error) {
	top, kind, options := "/sys/fs/cgroup/memory", "cgroup", "memory"
	if two {
		top, kind, options = "/sys/fs/cgroup", "cgroup2", ""
	}
	if _, err := os.Stat(filepath.Join(top, "cgroup.procs")); err != nil {
		if !two {
			if err := unix.Mount("none", "/sys/fs/cgroup", "tmpfs", 0, "mode=755"); err != nil {
				return nil, fmt.Errorf("/sys/fs/cgroup: %w", err)
			}
			if err := os.MkdirAll(top, 0o755); err != nil {
				return nil, err
			}
		}
		if err := unix.Mount("none", top, kind, 0, options); err != nil {
			if !two {
				_ = unix.Unmount("/sys/fs/cgroup", 0)
			}
			return nil, fmt.Errorf("mounting %s: %w", kind, err)
		}
	}
	g := &group{name: groupFiles[two], two: two}
	if two {
		// A cgroup with processes in it shares nothing out, save the topmost.
		if err := os.WriteFile(filepath.Join(top, "cgroup.subtree_control"), []byte("+memory"), 0); err != nil {
			return nil, fmt.Errorf("sharing out memory below %s: %w", top, err)
		}
	}
	g.dir = filepath.Join(top, fmt.Sprintf("homesweep-test-%d-%d", os.Getpid(), limit))
	if err := os.Mkdir(g.dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return g, os.WriteFile(filepath.Join(g.dir, g.name["limit"]), []byte(strconv.FormatInt(limit, 10)), 0)
}

// command is a command that runs in the group. A copy of the program is made whose
// pages nobody has read yet, so that they are the group's, too.
func (g *group) command(t *testing.T, program string, args ...string) *exec.Cmd {
	t.Helper()
	text, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	fresh := filepath.Join(t.TempDir(), "homesweep")
	if err := os.WriteFile(fresh, text, 0o700); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(fresh)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := errors.Join(f.Sync(), unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED)); err != nil {
		t.Fatal(err)
	}
	script := `echo $$ > "$0" && exec "$@"`
	return exec.CommandContext(t.Context(), "sh", append([]string{"-c", script, filepath.Join(g.dir, "cgroup.procs"), fresh}, args...)...)
}

// figure is the number that a file of the group holds, or has behind word.
func (g *group) figure(t *testing.T, file, word string) int64 {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(g.dir, g.name[file]))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if word != "" && (len(f) != 2 || f[0] != word) {
			continue
		}
		n, err := strconv.ParseInt(f[len(f)-1], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	t.Fatalf("%s has no %q:\n%s", g.name[file], word, text)
	return 0
}

// kills is how many were killed in it for want of memory, and pressed how often
// something had to be dropped.
func (g *group) kills(t *testing.T) int64 { return g.figure(t, "kills", "oom_kill") }

func (g *group) pressed(t *testing.T) int64 {
	if g.two {
		return g.figure(t, "pressed", "max")
	}
	return g.figure(t, "pressed", "")
}
