package fdb

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/discover/neigh"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest/netns"
)

func TestMain(m *testing.M) { netns.Main(m) }

// late ends a test that waits for what never comes.
const late = 20 * time.Second

// stations are at home in the tests.
var (
	printer = lan.MAC{2, 0, 0, 0, 0, 1}
	camera  = lan.MAC{2, 0, 0, 0, 0, 2}
	handset = lan.MAC{2, 0, 0, 0, 0, 3}
)

// router makes a bridge of the namespace's own with the peer's cable as a port.
func router(t *testing.T, p *netns.Peer, filtering bool) lan.Link {
	t.Helper()
	attrs := netlink.NewLinkAttrs()
	attrs.Name = "br-lan"
	b := &netlink.Bridge{LinkAttrs: attrs}
	if filtering {
		b.VlanFiltering = &filtering
	}
	switch err := netlink.LinkAdd(b); {
	case filtering && errors.Is(err, unix.EOPNOTSUPP):
		t.Skip("this kernel's bridges cannot tell VLANs apart (CONFIG_BRIDGE_VLAN_FILTERING); TestEntry has the rule")
	case err != nil:
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = netlink.LinkDel(b) })
	if err := errors.Join(netlink.LinkSetMaster(port(t, p.Link.Name), b), netlink.LinkSetUp(b)); err != nil {
		t.Fatal(err)
	}
	return linkOf(t, "br-lan")
}

