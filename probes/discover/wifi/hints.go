package wifi

import (
	"context"
	"errors"
	"maps"
	"net/netip"
	"slices"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ubus"
)

// maxAddrs is how many addresses of one hint are kept.
const maxAddrs = 16

// Hint is what the router believes of one hardware address.
type Hint struct {
	MAC   lan.MAC
	Name  string // empty when there is none
	Addrs []netip.Addr
}

// hints is the Source "hints".
type hints struct {
	bus ubus.Caller
	now func() time.Time
}

var _ probes.Source = hints{}

// Hints is the Source "hints": the names and addresses that LuCI's bus object
// has gathered from leases, configuration and reverse DNS (openwrt/luci,
// rpcd-mod-luci). They are the router's word, and no sign that a device is
// there. root is "/" save in tests.
func Hints(root string) probes.Source {
	return hints{bus: ubus.New(root, ubus.Patience), now: time.Now}
}

// Name implements probes.Source.
func (hints) Name() string { return "hints" }

// Discover asks once. A router without LuCI, and any other machine, has nothing
// to say, which is no error.
func (h hints) Discover(ctx context.Context, link lan.Link, see func(lan.Sighting)) error {
	out, err := h.bus.Call(ctx, "call", "luci-rpc", "getHostHints")
	if err != nil {
		return unlessOver(ctx, err)
	}
	all, err := ParseHints(out)
	now := h.now()
	for _, hint := range all {
		for _, s := range hint.sightings(link) {
			if ctx.Err() != nil {
				return nil
			}
			s.Source, s.Link, s.At, s.Heard = "hints", link.Name, now, lan.Heard{}
			see(s)
		}
	}
	return answered("luci-rpc", err)
}

// sightings is what the hint says on link. The router has hints of its own
// interfaces and of what is beyond them, too.
func (h Hint) sightings(link lan.Link) (all []lan.Sighting) {
	if h.MAC == link.MAC {
		return nil
	}
	var names []string
	if h.Name != "" {
		names = []string{h.Name}
	}
	for _, a := range h.Addrs {
		if slices.Contains(link.Addrs, a) {
			return nil
		}
		if link.Contains(a) || link.Exposes(a) {
			all = append(all, lan.Sighting{MAC: h.MAC, Addr: a, Names: names})
		}
	}
	if len(h.Addrs) == 0 && h.Name != "" {
		all = []lan.Sighting{{MAC: h.MAC, Names: names}}
	}
	return all
}

// ParseHints reads the answer to getHostHints, of older versions with one IPv4
// and one IPv6 address, of newer ones with lists.
func ParseHints(text []byte) ([]Hint, error) {
	var answer map[string]struct {
		Name     string   `json:"name"`
		IPv4     string   `json:"ipv4"`
		IPv6     string   `json:"ipv6"`
		IPAddrs  []string `json:"ipaddrs"`
		IP6Addrs []string `json:"ip6addrs"`
	}
	if err := unmarshal(text, &answer); err != nil {
		return nil, err
	}
	if answer == nil {
		return nil, errors.New("it is no table")
	}
	var all []Hint
	for _, word := range slices.Sorted(maps.Keys(answer)) {
		mac, ok := station(word)
		if !ok || len(all) == maxStations {
			continue
		}
		a := answer[word]
		h := Hint{MAC: mac, Name: lan.Printable(a.Name, lan.MaxName)}
		for _, word := range slices.Concat([]string{a.IPv4, a.IPv6}, a.IPAddrs, a.IP6Addrs) {
			addr, err := netip.ParseAddr(word)
			addr = addr.WithZone("").Unmap()
			if err == nil && !addr.IsUnspecified() && !slices.Contains(h.Addrs, addr) && len(h.Addrs) < maxAddrs {
				h.Addrs = append(h.Addrs, addr)
			}
		}
		all = append(all, h)
	}
	return all, nil
}
