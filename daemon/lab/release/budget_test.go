package release

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// What the daemon may hold in memory, in KiB: while it idles, and at the height of a
// sweep.
const (
	maxIdle     = 25 << 10
	maxSweeping = 32 << 10
)

// TestDaemonMemory runs the released daemon in a home of 100 devices of whom it
// remembers 90 days, and weighs it while it idles, before and after a sweep, and in one.
func TestDaemonMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("weighs the daemon, which the whole run does")
	}
	home(t, 100)
	program, state := released(t), t.TempDir()
	s := oneSweep(t, program)
	// A sweep is due two minutes after the last one, and up to a tenth of that later.
	const pause, idles = 2 * time.Minute, 40 * time.Second
	remember(t, state, s, pause-idles)

	daemon := exec.CommandContext(t.Context(), program, "run", "-touch", "ask", "-listen", "127.0.0.1:8480", "-state", state, "-every", pause.String())
	daemon.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	talk, err := daemon.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = daemon.Process.Kill(); _ = daemon.Wait() }()
	pid, said := daemon.Process.Pid, bufio.NewScanner(talk)
	until(t, said, "sweep begins")
	before, load := status(t, pid, "VmRSS"), status(t, pid, "VmHWM")
	t.Logf("idle: %d KiB of its own, %d of files mapped, %d shared", status(t, pid, "RssAnon"), status(t, pid, "RssFile"), status(t, pid, "RssShmem"))
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0); err != nil { // the height counts from here (proc(5))
		t.Log("the height is of the start, too: ", err)
	}
	done := until(t, said, "sweep done")
	most := status(t, pid, "VmHWM")
	after := settled(t, pid)
	t.Logf("RSS %.1f MB idle before a sweep (%.1f MB while it started), at most %.1f MB in it, %.1f MB idle after it (%s)", mb(before), mb(load), mb(most), mb(after), done)
	for what, c := range map[string]struct{ has, may int }{
		"idle, just started": {before, maxIdle}, "idle after a sweep": {after, maxIdle}, "sweeping": {most, maxSweeping},
	} {
		if c.has == 0 || c.has > c.may {
			t.Errorf("RSS %s is %d KiB, the budget %d", what, c.has, c.may)
		}
	}
}

func mb(kib int) float64 { return float64(kib) / 1024 }

// released is the program, built as the release is.
func released(t *testing.T) string {
	t.Helper()
	program, err := release()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "homesweep")
	if err := os.WriteFile(path, program, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// release is that program, built once for all tests, unless it is built already.
var release = sync.OnceValues(func() ([]byte, error) {
	if builds := os.Getenv(buildsOf); builds != "" {
		return os.ReadFile(filepath.Join(builds, runtime.GOARCH, "homesweep"))
	}
	dir, err := os.MkdirTemp("", "homesweep-lab-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path, lean := filepath.Join(dir, "homesweep"), filepath.Join(dir, "lean")
	for _, step := range [][]string{{"../../../.ci/lean", lean}, {"../../../.ci/build", lean, path}} {
		nice := exec.Command("nice", append([]string{"bash"}, step...)...) // to tests of other packages, which wait for answers meanwhile
		if out, err := nice.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%v: %w\n%s", step, err, out)
		}
	}
	return os.ReadFile(path)
})

// until reads what the daemon says up to the line with those words, and returns it.
func until(t *testing.T, said *bufio.Scanner, words string) string {
	t.Helper()
	for said.Scan() {
		if strings.Contains(said.Text(), words) {
			return said.Text()
		}
	}
	t.Fatalf("the daemon ended before it said %q", words)
	return ""
}

// settled is the RSS within half a minute, once the runtime has given back what the
// sweep left, which it does in the background: the least of a few looks, as the daemon
// may look at a single device meanwhile.
func settled(t *testing.T, pid int) int {
	t.Helper()
	least := status(t, pid, "VmRSS")
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for range 30 {
		<-tick.C
		least = min(least, status(t, pid, "VmRSS"))
	}
	return least
}

// status is a figure of /proc/PID/status (proc(5)), in KiB.
func status(t *testing.T, pid int, field string) (kib int) {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, field+":"); ok {
			_, _ = fmt.Sscan(value, &kib)
		}
	}
	return kib
}
