package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/config"
)

// aliveIn makes a re-run of this test binary the daemon with that state directory. It
// looks at an interface that there is not, and so sends nothing.
const aliveIn = "HOMESWEEP_ALIVE_IN"

func init() {
	dir := os.Getenv(aliveIn)
	if dir == "" {
		return
	}
	os.Args = []string{"homesweep", "run", "-link", "none0", "-listen", "127.0.0.1:0", "-state", dir}
	main()
}

// TestHangup: SIGHUP is a new look at the home, and ends the daemon neither while it
// starts nor later.
func TestHangup(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, self)
	cmd.Env = append(os.Environ(), aliveIn+"="+t.TempDir())
	talk, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var said []string
	lines, looks := bufio.NewScanner(talk), 0
	for lines.Scan() {
		said = append(said, lines.Text())
		if strings.Contains(lines.Text(), "looked anew") {
			looks++
		}
		next := syscall.SIGHUP // from its first line on, which is long before it serves
		if looks == 2 {
			next = syscall.SIGTERM
		}
		_ = cmd.Process.Signal(next)
	}
	if err := cmd.Wait(); err != nil || looks < 2 {
		t.Errorf("ended with %v after %d looks:\n%s", err, looks, strings.Join(said, "\n"))
	}
}

// TestRunTakes holds the daemon's flags, and how far it goes, to the table's word on
// what it takes.
func TestRunTakes(t *testing.T) {
	v, _, err := findVerb([]string{"run"})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range config.Options {
		if slices.Contains(v.options, o.Name) == o.Once {
			t.Errorf("-%s: run takes it: %v", o.Name, !o.Once)
		}
		for _, w := range o.Words {
			if o.Watch == nil || slices.Contains(o.Watch, w) {
				continue
			}
			if _, err := dispatch(t.Context(), []string{"run", "-" + o.Name, w}, io.Discard, os.Stderr); err == nil || !strings.Contains(err.Error(), "the daemon takes -"+o.Name+" "+o.Watch[0]) {
				t.Errorf("run -%s %s: %v", o.Name, w, err)
			}
		}
	}
}
