package mdns

import (
	"net/netip"
	"strings"
	"time"

	"github.com/miekg/dns"

	"github.com/homesweep/homesweep/probes/lan"
)

// Name is the source's word for its sightings.
const Name = "mdns"

// Withdrawn is the field of lan.Heard for types of services that said goodbye,
// space separated.
const Withdrawn = "mdns.withdrawn"

// claim is one service as an answer describes it, still in DNS presentation
// form.
type claim struct {
	full     string // "Hub\ One._hap._tcp.local."
	kind     string // type, lower case: "_hap._tcp"
	instance string
	host     string
	port     int
	text     []string
	addrs    []netip.Addr
	ttl      uint32 // the longest of its records, in seconds
	bye      bool   // a record with a TTL of zero was among them
}

// ended notes the TTL of one more record.
func (c *claim) ended(ttl uint32) {
	c.ttl = max(c.ttl, ttl)
	c.bye = c.bye || ttl == 0
}

// gone reports whether the service said goodbye (RFC 6762 section 10.1).
func (c *claim) gone() bool { return c.bye && c.ttl == 0 }

// bare reports whether the service was only named.
func (c *claim) bare() bool { return !c.gone() && c.host == "" && len(c.text) == 0 }

// sighting is what c says of addr.
func (c *claim) sighting(link string, addr netip.Addr, at time.Time) lan.Sighting {
	s := lan.Sighting{Source: Name, At: at, Link: link, Addr: addr, Heard: lan.Heard{}}
	s.Heard.Add(lan.MDNSTypes, c.kind)
	for _, kv := range texts(c.text) {
		s.Heard.Set(lan.MDNS(c.kind, kv[0]), kv[1])
	}
	if c.group(s.Heard) {
		s.Heard = lan.Heard{lan.MDNSTypes: c.kind}
	}
	s.ID = c.identity(s.Heard)
	s.Names = c.names(s.Heard)
	if c.port > 0 && c.port <= 65535 {
		t := lan.TCP
		if strings.HasSuffix(c.kind, "._udp") {
			t = lan.UDP
		}
		s.Endpoints = []lan.Endpoint{{Addr: addr, Transport: t, Port: uint16(c.port)}}
	}
	return s
}

// group reports whether c is a group of Cast loudspeakers. One of them announces
// it, now this one and then that, with a name, a model and an ID that are no
// device's.
func (c *claim) group(heard lan.Heard) bool {
	return c.kind == "_googlecast._tcp" &&
		(strings.HasPrefix(c.instance, "Google-Cast-Group-") || heard[lan.MDNS(c.kind, "md")] == "Google Cast Group")
}

// identity is one that outlives the device's addresses: the pairing ID of
// HomeKit, the ID of a Cast device.
func (c *claim) identity(heard lan.Heard) string {
	id := strings.ToLower(lan.Printable(heard[lan.MDNS(c.kind, "id")], lan.MaxName))
	if id == "" || strings.Trim(id, "0123456789abcdef:-") != "" || strings.Trim(id, "0:-") == "" {
		return ""
	}
	switch c.kind {
	case "_hap._tcp", "_hap._udp":
		return "hap:" + id
	case "_googlecast._tcp":
		return "cast:" + id
	}
	return ""
}

// names are what the device calls itself: the instance where that is a name,
// and the host.
func (c *claim) names(heard lan.Heard) []string {
	instance := unescape(c.instance)
	switch c.kind {
	case "_googlecast._tcp": // the instance is the model and a serial number
		instance = heard[lan.MDNS(c.kind, "fn")]
	case "_matter._tcp", "_matterc._udp", "_matterd._udp", "_trel._udp", "_androidtvremote._tcp",
		"_companion-link._tcp", "_remotepairing._tcp", "_apple-mobdev2._tcp", "_spotify-connect._tcp", "_sleep-proxy._udp":
		if numbered(instance) { // some new at each boot
			instance = ""
		}
	case "_workstation._tcp": // "attic [00:11:22:33:44:55]"
		instance, _, _ = strings.Cut(instance, " [")
	}
	if serial, name, found := strings.Cut(instance, "@"); found && (c.kind == "_raop._tcp" || numbered(serial)) {
		instance = name // "0011223344AA@Kitchen"
	}
	return distinct(instance, hostName(c.host))
}

// numbered reports whether a name is only the digits of a number, with what
// separates them.
func numbered(name string) bool {
	return len(name) >= 8 && strings.ContainsAny(name, "0123456789") &&
		strings.Trim(strings.ToLower(name), "0123456789abcdef@:.-_%+ ") == "" || strings.Contains(name, "@fe80::")
}

// distinct are the names that are fit to keep, each once.
func distinct(all ...string) (names []string) {
	for _, n := range all {
		n = lan.Printable(n, lan.MaxName)
		if n != "" && (len(names) == 0 || names[0] != n) {
			names = append(names, n)
		}
	}
	return names
}

// follow is the question that would make the device itself speak of c.
func (c *claim) follow() string {
	if c.full != "" {
		return c.full
	}
	return dns.Fqdn(c.instance + "." + c.kind + ".local")
}
