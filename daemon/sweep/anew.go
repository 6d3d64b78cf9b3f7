package sweep

import (
	"slices"
	"strconv"

	"github.com/homesweep/homesweep/probes/discover/dhcp"
	"github.com/homesweep/homesweep/probes/discover/ssdp"
	"github.com/homesweep/homesweep/probes/lan"
)

// boot is a device's count of its own starts, and how often it was heard.
type boot struct {
	count uint64
	heard int
}

// maxBoots bounds whose counts are remembered: more than speak in a home.
const maxBoots = 1024

// heard takes in what is heard meanwhile. Who asks for an address as if it had
// none, while it is being asked, has started anew: it asked whether nobody else has
// it (RFC 5227, section 2.1.1), or looked for a DHCP server; a lease is renewed
// from the address itself (RFC 2131, section 4.3.6). Routers do either for others.
// But anybody can say so in another's name, see doubt.
func (c *canary) heard(s lan.Sighting) {
	if c == nil {
		return // a plan asks nobody
	}
	again := c.counted(s)
	if !s.Addr.IsValid() && !s.MAC.IsZero() && !s.Claim {
		again = again || s.Source == "arp" || s.Source == dhcp.Name && s.Heard[dhcp.Server] == ""
	}
	if !again {
		return
	}
	if p := c.whose(s); p != nil {
		c.checks.Go(p.check)
	}
}

// whose is the device that s is about, if it is being asked and there is to be
// found out whether s is true.
func (c *canary) whose(s lan.Sighting) *pulse {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.asked {
		if !slices.Contains(p.device.MACs, s.MAC) && !slices.Contains(p.device.Addresses, s.Addr) ||
			p.device.Kind == "router" || p.device.Kind == "ap" {
			continue
		}
		if p.raise() {
			return p
		}
	}
	return nil
}

// counted reports whether s tells of one start more than before (UPnP Device
// Architecture 2.0, section 1.2.2: BOOTID.UPNP.ORG). A count that is not the same
// for some time is none.
func (c *canary) counted(s lan.Sighting) (again bool) {
	n, err := strconv.ParseUint(s.Heard[ssdp.Boot], 10, 32)
	if err != nil || s.ID == "" {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	was, known := c.boots[s.ID]
	switch {
	case !known && len(c.boots) >= maxBoots:
		return false
	case known && n == was.count:
		was.heard++
	default:
		again = n > was.count && was.heard >= 2
		was = boot{n, 1}
	}
	c.boots[s.ID] = was
	return again
}
