package release

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestLadder runs the released daemon as a router's service manager does: as a user of
// its own with CAP_NET_RAW and nothing else it does everything, without that all but
// what takes packet sockets, and says so; where it may only listen it reads tables.
func TestLadder(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the daemon and sweeps a home three times, which the whole run does")
	}
	home(t, 0)
	program := released(t)
	free := oneSweep(t, program)
	t.Logf("unbound: %s", figures(free))
	for _, c := range []struct {
		name, caps, touch string
		rung, says        string
		share             int // of the unbound sweep's devices and problems, in percent
	}{
		{"CAP_NET_RAW", "net_raw", "ask", "raw", "everything works", 95},
		{"no capability", "", "ask", "connect", "Give the program CAP_NET_RAW", 80},
		{"no capability, only listening", "", "listen", "connect", "Give the program CAP_NET_RAW", 80},
	} {
		t.Run(c.name, func(t *testing.T) {
			state := filepath.Join(t.TempDir(), "state")
			if err := os.Mkdir(state, 0o700); err != nil {
				t.Fatal(err)
			}
			start := func() *running {
				return begin(t, inJail(t, c.caps, program, state, "run", "-touch", c.touch, "-listen", "127.0.0.1:8480", "-state", jailState, "-every", "24h"), "127.0.0.1:8480")
			}
			d := start()
			d.open()
			d.line("sweep done") // which it begins with
			confined(t, d.cmd.Process.Pid, c.caps)
			if !strings.Contains(d.line("rung="+c.rung), c.says) || strings.Count(d.talk(), "rung="+c.rung) != 1 {
				t.Errorf("of its rung it says\n%s", d.talk())
			}
			if listens := packetSockets(t, d.cmd.Process.Pid) > 0; listens != (c.rung == "raw") {
				t.Errorf("it listens on packet sockets: %t", listens)
			}
			shown := d.state()
			s := shown.Sweep
			t.Logf("%s; %+v", figures(s), s.Cost)
			if shown.Upkeep.Rung != c.rung || s.Rung != c.rung {
				t.Errorf("rung %q, the sweep's %q", shown.Upkeep.Rung, s.Rung)
			}
			if len(s.Devices) < len(free.Devices)*c.share/100 || c.touch == "ask" && complaints(s) < complaints(free)*c.share/100 {
				t.Errorf("it found %s; unbound %s", figures(s), figures(free))
			}
			if c.touch == "listen" && s.Cost != (lan.Cost{}) {
				t.Errorf("listening cost %+v", s.Cost)
			}
			d.browse(s)
			d.stop()
			again := start() // what it keeps is there, and is its own user's
			again.line("dashboard")
			if has := again.remembered(); has < len(s.Devices) {
				t.Errorf("started again it remembers %d devices of %d", has, len(s.Devices))
			}
			again.stop()
		})
	}
}

// remembered is how many devices the dashboard shows after a start.
func (r *running) remembered() int {
	r.t.Helper()
	r.must(http.MethodPost, "/api/v1/login", map[string]string{"password": firstPassword})
	return len(r.state().Sweep.Devices)
}

// packetSockets is how many there are in the network namespace of that process
// (packet(7)).
func packetSockets(t *testing.T, pid int) int {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/packet", pid))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(string(text), "\n") - 1
}