func port(t *testing.T, name string) netlink.Link {
	t.Helper()
	l, err := netlink.LinkByName(name)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func linkOf(t *testing.T, name string) lan.Link {
	t.Helper()
	i, err := net.InterfaceByName(name)
	if err != nil {
		t.Fatal(err)
	}
	mac, _ := lan.MACFrom(i.HardwareAddr)
	return lan.Link{Name: name, Index: i.Index, MAC: mac}
}

// learn makes the bridge know a station as it does after a frame, or by hand.
func learn(t *testing.T, name string, mac lan.MAC, vlan, state int) {
	t.Helper()
	n := &netlink.Neigh{
		LinkIndex: port(t, name).Attrs().Index, Family: unix.AF_BRIDGE, Flags: unix.NTF_MASTER,
		State: state, Vlan: vlan, HardwareAddr: mac[:],
	}
	if err := netlink.NeighAdd(n); err != nil {
		t.Fatal(err)
	}
}

// discover is what one Discover tells, by MAC.
func discover(t *testing.T, link lan.Link) map[lan.MAC]lan.Sighting {
	t.Helper()
	seen := map[lan.MAC]lan.Sighting{}
	if err := New().Discover(context.Background(), link, func(s lan.Sighting) { seen[s.MAC] = s }); err != nil {
		t.Fatal(err)
	}
	return seen
}

func TestDiscover(t *testing.T) {
	p := netns.New(t, "lan1", "192.0.2.1/24", "192.0.2.2/24")
	link := router(t, p, false)
	learn(t, "lan1", printer, 0, unix.NUD_REACHABLE)
	learn(t, "lan1", camera, 0, unix.NUD_NOARP)
	learn(t, "lan1", handset, 0, unix.NUD_PERMANENT)
	seen := discover(t, link)
	s := seen[printer]
	if s.Heard[Port] != "lan1" || s.Heard[VLAN] != "" || s.Source != "fdb" || s.Link != "br-lan" || s.Addr.IsValid() {
		t.Errorf("the printer was seen as %+v", s)
	}
	if age := time.Since(s.At); age < 0 || age > late {
		t.Errorf("the printer was heard %v ago", age)
	}
	for _, mac := range []lan.MAC{camera, handset, link.MAC, p.Link.MAC} {
		if s, ok := seen[mac]; ok {
			t.Errorf("an entry set by hand or our own was told: %+v", s)
		}
	}
}

func TestDiscoverVLAN(t *testing.T) {
	p := netns.New(t, "lan1", "192.0.2.1/24", "192.0.2.2/24")
	link := router(t, p, true)
	for _, vlan := range []uint16{10, 20} {
		if err := netlink.BridgeVlanAdd(port(t, "lan1"), vlan, false, false, false, true); err != nil {
			t.Fatal(err)
		}
	}
	attrs := netlink.NewLinkAttrs()
	attrs.Name, attrs.ParentIndex = "br-lan.10", link.Index
	if err := netlink.LinkAdd(&netlink.Vlan{LinkAttrs: attrs, VlanId: 10}); err != nil {
		t.Fatal(err)
	}
	learn(t, "lan1", printer, 1, unix.NUD_REACHABLE)
	learn(t, "lan1", camera, 10, unix.NUD_REACHABLE)
	learn(t, "lan1", handset, 20, unix.NUD_REACHABLE)
	if seen := discover(t, linkOf(t, "br-lan.10")); len(seen) != 1 || seen[camera].Heard[VLAN] != "10" {
		t.Errorf("VLAN 10 has %+v", seen)
	}
	seen := discover(t, link)
	delete(seen, p.MAC) // it may have spoken
	if len(seen) != 1 || seen[printer].Heard[Port] != "lan1" {
		t.Errorf("the bridge's own VLAN has %+v", seen)
	}
}

func TestNoBridgeIsNoError(t *testing.T) {
	p := netns.New(t, "lan1", "192.0.2.1/24", "192.0.2.2/24")
	if seen := discover(t, p.Link); len(seen) > 0 {
		t.Errorf("saw %v", seen)
	}
	if err := Watcher().Discover(context.Background(), p.Link, nil); err != nil {
		t.Error(err)
	}
}

func TestWatch(t *testing.T) {
	p := netns.New(t, "lan1", "192.0.2.1/24", "192.0.2.2/24")
	link := router(t, p, false)
	learn(t, "lan1", printer, 0, unix.NUD_REACHABLE)
	ctx, cancel := context.WithCancel(context.Background())
	told, ended := make(chan lan.Sighting, 64), make(chan error, 1)
	go func() { ended <- Watcher().Discover(ctx, link, func(s lan.Sighting) { told <- s }) }()
	awaitStation(t, told, printer)

	later := netns.New(t, "phy0-ap0", "198.51.100.1/24", "198.51.100.2/24")
	if err := netlink.LinkSetMaster(port(t, "phy0-ap0"), port(t, "br-lan")); err != nil {
		t.Fatal(err)
	}
	// A real frame, at a port that is new: an ARP question for its own network.
	later.Do(func() {
		c, err := net.Dial("udp4", "198.51.100.9:9")
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close()
		if _, err := c.Write([]byte("x")); err != nil {
			t.Error(err)
		}
	})
	if s := awaitStation(t, told, later.MAC); s.Heard[Port] != "phy0-ap0" || time.Since(s.At) > late {
		t.Errorf("the newcomer was seen as %+v", s)
	}
	cancel()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(late):
		t.Error("it goes on after its context")
	}
}

// awaitStation is the next sighting of mac.
func awaitStation(t *testing.T, told <-chan lan.Sighting, mac lan.MAC) lan.Sighting {
	t.Helper()
	end := time.After(late)
	for {
		select {
		case s := <-told:
			if s.MAC == mac {
				return s
			}
		case <-end:
			t.Fatalf("%s was not told", mac)
		}
	}
}

func TestWatchEndsWithTheBridge(t *testing.T) {
	p := netns.New(t, "lan1", "192.0.2.1/24", "192.0.2.2/24")
	link := router(t, p, false)
	learn(t, "lan1", printer, 0, unix.NUD_REACHABLE)
	told, ended := make(chan lan.Sighting, 64), make(chan error, 1)
	go func() {
		ended <- Watcher().Discover(t.Context(), link, func(s lan.Sighting) { told <- s })
	}()
	awaitStation(t, told, printer)
	if err := netlink.LinkDel(port(t, "br-lan")); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-ended:
		if !errors.Is(err, neigh.ErrGone) {
			t.Errorf("error %v", err)
		}
	case <-time.After(late):
		t.Error("it goes on without the bridge")
	}
}
