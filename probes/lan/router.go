package lan

import "net/netip"

// Router is what only the home's router knows of it: how its networks are kept
// apart, whom it lets in from the internet, and what leaves the home in clear
// text. Nothing is sent to learn it. The zero Router is that of a machine that is
// none.
type Router struct {
	Zones    []Zone    `json:"zones,omitempty"`
	Forwards []Forward `json:"forwards,omitempty"`
	Flows    []Flow    `json:"flows,omitempty"`
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
type Forward struct {
	Mapping
	Last uint16 `json:"last,omitempty"` // the last external port of a range; 0 for one port
	From string `json:"from,omitempty"` // who may use it, an address or network; empty: everybody
	// By is who opened it: "owner" for a rule of the router's settings, "upnp" for a
	// program at home that asked the router.
	By string `json:"by"`
}

// Flow is what a device sent to the internet by a protocol in clear text, counted
// by the router and never looked into.
type Flow struct {
	Client    netip.Addr `json:"client"`
	Transport Transport  `json:"transport"`
	Port      uint16     `json:"port"`  // at the other end: 23
	Count     int        `json:"count"` // connections that the router tracks now
}
