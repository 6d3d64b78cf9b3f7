package lan

import (
	"net/netip"
	"time"
)

// Router is what only the home's router knows of it: how its networks are kept
// apart, whom it lets in from the internet, and what leaves the home in clear
// text. Nothing is sent to learn it. A list that is nil was not read, an empty one
// was; the zero Router is that of a machine that is none.
type Router struct {
	Zones []Zone `json:"zones"`
	// Forwards are the owner's own rules, and Leases what programs at home had the
	// router open (UPnP, PCP); a router without such a service has read an empty list.
	Forwards []Forward `json:"forwards"`
	Leases   []Forward `json:"leases"`
	Flows    []Flow    `json:"flows"`
	// Unread says in plain words what could not be read, and what to do about it.
	Unread []string `json:"unread,omitempty"`
}

// Zone is a part of the home that the router's firewall keeps apart, as OpenWrt
// names them (openwrt.org/docs/guide-user/firewall/firewall_configuration).
type Zone struct {
	Name  string   `json:"name"`  // "guest"
	Links []string `json:"links"` // its interfaces: "br-guest"
	// Outside says that the internet is behind it.
	Outside bool `json:"outside,omitempty"`
	// Guest says that the owner means it for visitors or for things not trusted, by
	// the name of zone, network or wireless network.
	Guest bool `json:"guest,omitempty"`
	// Router says that its devices may open any of the router's own ports.
	Router bool `json:"router,omitempty"`
	// To are the zones that its devices may connect to.
	To []string `json:"to,omitempty"`
	// Mixed are wireless networks for guests whose stations the router lets speak to
	// each other, or that lie in a zone of the home's own: names (SSID).
	Mixed []string `json:"mixed,omitempty"`
}

// Forward is a way that a router keeps open from the internet to a device at home.
// Its Client is not valid where the way ends at the router itself, its Transport
// is empty for all of them, and its ports are 0 for all of them.
type Forward struct {
	Mapping
	Last uint16 `json:"last,omitempty"` // the last external port of a range; 0 for one port
	From string `json:"from,omitempty"` // who may use it, an address or network; empty: everybody
	// By is who opened it: "owner" for a rule of the router's settings, "upnp" for a
	// program at home that asked the router.
	By string `json:"by"`
}

// LeadsTo reports whether f ends at that port of its device.
func (f Forward) LeadsTo(t Transport, port uint16) bool {
	if f.Transport != "" && f.Transport != t {
		return false
	}
	last := f.Port
	if f.Last > f.External {
		last = uint16(min(int(f.Port)+int(f.Last-f.External), 65535))
	}
	return f.Port == 0 || f.Port <= port && port <= last
}

// Who may have opened a Forward.
const (
	ByOwner = "owner"
	ByUPnP  = "upnp"
)

// ByRouter reports whether f comes of what the router knows, so that its device was
// asked nothing: it says nothing of what else there is to find on it.
func (f Finding) ByRouter() bool {
	return f.Check == "port-forward" || f.Check == "guest-isolation" || f.Check == "cleartext-traffic"
}

// Flow is what a device sent to the internet by a protocol in clear text, counted
// by the router and never looked into.
type Flow struct {
	Client    netip.Addr `json:"client"`
	Transport Transport  `json:"transport"`
	Port      uint16     `json:"port"` // at the other end: 23
	// Count is how many connections the router tracks; of a Device, the most that were
	// seen at once on that day, rounded down to 1, 2, 5, 10, 20, 50 and so on.
	Count int `json:"count"`
	// Days is on how many different days it was seen of late, and Seen the last of
	// them; the router itself knows of neither.
	Days int       `json:"days,omitempty"`
	Seen time.Time `json:"seen,omitzero"`
}

// Like reports whether o is of the same protocol.
func (f Flow) Like(o Flow) bool { return f.Transport == o.Transport && f.Port == o.Port }
