package wiring_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/config"
	"github.com/homesweep/homesweep/daemon/lab"
	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest"
	"github.com/homesweep/homesweep/probes/probetest/netns"
)

// childState is the environment variable that makes this test binary the
// daemon, with its state in the directory named there.
const childState = "HOMESWEEP_TEST_DAEMON"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childState); dir != "" {
		if err := child(dir); err != nil {
			fmt.Println("failed", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	netns.Main(m)
}

// child is a daemon that says what it remembers at its start and after each
// sweep it has committed, and then sweeps again, until it is killed. Its sweeps
// alternate between a short and a long one.
func child(dir string) error {
	c := config.Daemon()
	c.State, c.Every = dir, time.Hour
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	d, err := wiring.NewDaemon(c, l, true, slog.New(slog.NewTextHandler(os.Stderr, nil)))
	if err != nil {
		return err
	}
	say := func(what string) {
		s := d.Home.Sweep()
		fmt.Println(what, s.Started.UnixNano(), len(s.Devices))
	}
	say("remembers")
	go func() {
		for _, touch := range []lan.Touch{lan.Listen, lan.Ask} {
			if err := d.Home.SetTouch(touch); err != nil {
				fmt.Println("failed", err)
			}
			before := d.Home.Sweep().Started
			if err := begin(d); err != nil {
				fmt.Println("failed", err)
			}
			ctx, cancel := context.WithCancel(context.Background())
			d.Home.Watch(ctx, func(p lan.Progress) {
				if p.Running && touch == lan.Ask {
					fmt.Println("sweeping")
				}
				if d.Home.Sweep().Started.After(before) {
					cancel()
				}
			})
			say("committed")
		}
	}()
	return d.Run(context.Background())
}

// begin starts a sweep, after the one that the daemon began by itself: what a kill cut
// off is done again, and what was allowed less is begun anew.
func begin(d *wiring.Daemon) (err error) {
	for range 20 {
		if err = d.Home.Start(); err == nil {
			return nil
		}
		ctx, cancel := context.WithCancel(context.Background())
		d.Home.Watch(ctx, func(p lan.Progress) {
			if !p.Running {
				cancel()
			}
		})
		cancel()
	}
	return err
}

// TestKilledDuringSweeps kills the daemon with SIGKILL in the middle of sweeps,
// again and again: it always starts with what it had committed last.
func TestKilledDuringSweeps(t *testing.T) {
	netns.Enter(t)
	h, err := lab.Build(netip.MustParsePrefix("192.168.80.0/29"))
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	d, err := probetest.Load(os.DirFS("../../testdata/devices/shelly-plus-plug-s"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Settle(d); err != nil {
		t.Fatal(err)
	}
	rounds := 50
	if testing.Short() {
		rounds = 5
	}
	dir, last, swept := t.TempDir(), int64(math.MinInt64), 0
	for range rounds {
		remembered, committed, sweeping := oneLife(t, dir)
		if remembered < last {
			t.Fatalf("it remembers the sweep of %d and had committed that of %d", remembered, last)
		}
		if committed <= remembered {
			t.Errorf("it committed nothing new: %d after %d", committed, remembered)
		}
		last = committed
		if sweeping {
			swept++
		}
	}
	if swept < rounds*9/10 {
		t.Errorf("only %d of %d kills came during a sweep", swept, rounds)
	}
	t.Logf("killed %d times, %d of them during a sweep; nothing that was committed was lost", rounds, swept)
}

// oneLife starts the daemon and kills it at a random moment after it began a
// long sweep.
func oneLife(t *testing.T, dir string) (remembered, committed int64, sweeping bool) {
	t.Helper()
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), childState+"="+dir)
	var errors strings.Builder
	cmd.Stderr = &errors
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()         //nolint:errcheck // the kill is its error
	defer cmd.Process.Kill() //nolint:errcheck // it may be dead
	late := time.AfterFunc(30*time.Second, func() { _ = cmd.Process.Kill() })
	defer late.Stop()
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var what string
		var at int64
		_, _ = fmt.Sscan(lines.Text(), &what, &at)
		switch what {
		case "remembers":
			remembered = at
		case "committed":
			committed = at
			sweeping = false
		case "sweeping":
			if !sweeping {
				sweeping = true
				time.AfterFunc(time.Duration(rand.IntN(800))*time.Millisecond, func() { _ = cmd.Process.Kill() })
			}
		case "failed":
			t.Fatalf("%s\n%s", lines.Text(), errors.String())
		}
	}
	if committed == 0 {
		t.Fatalf("it never committed a sweep:\n%s", errors.String())
	}
	return remembered, committed, sweeping
}
