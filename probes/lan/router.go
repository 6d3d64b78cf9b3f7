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
	// Partial says that there may be more ways in than these: another router lets in
	// whom it likes, or a rule was not understood or not read.
	Partial bool   `json:"partial,omitempty"`
	Flows   []Flow `json:"flows"`
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
	// Some are rules by which its devices, if guests, reach single ports of the router
	// or of the home: "tcp 445 of lan".
	Some []string `json:"some,omitempty"`
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
	// Behind says that another router stands between this one and the internet, as this
	// one's own addresses there are private (RFC 1918) or shared (RFC 6598): the way is
	// open only if that one lets it through, which is not known.
	Behind bool `json:"behind,omitempty"`
	// Zone is the part of the home to each of whose internet addresses it leads, in
	// place of a Client; empty on a Device.
	Zone string `json:"-"`
}

// LeadsTo reports whether f ends at that port of its device: a range at the same
// ports, or all of it at one.
func (f Forward) LeadsTo(t Transport, port uint16) bool {
	if f.Transport != "" && f.Transport != t {
		return false
	}
	return f.Port == 0 || f.Port == port || f.Port == f.External && f.Port <= port && port <= f.Last
}

// Who may have opened a Forward.
const (
	ByOwner = "owner"
	ByUPnP  = "upnp"
)

// ByRouter reports whether a check judges by what the router knows, so that the
// device is asked nothing: it says nothing of what else there is to find on it.
func ByRouter(check string) bool {
	return check == "port-forward" || check == "guest-isolation" || check == ClearTraffic
}

// ClearTraffic is the check of what a device sends to the internet.
const ClearTraffic = "cleartext-traffic"

// Flow is what a device sent to the internet by a protocol in clear text, counted
// by the router and never looked into.
type Flow struct {
	Client    netip.Addr `json:"client"`
	Transport Transport  `json:"transport"`
	Port      uint16     `json:"port"` // at the other end: 23
	// Count is how many connections the router tracks, of Telnet to how many different
	// addresses; of a Device, the most that were seen on that day, rounded down to 1, 2,
	// 5, 10, 20, 50 and so on.
	Count int `json:"count"`
	// Days is on how many different days it was seen of late, and Seen the last of
	// them; the router itself knows of neither.
	Days int       `json:"days,omitempty"`
	Seen time.Time `json:"seen,omitzero"`
}

// Like reports whether o is of the same protocol.
func (f Flow) Like(o Flow) bool { return f.Transport == o.Transport && f.Port == o.Port }
