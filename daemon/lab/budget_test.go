package lab

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// maxRSS is what the daemon may hold in memory after a sweep, in KiB.
const maxRSS = 25 << 10

// TestDaemonMemory runs the real daemon in the lab's household and weighs it
// when its first sweep is done.
func TestDaemonMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("weighs the daemon, which the whole run does")
	}
	h := household(t)
	path := filepath.Join(t.TempDir(), "homesweep")
	lean := filepath.Join(t.TempDir(), "lean")
	for _, step := range [][]string{{"../../.ci/lean", lean}, {"../../.ci/build", lean, path}} { // as the release is built
		if out, err := exec.Command("bash", step...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", step, err, out)
		}
	}
	daemon := exec.CommandContext(t.Context(), path, "run", "-touch", "ask", "-listen", "127.0.0.1:8480", "-state", t.TempDir())
	daemon.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	talk, err := daemon.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = daemon.Process.Kill(); _ = daemon.Wait() }()
	said := bufio.NewScanner(talk)
	for said.Scan() && !strings.Contains(said.Text(), "sweep done") {
	}
	now, most := settled(t, daemon.Process.Pid), status(t, daemon.Process.Pid, "VmHWM")
	t.Logf("RSS %.1f MB after a sweep of %d devices, at most %.1f MB during it (%s)", float64(now)/1024, len(h.Running()), float64(most)/1024, said.Text())
	if now == 0 || now > maxRSS {
		t.Errorf("RSS is %d KiB, the budget %d", now, maxRSS)
	}
}

// settled is the RSS once the runtime has given back what the sweep left, which
// it does in the background: the least of a few looks.
func settled(t *testing.T, pid int) int {
	t.Helper()
	least := status(t, pid, "VmRSS")
	tick := time.NewTicker(300 * time.Millisecond)
	defer tick.Stop()
	for range 10 {
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
