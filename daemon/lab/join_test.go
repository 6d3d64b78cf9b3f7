package lab

import (
	"context"
	"flag"
	"log/slog"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/config"
	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest"
	"github.com/homesweep/homesweep/probes/probetest/netns"
)

// logged passes on which messages the daemon logs.
type logged struct {
	slog.Handler
	said chan string
}

func (s logged) Enabled(context.Context, slog.Level) bool { return true }

func (s logged) Handle(_ context.Context, r slog.Record) error {
	select {
	case s.said <- r.Message:
	default:
	}
	return nil
}

// joins is how many devices come home; the figures of the notes are of 20.
var joins = flag.Int("joins", 3, "devices that join one after the other in TestJoin")

// TestJoin: devices that join one after the other are on the dashboard and
// inspected soon after their first packet, each with one ID all along; the times are
// printed. The budgets are 2 s and 10 s.
func TestJoin(t *testing.T) {
	if testing.Short() {
		t.Skip("an inspection takes ten seconds")
	}
	netns.Enter(t)
	list, err := probetest.LoadAll(os.DirFS("../../testdata/devices"))
	if err != nil {
		t.Fatal(err)
	}
	house, err := Build(Street)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(house.Close)
	d, said := living(t)
	await(t, said, "sweep done")
	var shown, inspected []time.Duration
	for _, device := range list[:min(len(list), *joins)] {
		for len(said) > 0 {
			<-said
		}
		begin := time.Now()
		running, err := house.Settle(device)
		if err != nil {
			t.Fatal(err)
		}
		id := ""
		for tick := time.NewTicker(20 * time.Millisecond); id == "" && time.Since(begin) < time.Minute; <-tick.C {
			id = idOf(d, running.Device().MAC)
		}
		shown = append(shown, time.Since(begin))
		await(t, said, "inspected")
		inspected = append(inspected, time.Since(begin))
		t.Logf("%s: on the dashboard after %.2f s, inspected after %.2f s", device.Name, shown[len(shown)-1].Seconds(), inspected[len(inspected)-1].Seconds())
		if now := idOf(d, running.Device().MAC); now != id || id == "" {
			t.Errorf("%s was %q on the dashboard and is %q", device.Name, id, now)
		}
	}
	for what, times := range map[string][]time.Duration{"on the dashboard": shown, "inspected": inspected} {
		slices.Sort(times)
		t.Logf("%d joins, %s: median %v, at most %v", len(times), what, times[len(times)/2].Round(10*time.Millisecond), times[len(times)-1].Round(10*time.Millisecond))
	}
}

// living is a daemon that keeps watch until the test ends.
func living(t *testing.T) (*wiring.Daemon, chan string) {
	t.Helper()
	c := config.Daemon()
	c.State, c.Listen, c.Touch = t.TempDir(), "127.0.0.1:0", lan.Ask
	l, err := wiring.Listen(c)
	if err != nil {
		t.Fatal(err)
	}
	log := logged{slog.DiscardHandler, make(chan string, 1024)}
	d, err := wiring.NewDaemon(c, l, true, slog.New(log))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return d, log.said
}

func await(t *testing.T, said <-chan string, message string) {
	t.Helper()
	late := time.After(2 * time.Minute)
	for {
		select {
		case m := <-said:
			if m == message {
				return
			}
		case <-late:
			t.Fatalf("never said %q", message)
		}
	}
}

func idOf(d *wiring.Daemon, mac lan.MAC) string {
	for _, device := range d.Home.Sweep().Devices {
		if slices.Contains(device.MACs, mac) {
			return device.ID
		}
	}
	return ""
}
