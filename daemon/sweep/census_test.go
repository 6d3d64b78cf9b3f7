package sweep

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/census"
	"github.com/homesweep/homesweep/probes/lan"
)

// TestDeviceWithoutAnAddress is listed, and nothing is asked of it.
func TestDeviceWithoutAnAddress(t *testing.T) {
	h := newHome(t)
	asleep := sight("wifi", cam)
	asleep.MAC[5], asleep.Addr = 0x99, netip.Addr{}
	h.Presence = append(h.Presence, Ear{says("wifi", asleep), lan.Listen})
	h.Checks = append(h.Checks, check("x", lan.Look, always(lan.Pass)))
	s := h.sweep(t, want(lan.Ask))
	last := s.Devices[len(s.Devices)-1]
	if len(last.Addresses) != 0 || !slices.Equal(last.MACs, []lan.MAC{asleep.MAC}) || len(last.Findings)+len(last.Services) != 0 {
		t.Errorf("%+v", last)
	}
	if len(MakePlan(t.Context(), h.Parts, want(lan.Ask)).Known) != len(s.Devices) {
		t.Error("the plan does not know it")
	}
}

// TestAddressesOfTheInternetAreNotAsked, even where a device has no other.
func TestAddressesOfTheInternetAreNotAsked(t *testing.T) {
	h := newHome(t)
	public := netip.MustParseAddr("2001:db8:1::20")
	s := sight("ndp", cam)
	s.MAC[5], s.Addr = 0x99, public
	h.Presence = append(h.Presence, Ear{says("ndp", s), lan.Listen})
	w := want(lan.Ask)
	w.Links[0].Public = []netip.Prefix{netip.MustParsePrefix("2001:db8:1::/64")}
	if d := at(t, h.sweep(t, w), public); !slices.Equal(d.Exposed, []netip.Addr{public}) {
		t.Errorf("%+v", d)
	}
	if _, asked := h.engine.asked(public); asked {
		t.Error("an address of the internet was asked for its ports")
	}
}

// TestTwoInterfacesAreOneInTheEnd: by ARP they are two devices, by what both
// announce later they are one.
func TestTwoInterfacesAreOneInTheEnd(t *testing.T) {
	h := newHome(t)
	h.engine.open[plug] = []uint16{8080}
	first, second := sight("ssdp", cam), sight("ssdp", plug)
	first.ID, second.ID = "udn:2fac1234-31f8-11b4-a222-08002b34c003", "udn:2fac1234-31f8-11b4-a222-08002b34c003"
	h.announce(says("ssdp", first, second))
	h.Checks = append(h.Checks, check("x", lan.Look, always(lan.Fail)))
	s := h.sweep(t, want(lan.Look))
	d := at(t, s, cam)
	if len(s.Devices) != 3 || len(d.MACs) != 2 || at(t, s, plug).ID != d.ID {
		t.Fatalf("%+v", s.Devices)
	}
	if len(d.Services) != 2 || len(d.Findings) != 1 {
		t.Errorf("services %+v, findings %+v", d.Services, d.Findings)
	}
	if got, _ := h.engine.asked(plug); got.MAC != second.MAC {
		t.Errorf("its second address was asked at %s", got.MAC)
	}
}

// TestMemoryAndTheOwnerAreHeard: who is who does not begin anew with each sweep.
func TestMemoryAndTheOwnerAreHeard(t *testing.T) {
	h := newHome(t)
	before := h.sweep(t, want(lan.Listen))
	w := want(lan.Listen)
	w.Known = before.Devices
	w.Known[1].ID = "d-kept"
	w.Told = []lan.Decision{{What: census.Merge, Device: "d-kept", Value: at(t, before, pc).ID, At: time.Unix(1, 0)}}
	s := h.sweep(t, w)
	if d := at(t, s, pc); d.ID != "d-kept" || len(d.MACs) != 2 {
		t.Errorf("%+v", d)
	}
}
