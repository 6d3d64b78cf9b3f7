package mdns

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestManyAddressesHideNoService: a computer with an address of each kind, and
// two that change daily, has as many services as any other.
func TestManyAddressesHideNoService(t *testing.T) {
	const services = 20
	var lines []string
	for i := range services {
		lines = append(lines, fmt.Sprintf("A%d._http._tcp.local. 9 IN SRV 0 0 %d h.local.", i, 8000+i))
	}
	lines = append(lines, "h.local. 9 IN A 192.168.1.20")
	for i := range 8 {
		lines = append(lines, fmt.Sprintf("h.local. 9 IN AAAA fe80::%d", i+1))
	}
	own := 0
	b := newBook(home, func(s lan.Sighting) {
		if !s.Claim {
			own++
		}
	})
	b.heard(netip.MustParseAddr("192.168.1.20"), answer(t, lines...))
	b.rest()
	if own != services {
		t.Errorf("it told of %d services of %d", own, services)
	}
}

// TestOneNameForTwo: cheap stacks call every device of a maker by one host name,
// and a liar may call itself by another's. Neither takes the other's services.
func TestOneNameForTwo(t *testing.T) {
	one, two := netip.MustParseAddr("192.168.1.20"), netip.MustParseAddr("192.168.1.21")
	var seen []string
	b := newBook(home, told(&seen))
	b.heard(one, answer(t, "esp.local. 9 IN A 192.168.1.20"))
	b.heard(two, answer(t, "esp.local. 9 IN A 192.168.1.21"))
	b.heard(one, answer(t, "A._http._tcp.local. 9 IN SRV 0 0 80 esp.local."))
	b.heard(two, answer(t, "B._http._tcp.local. 9 IN SRV 0 0 80 esp.local."))
	if want := []string{"192.168.1.20 A,esp", "192.168.1.21 B,esp"}; !slices.Equal(seen, want) {
		t.Errorf("told %q, want %q", seen, want)
	}
}

// TestCastGroup: a group of loudspeakers is announced by one of them, today this
// one and tomorrow that, and is no device.
func TestCastGroup(t *testing.T) {
	for _, c := range []claim{
		{instance: "Google-Cast-Group-0a1b2c3d4e5f60718293a4b5c6d7e8f9-1", text: []string{"id=0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", "fn=Upstairs"}},
		{instance: "x", text: []string{"id=0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", "md=Google Cast Group", "fn=Upstairs"}},
	} {
		c.kind, c.host, c.port = "_googlecast._tcp", "4a7c.local.", 32187
		s := c.sighting("br-lan", netip.MustParseAddr("192.168.1.20"), time.Unix(9, 0))
		if s.ID != "" || len(s.Heard) != 1 || s.Heard[lan.MDNSTypes] != "_googlecast._tcp" || fmt.Sprint(s.Names) != "[4a7c]" || len(s.Endpoints) != 1 {
			t.Errorf("%s: %+v", c.instance, s)
		}
	}
}
