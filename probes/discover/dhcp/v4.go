package dhcp

import (
	"bytes"
	"encoding/hex"
	"net/netip"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// Message types (RFC 2132 section 9.6).
const (
	discover = 1
	offer    = 2
	request  = 3
	decline  = 4
	ack      = 5
	nak      = 6
	release  = 7
	inform   = 8
)

// Hear reads one DHCPv4 datagram. A client's is its own word: the sighting has
// the hardware address it gives, the address it already uses, if any, and Gone
// when it gives that back. Of a server's only Server is noted, of whoever sent
// the frame. What a relay has passed on is not ok.
func Hear(datagram []byte) (s lan.Sighting, ok bool) {
	if len(datagram) < atOptions || !bytes.Equal(datagram[atCookie:atOptions], cookie) ||
		!bytes.Equal(datagram[atRelay:atRelay+4], make([]byte, 4)) {
		return s, false
	}
	o := readOptions(datagram)
	kind := o.values[optType]
	if len(kind) != 1 {
		return s, false
	}
	s = lan.Sighting{Source: Name, Heard: lan.Heard{}}
	switch op := datagram[0]; {
	case op == 1 && (kind[0] == discover || kind[0] == request || kind[0] == decline || kind[0] == release || kind[0] == inform):
		return client(s, datagram, o)
	case op == 2 && (kind[0] == offer || kind[0] == ack || kind[0] == nak):
		s.Heard.Set(Server, "yes")
		return s, true
	}
	return s, false
}

// client is what a client's message says of it.
func client(s lan.Sighting, message []byte, o options) (lan.Sighting, bool) {
	if message[1] != 1 || message[2] != 6 { // Ethernet, and Wi-Fi that is bridged to it
		return s, false
	}
	s.MAC, _ = lan.MACFrom(message[atChaddr : atChaddr+6])
	if s.MAC.IsZero() || s.MAC.IsGroup() {
		return s, false
	}
	if addr := netip.AddrFrom4([4]byte(message[atClient:])); !addr.IsUnspecified() && o.values[optType][0] != decline {
		s.Addr = addr
	}
	s.Gone = o.values[optType][0] == release
	tell(&s, o)
	return s, true
}

// tell notes the options of a client.
func tell(s *lan.Sighting, o options) {
	s.Heard.Set(lan.DHCPHostname, o.text(optHostname))
	s.Heard.Set(lan.DHCPVendor, o.text(optVendor))
	s.Heard.Set(lan.DHCPParams, numbers(o.values[optParams]))
	s.Heard.Set(lan.DHCPOptions, numbers(o.order))
	named(s, o.text(optHostname))
	user, ok := classes(o.values[optUser], 1)
	if !ok { // Microsoft's clients and iPXE send it as plain text
		user = o.text(optUser)
	}
	s.Heard.Set(lan.DHCPUser, user)
	if full := fqdn(o.values[optFQDN]); full != "" {
		s.Heard.Set(lan.DHCPFQDN, full)
		named(s, full)
	}
	if wanted := o.values[optRequested]; len(wanted) == 4 {
		s.Heard.Set(Requested, netip.AddrFrom4([4]byte(wanted)).String())
	}
	if id := o.values[optClient]; len(id) > 0 && len(id) <= lan.MaxValue/2 {
		s.Heard.Set(lan.DHCPClient, hex.EncodeToString(id))
		s.ID = clientID(id, s.MAC)
	}
}

// fqdn is option 81's name (RFC 4702 section 2): behind three bytes, in wire
// form when the E bit says so, else in plain text.
func fqdn(b []byte) string {
	if len(b) < 4 {
		return ""
	}
	if b[0]&4 != 0 {
		return domain(b[3:])
	}
	return strings.TrimRight(string(b[3:]), ".\x00")
}

// clientID is the identity in option 61: a DUID behind the type 255 and four
// bytes for the interface (RFC 4361 section 6.1), else the whole option. The
// client's hardware address is no identity of its own.
func clientID(id []byte, mac lan.MAC) string {
	switch {
	case id[0] == 255 && len(id) > 5:
		return identity("duid", id[5:])
	case bytes.HasSuffix(id, mac[:]) && len(id) <= len(mac)+1, blank(id[1:]):
		return ""
	}
	return identity("dhcp", id)
}
