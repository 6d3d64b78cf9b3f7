// Package e2e drives the dashboard of the whole daemon with a real browser, in a
// household of the lab, with real servers for its alerts.
package e2e

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"regexp"
	"slices"
	"sync"
	"testing"

	"github.com/homesweep/homesweep/daemon/config"
	"github.com/homesweep/homesweep/daemon/lab"
	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest"
	"github.com/homesweep/homesweep/probes/probetest/netns"
	"github.com/homesweep/homesweep/ui/chromium"
)

func TestMain(m *testing.M) { netns.Main(m) }

// The members of the household, by their folders: a camera with its factory login, a
// broker that takes anyone in, two things without a problem; and who joins later.
const (
	camera = "foscam-fi8910w"
	broker = "raspberry-pi-mqtt"
	plug   = "shelly-plus-plug-s"
	stick  = "roku-onn-tv"
	joiner = "sonos-era-300"
)

// home is a household of the lab with the whole daemon in it, and its dashboard in a
// window.
type home struct {
	house     *lab.House
	devices   map[string]*probetest.Device
	running   map[string]*probetest.Running
	daemon    *wiring.Daemon
	state     string
	first     []string // the files of the state directory before anybody did anything
	log       *diary
	inspected int // looks at single devices that were over when that was last noted
	page      *chromium.Page
	url       string
	post      *servers
}

// diary is what the daemon logs.
type diary struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (d *diary) Write(b []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.text.Write(b)
}

func (d *diary) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.text.String()
}

// settle is a household with its daemon, until t ends.
func settle(t *testing.T, width int) *home {
	t.Helper()
	list, err := probetest.LoadAll(os.DirFS("../../../testdata/devices"))
	if err != nil {
		t.Fatal(err)
	}
	h := &home{devices: map[string]*probetest.Device{}, running: map[string]*probetest.Running{}, state: t.TempDir(), log: &diary{}}
	for _, d := range list {
		h.devices[d.Name] = d
	}
	if h.house, err = lab.Build(netip.MustParsePrefix("192.168.1.0/24")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.house.Close)
	t.Cleanup(func() {
		for _, running := range h.running { // the house does not know of those that changed
			_ = running.Close()
		}
	})
	for _, name := range []string{camera, broker, plug, stick} {
		h.join(t, name)
	}
	h.live(t)
	h.post = serve(t)
	t.Cleanup(chromium.Close)
	h.page = chromium.New(t) // not before the house stands: a browser breaks off what it loads when a network comes
	h.page.Window(width, "light")
	return h
}

// join has a device move in.
func (h *home) join(t *testing.T, name string) {
	t.Helper()
	running, err := h.house.Settle(h.devices[name])
	if err != nil {
		t.Fatal(err)
	}
	h.running[name] = running
}

// change has a device start anew, otherwise.
func (h *home) change(t *testing.T, name string, otherwise func(*probetest.Device)) {
	t.Helper()
	other := *h.devices[name]
	other.Accounts, other.Listeners = slices.Clone(other.Accounts), slices.Clone(other.Listeners)
	otherwise(&other)
	if err := h.running[name].Close(); err != nil {
		t.Fatal(err)
	}
	rooms := h.house.Rooms()
	i := slices.IndexFunc(rooms, func(r *lab.Room) bool { return r.MAC() == other.MAC })
	running, err := other.Start(rooms[i])
	if err != nil {
		t.Fatal(err)
	}
	h.devices[name], h.running[name] = &other, running
}

// live starts the daemon as it ships: it only listens until its owner says otherwise.
func (h *home) live(t *testing.T) {
	t.Helper()
	c := config.Daemon()
	c.State, c.Listen = h.state, "127.0.0.1:0"
	l, err := wiring.Listen(c)
	if err != nil {
		t.Fatal(err)
	}
	if h.daemon, err = wiring.NewDaemon(c, l, false, slog.New(slog.NewTextHandler(h.log, nil))); err != nil {
		t.Fatal(err)
	}
	h.url, h.first = "http://"+l.Addr().String(), h.files(t)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- h.daemon.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("the daemon said\n%s", h.log)
		}
	})
}

// code is the one-time code, which is in the log.
func (h *home) code(t *testing.T) string {
	t.Helper()
	m := regexp.MustCompile(`code=(\S+)`).FindStringSubmatch(h.log.String())
	if m == nil {
		t.Fatalf("no code in the log\n%s", h.log)
	}
	return m[1]
}

// device is one of the household's as the daemon has it now.
func (h *home) device(t *testing.T, name string) lan.Device {
	t.Helper()
	list := h.daemon.Home.Sweep().Devices
	i := slices.IndexFunc(list, func(d lan.Device) bool { return slices.Contains(d.MACs, h.devices[name].MAC) })
	if i < 0 {
		t.Fatalf("%s is not among the %d devices", name, len(list))
	}
	return list[i]
}

// see opens a page of the dashboard.
func (h *home) see(at string) { h.page.Visit(h.url + "/#/" + at) }

// at is the page of a device.
func (h *home) at(t *testing.T, name string) string {
	return fmt.Sprintf("device/%s", h.device(t, name).ID)
}
