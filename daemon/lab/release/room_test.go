package release

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestRoom runs the released daemon in a home of 100 devices, of whom it remembers 90
// days, with the memory of a small router and with less: a sweep and the dashboard
// work, nobody is killed, and where it has to do with less it says so.
func TestRoom(t *testing.T) {
	if testing.Short() {
		t.Skip("sweeps a big home three times, which the whole run does")
	}
	home(t, 100)
	_ = newGroup(t, 1<<30) // before the minute that it takes to build
	program := released(t)
	free := oneSweep(t, program)
	t.Logf("with memory enough: %s", figures(free))
	kept := t.TempDir()
	remember(t, kept, free, time.Hour)

	for _, c := range []struct {
		mib  int64
		room string
		says string // in the log
		note string // of a sweep
	}{
		{64, "little", "fewer connections at a time", ""},
		{40, "tight", "There is little memory for homesweep here", "Nothing is left out."},
		{30, "none", "There is too little memory left here", "this sweep only listened"},
	} {
		t.Run(fmt.Sprintf("%d MiB", c.mib), func(t *testing.T) {
			state, g := t.TempDir(), newGroup(t, c.mib<<20)
			if err := os.CopyFS(state, os.DirFS(kept)); err != nil {
				t.Fatal(err)
			}
			d := begin(t, g.command(t, program, "run", "-touch", "ask", "-listen", "127.0.0.1:8480", "-state", state, "-every", "24h"), "127.0.0.1:8480")
			d.open()
			d.browse(d.state().Sweep)
			idle, most := held(t, d.cmd.Process.Pid), 0
			s := d.sweep(func() { most = max(most, held(t, d.cmd.Process.Pid)) })
			d.browse(s)
			t.Logf("%s; of its own %.1f MB before the sweep and at most %.1f MB in it, RSS at most %.1f MB; the cgroup had at most %.1f of %d MiB, was pressed %d times and killed %d",
				figures(s), mb(idle), mb(most), mb(status(t, d.cmd.Process.Pid, "VmHWM")), float64(g.figure(t, "peak", ""))/(1<<20), c.mib, g.pressed(t), g.kills(t))
			if n := g.kills(t); n > 0 {
				t.Errorf("%d were killed for want of memory", n)
			}
			if c.room == "none" {
				if s.Cost != (lan.Cost{}) {
					t.Errorf("listening cost %+v", s.Cost)
				}
			} else if len(s.Devices) < len(free.Devices)*9/10 || complaints(s) < complaints(free)*9/10 {
				t.Errorf("it found %s; with memory enough %s", figures(s), figures(free))
			}
			if u := d.state().Upkeep; u.Room != c.room || u.Rung != "raw" {
				t.Errorf("the dashboard says %+v", u)
			}
			if n := strings.Count(d.talk(), c.says); n != 1 {
				t.Errorf("%q is said %d times in the log", c.says, n)
			}
			if said := strings.Contains(strings.Join(s.Notes, " "), " little memory "); said != (c.note != "") || !strings.Contains(strings.Join(s.Notes, " "), c.note) {
				t.Errorf("the sweep's notes: %q", s.Notes)
			}
			d.stop()
			if _, err := os.Stat(filepath.Join(state, "homesweep.db.snapshot")); err != nil {
				t.Error(err)
			}
		})
	}
}

// held is the memory that is the process's alone, in KiB.
func held(t *testing.T, pid int) int {
	t.Helper()
	return status(t, pid, "RssAnon") + status(t, pid, "RssShmem")
}
