package main

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/homesweep/homesweep/daemon/lab"
	"github.com/homesweep/homesweep/daemon/lab/crowd"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest"
	"github.com/homesweep/homesweep/probes/probetest/space"
)

// The household: so many devices, of which so many are real software, one is the
// host with seven open ports, and these answer nobody they have not asked: two
// computers and a telephone, as their makers set up the firewall.
const (
	members = 30
	real    = 5
)

var walled = []lan.MAC{{0x00, 0x1b, 0x21, 0x5a, 0x11, 0x07}, {0x3c, 0x97, 0x0e, 0x40, 0xb2, 0x51}, {0x6e, 0x1a, 0x9c, 0x02, 0x7d, 0xe4}}

// chatter is how often the network of a comparison is heard of by itself. masscan
// 1.3.2 notices only by a frame that comes in that its time is up.
const chatter = 250 * time.Millisecond

//go:embed seven
var embedded embed.FS

// sevenFolder is the folder of the host with seven open ports.
func sevenFolder() fs.FS {
	folder, _ := fs.Sub(embedded, "seven") // the name is a valid one
	return folder
}

// household is a home with what was done to it.
type household struct {
	house   *lab.House
	truth   found
	running []*probetest.Running
	hush    context.CancelFunc
	dir     string
}

// newHousehold is an empty home. Every scanner gets a new one, so that nobody
// meets what another broke.
func newHousehold() (*household, error) {
	h, err := lab.Build(lab.Street)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "household")
	if err != nil {
		h.Close()
		return nil, err
	}
	return &household{house: h, truth: found{}, hush: func() {}, dir: dir}, nil
}

func (h *household) close() {
	h.hush()
	h.house.Close()
	_ = os.RemoveAll(h.dir)
}

// settle brings a fake device to life in the home.
func (h *household) settle(d *probetest.Device) error {
	r, err := h.house.Settle(d)
	if err != nil {
		return err
	}
	h.running = append(h.running, r)
	rooms := h.house.Rooms()
	at := rooms[len(rooms)-1].Addr()
	h.truth[at] = map[uint16]string{}
	for _, p := range d.Open {
		if p.Transport == lan.TCP {
			h.truth.add(at, p.Port, p.Name)
		}
	}
	return nil
}

// furnish fills the home: fake devices of testdata/devices, and real software of
// the lab's catalogue, one of a package, as far as it is installed. Where there
// are more fakes than places, every so-manieth is left out. The one that is there
// to hurt its visitors stays: endless greetings, drips and redirects are what a
// scanner meets in homes, too.
func (h *household) furnish(ctx context.Context, devices fs.FS) error {
	fakes, err := probetest.LoadAll(devices)
	if err != nil {
		return err
	}
	places := min(len(fakes), members-real-len(walled)-1)
	hurts := slices.IndexFunc(fakes, func(d *probetest.Device) bool { return d.Name == "hostile" })
	for i := range places {
		at := i * len(fakes) / places
		if next := (i + 1) * len(fakes) / places; at < hurts && hurts < next {
			at = hurts
		}
		if err := h.settle(fakes[at]); err != nil {
			return err
		}
	}
	seven, err := probetest.Load(sevenFolder())
	if err != nil {
		return err
	}
	if err := h.settle(seven); err != nil {
		return err
	}
	met := map[string]bool{}
	for i, s := range lab.Catalogue {
		if len(met) == real || met[s.Package[0]] || len(s.Missing()) > 0 || s.Users && space.SingleUser() {
			continue
		}
		met[s.Package[0]] = true
		dir, err := os.MkdirTemp(h.dir, "")
		if err != nil {
			return err
		}
		room, err := h.house.Install(ctx, s, lan.MAC{0x00, 0x16, 0x3e, 0, 1, byte(i)}, dir)
		if err != nil {
			return err
		}
		h.truth[room.Addr()] = map[uint16]string{}
		for _, p := range s.Open {
			if p.Transport == lan.TCP {
				h.truth.add(room.Addr(), p.Number, p.Name)
			}
		}
	}
	if err := h.wallIn(); err != nil {
		return err
	}
	return h.open(ctx)
}

// wallIn lets those behind firewalls in.
func (h *household) wallIn() error {
	var hosts []crowd.Host
	for _, mac := range walled {
		at := h.house.Next()
		h.truth[at] = map[uint16]string{}
		hosts = append(hosts, crowd.Host{MAC: mac, Addr: at, Walled: true})
	}
	_, err := h.house.Host(lab.Street, hosts)
	return err
}

// open readies a furnished home for scanners: its router passes on what masscan
// sends by way of it, and is heard of now and then.
func (h *household) open(ctx context.Context) error {
	router, err := h.house.Router()
	if err != nil {
		return err
	}
	if err := router.Forward(); err != nil {
		return err
	}
	ctx, h.hush = context.WithCancel(ctx)
	go router.Chatter(ctx, chatter, router.Addr())
	return nil
}

// damage is what a scanner did to the fake devices of a home.
type damage struct {
	most, printed, passwords int
	died                     []string
}

func (h *household) damage() (d damage) {
	for _, r := range h.running {
		c := r.Counters()
		all := 0
		for key, p := range c.Ports {
			all += p.Connections
			if key == "tcp/515" || strings.HasPrefix(key, "tcp/91") {
				d.printed += p.BytesRead
			}
		}
		d.most = max(d.most, all)
		d.passwords += c.WrongPasswordsInAll()
		if c.Crashed {
			d.died = append(d.died, r.Device().Name)
		}
	}
	return d
}

// String is the damage in a few words.
func (d damage) String() string {
	died := "none died"
	if len(d.died) > 0 {
		died = "died: " + strings.Join(d.died, ", ")
	}
	return fmt.Sprintf("%d bytes written to print ports, %d wrong passwords, of the devices %s", d.printed, d.passwords, died)
}
