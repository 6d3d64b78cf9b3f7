package sweep

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ports"
)

// keysOf are the services of d with their addresses, in order.
func keysOf(d lan.Device) (list []string) {
	for _, s := range d.Services {
		list = append(list, s.Address.String()+" "+s.Key())
	}
	return list
}

// TestEveryAddressIsAsked: behind a repeater that puts its own MAC on others'
// frames, each address is another machine.
func TestEveryAddressIsAsked(t *testing.T) {
	h := newHome(t)
	behind := netip.MustParseAddr("192.168.1.60")
	second := sight("arp", behind)
	second.MAC = sight("arp", cam).MAC
	h.Presence = append(h.Presence, Ear{says("neigh", second), lan.Listen})
	h.engine.open[behind] = []uint16{23, 80}
	got := keysOf(at(t, h.sweep(t, want(lan.Look)), cam))
	if want := []string{"192.168.1.60 tcp/23", "192.168.1.20 tcp/80", "192.168.1.60 tcp/80"}; !slices.Equal(got, want) {
		t.Errorf("services %v, want %v", got, want)
	}
}

// TestManyAddressesCostLittle: of a device that answers for many addresses, those
// at which nothing is announced get the short list.
func TestManyAddressesCostLittle(t *testing.T) {
	h := newHome(t)
	var more []lan.Sighting
	for last := byte(60); last < 66; last++ {
		s := sight("arp", netip.AddrFrom4([4]byte{192, 168, 1, last}))
		s.MAC = sight("arp", pc).MAC
		more = append(more, s)
	}
	own := netip.MustParseAddr("192.168.1.63")
	named := sight("ssdp", own, tcp(own, 49152))
	named.MAC = sight("arp", pc).MAC
	h.Presence = append(h.Presence, Ear{says("neigh", append(more, named)...), lan.Listen})
	h.sweep(t, want(lan.Look))
	rate := 0.0
	for _, target := range h.engine.targets {
		if target.MAC == sight("arp", pc).MAC {
			rate += target.Rate
		}
	}
	if rate < 39.9 || rate > 40.1 { // a computer's
		t.Errorf("asked at %v a second in all", rate)
	}
	for addr, whole := range map[string]bool{pc.String(): true, "192.168.1.63": true, "192.168.1.60": false, "192.168.1.65": false} {
		target, ok := h.engine.asked(netip.MustParseAddr(addr))
		if !ok || (len(target.Ports) >= len(ports.Home())) != whole {
			t.Errorf("%s: asked %v for %d ports", addr, ok, len(target.Ports))
		}
	}
}

// TestPretenderHidesNobody: a host that answers for others' addresses takes
// nothing from them, and is reported.
func TestPretenderHidesNobody(t *testing.T) {
	h := newHome(t)
	var claims []lan.Sighting
	for _, addr := range []netip.Addr{netip.MustParseAddr("192.168.1.99"), cam, plug, pc} {
		s := sight("arp", addr)
		s.MAC = lan.MAC{0, 0x66, 0x66, 0x66, 0x66, 0x66}
		claims = append(claims, s)
	}
	h.Presence = append(h.Presence, Ear{says("neigh", claims...), lan.Listen})
	s := h.sweep(t, want(lan.Look))
	for _, victim := range []netip.Addr{cam, plug, pc} {
		i := slices.IndexFunc(s.Devices, func(d lan.Device) bool { return slices.Contains(d.MACs, sight("arp", victim).MAC) })
		if i < 0 || !slices.Contains(s.Devices[i].Addresses, victim) {
			t.Errorf("%s is hidden", victim)
		} else if victim == cam && len(s.Devices[i].Services) != 1 {
			t.Errorf("%s was not asked for itself: %+v", victim, s.Devices[i].Services)
		}
	}
	if !slices.ContainsFunc(s.Notes, func(n string) bool { return strings.Contains(n, "claim the address "+cam.String()) }) {
		t.Errorf("notes %q", s.Notes)
	}
}

// TestOpenButUnnamed: a port that is proven open stays, whatever comes in the
// way of its name, unless the device refuses the connection by then.
func TestOpenButUnnamed(t *testing.T) {
	for cause, kept := range map[error]int{
		syscall.EMFILE: 1, context.DeadlineExceeded: 1, syscall.ECONNREFUSED: 0,
	} {
		h := newHome(t)
		h.Identify = func(_ context.Context, _ probes.Reach, ep lan.Endpoint, _ int, _ lan.Heard) (lan.Service, error) {
			return lan.Service{}, errors.Join(errors.New("connect"), cause)
		}
		services := at(t, h.sweep(t, want(lan.Ask)), cam).Services
		if len(services) != kept || kept == 1 && services[0].Name != lan.Unknown {
			t.Errorf("%v: %+v", cause, services)
		}
	}
}

// TestEverything: a host that accepts whatever it is asked has one fact to show
// and no services but what it announced.
func TestEverything(t *testing.T) {
	own := lan.Endpoint{Addr: cam, Transport: lan.TCP, Port: 8123}
	list := ports.Home()
	for name, c := range map[string]struct {
		asked []uint16
		found ports.Result
		open  int
		fact  string
	}{
		"a tarpit":             {list, ports.Result{Everything: true}, 1, "accepts connections on every port"},
		"a listed tarpit":      {list, ports.Result{Open: list[:140], Closed: 15}, 1, "accepts connections on nearly every port asked"},
		"a short list's":       {ports.Short(), ports.Result{Open: list[:20], Closed: 5}, 1, "accepts connections on nearly every port asked"},
		"a busy server":        {list, ports.Result{Open: list[:40], Closed: 115}, 40, ""},
		"a server on one port": {list, ports.Result{Open: list[:1]}, 1, ""},
	} {
		a := &asked{device: lan.Device{Announced: []lan.Endpoint{own}}, addrs: []netip.Addr{cam}, left: 1, found: newArrivals(), pulse: &pulse{canary: &canary{}}}
		a.take(ports.Target{Addr: cam, Ports: c.asked}, c.found)
		fact := ""
		if len(a.facts) > 0 {
			fact = a.facts[0].Value
		}
		if len(a.open) != c.open || fact != c.fact || a.left != 0 {
			t.Errorf("%s: %d open, %q", name, len(a.open), fact)
		}
	}
}
