// Package lan holds the nouns of a home network: what was heard (Link,
// Sighting, Endpoint, Service) kept apart from what was concluded (Device,
// Fact, Finding), and what the owner said (Decision).
//
// The package does no I/O and imports the standard library only. Its JSON form
// is schema 1 of `homesweep sweep -json`; fields may be added, none renamed.
// All types are plain values: a caller that shares one copies it.
package lan

import (
	"fmt"
	"net/netip"
	"slices"
	"time"
)

// Schema is the number of the JSON form that Sweep marshals to.
const Schema = 1

// Link is a network interface on which we may look, with the on-link prefixes
// that are in scope. A Link is only ever made by probes/links (or a test).
type Link struct {
	Name     string         `json:"name"`
	Prefixes []netip.Prefix `json:"prefixes"`

	Index int          `json:"-"` // kernel's interface index
	MAC   MAC          `json:"-"` // our own hardware address
	Addrs []netip.Addr `json:"-"` // our own addresses; link-local ones carry no zone
	// Networks are the on-link networks of Addrs, of which Prefixes may be only
	// a part (-target). Empty means that Prefixes are all of them.
	Networks []netip.Prefix `json:"-"`
	// Public are the on-link prefixes that belong to the internet (a delegated
	// IPv6 prefix). Addresses in them are noted, never asked.
	Public []netip.Prefix `json:"-"`
	MTU    int            `json:"-"`
}

// Contains reports whether addr lies in one of the link's prefixes.
func (l Link) Contains(addr netip.Addr) bool {
	addr = addr.WithZone("").Unmap()
	for _, p := range l.Prefixes {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// Exposes reports whether addr lies in one of the link's public prefixes: the
// internet could reach it if the router let it in.
func (l Link) Exposes(addr netip.Addr) bool {
	addr = addr.WithZone("").Unmap()
	return slices.ContainsFunc(l.Public, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// Edge reports whether addr is the own or broadcast address of one of the
// link's IPv4 networks, of which its prefixes may be only parts. Some devices
// answer there in another's name. Point-to-point networks have neither (RFC
// 3021).
func (l Link) Edge(addr netip.Addr) bool {
	networks := l.Networks
	if len(networks) == 0 {
		networks = l.Prefixes
	}
	for _, p := range networks {
		if p = p.Masked(); p.Bits() < 31 && p.Contains(addr) && (addr == p.Addr() || !p.Contains(addr.Next())) {
			return addr.Is4()
		}
	}
	return false
}

// Source4 is the link's own IPv4 address on the network that to is on, or the
// first one on any of them when to is the zero Addr. ok is false when the link
// has none.
func (l Link) Source4(to netip.Addr) (addr netip.Addr, ok bool) {
	for _, networks := range [][]netip.Prefix{l.Networks, l.Prefixes} {
		for _, a := range l.Addrs {
			for _, p := range networks {
				if a.Is4() && p.Contains(a) && (!to.IsValid() || p.Contains(to)) {
					return a, true
				}
			}
		}
	}
	return netip.Addr{}, false
}

// Endpoint is one place on a device that can be talked to.
type Endpoint struct {
	Addr      netip.Addr
	Transport Transport
	Port      uint16
	// TLS says that the conversation is wrapped: a Reach that dials such an
	// endpoint hands over a connection whose handshake is done.
	TLS bool
}

// String is "tcp/192.168.1.20:80".
func (e Endpoint) String() string {
	return string(e.Transport) + "/" + e.AddrPort().String()
}

// AddrPort is the endpoint's address and port.
func (e Endpoint) AddrPort() netip.AddrPort { return netip.AddrPortFrom(e.Addr, e.Port) }

// Transport is "tcp" or "udp".
type Transport string

// The transports that a Service can be met on.
const (
	TCP Transport = "tcp"
	UDP Transport = "udp"
)

// Sighting is one source hearing one address once. What it heard is left
// unjudged; daemon/census folds sightings into devices.
type Sighting struct {
	Source string // the Source's name: "arp", "mdns" …
	At     time.Time
	Link   string
	MAC    MAC        // zero when the source cannot know it
	Addr   netip.Addr // zero when the source heard no address
	Names  []string   // names the device gave itself
	// ID is an identity that survives a change of address (UPnP UDN, mDNS
	// pairing id, DUID), as "udn:…", "hap:…", "duid:…"; empty when none.
	ID        string
	Heard     Heard
	Endpoints []Endpoint // services announced, not yet checked
	Gone      bool       // the device said goodbye
	// Claim says that the sighting is not the device's own word: somebody else
	// said it of Addr (a relayed answer, an address claimed but not answered
	// from), or nobody knows who did. A claim never makes, merges or renames a
	// device.
	Claim bool
}

// Service is an open endpoint and what it said of itself.
type Service struct {
	Address   netip.Addr `json:"address"`
	Transport Transport  `json:"transport"`
	Port      uint16     `json:"port"`
	Name      string     `json:"name"` // IANA's service name, or "unknown"
	Product   string     `json:"product,omitempty"`
	Version   string     `json:"version,omitempty"`
	TLS       bool       `json:"tls"`
	Heard     Heard      `json:"heard,omitempty"`
}

// Unknown is the Name of a service that is open but did not say what it is.
const Unknown = "unknown"

// Endpoint is where the service was met.
func (s Service) Endpoint() Endpoint {
	return Endpoint{Addr: s.Address, Transport: s.Transport, Port: s.Port, TLS: s.TLS}
}

// Key names the service within its device: "tcp/80". It is empty for the zero
// Service.
func (s Service) Key() string {
	if s.Port == 0 {
		return ""
	}
	return fmt.Sprintf("%s/%d", s.Transport, s.Port)
}

// Finding is a check's verdict on a device.
type Finding struct {
	Check     string     `json:"check"`
	Verdict   Verdict    `json:"verdict"`
	Severity  Severity   `json:"severity"`
	Service   string     `json:"service"` // Service.Key, empty for the device as a whole
	Title     string     `json:"title"`
	Advice    string     `json:"advice"`
	Steps     []string   `json:"steps,omitempty"` // the advice for this very family, one after the other
	Urgency   Urgency    `json:"urgency,omitzero"`
	Guideline int        `json:"guideline"` // 1..13, the UK Code of Practice
	Provision string     `json:"provision"` // ETSI EN 303 645, "5.1-1"
	Evidence  []Evidence `json:"evidence"`
	FirstSeen time.Time  `json:"first_seen,omitzero"`
	LastSeen  time.Time  `json:"last_seen,omitzero"`
}

// Key names the finding within its device.
func (f Finding) Key() string { return f.Check + " " + f.Service }

// Evidence is one exchange that led to a verdict: what we said and what came
// back, cut to size, secrets struck out.
type Evidence struct {
	Said  string `json:"said"`
	Heard string `json:"heard"`
}

// Decision is what the owner said about a device. A sweep never overwrites it.
type Decision struct {
	Device string    `json:"device"`
	What   string    `json:"what"` // "name", "room", "note", "do-not-probe", "accept", "merge", "split"
	Check  string    `json:"check,omitempty"`
	Value  string    `json:"value"`
	At     time.Time `json:"at"`
}
