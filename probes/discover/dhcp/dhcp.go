// Package dhcp reads what machines say of themselves when they ask for an
// address (DHCPv4: RFC 2131 and 2132; DHCPv6: RFC 8415): their name, their
// maker's words, the order of what they ask for, and an identity that outlives
// their addresses. It sends nothing and keeps nothing.
package dhcp

import (
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// Name is the source's word for its sightings.
const Name = "dhcp"

// The ports of both versions (RFC 2131 section 4.1, RFC 8415 section 7.2).
const (
	ServerPort  = 67
	ClientPort  = 68
	ClientPort6 = 546
	ServerPort6 = 547
)

// Fields of lan.Heard besides those that lan itself names.
const (
	Server    = "dhcp.server"    // "yes": it gives out IPv4 addresses
	Requested = "dhcp.requested" // option 50: the address it would like to have
	Server6   = "dhcp6.server"   // "yes": it gives out IPv6 addresses or settings
	User6     = "dhcp6.user_class"
	Maker6    = "dhcp6.enterprise" // IANA's number of who wrote the vendor class
	DUIDMAC   = "dhcp6.duid_mac"   // the hardware address within the DUID: of one of its interfaces, not always this one
	DUIDKind  = "dhcp6.duid_type"  // llt, en, ll or uuid
)

// maxNumbers is how many option numbers are noted of one message.
const maxNumbers = 96

// nobodysNames are what machines send that were never given a name.
var nobodysNames = []string{"localhost", "localhost.localdomain", "(none)", "none", "unknown", "null", "*"}

// named adds a name that the device was given. Of a full domain name it is the
// first label.
func named(s *lan.Sighting, name string) {
	name, _, _ = strings.Cut(lan.Printable(name, lan.MaxValue), ".")
	name = lan.Printable(name, lan.MaxName)
	if name == "" || slices.Contains(nobodysNames, strings.ToLower(name)) || slices.Contains(s.Names, name) {
		return
	}
	s.Names = append(s.Names, name)
}

// numbers is "1,3,6,15".
func numbers[T byte | uint16](list []T) string {
	var b strings.Builder
	for i, n := range list[:min(len(list), maxNumbers)] {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(int(n)))
	}
	return b.String()
}

// classes joins the parts of a user or vendor class, each behind its own length
// of size bytes. ok is false when the lengths do not add up.
func classes(b []byte, size int) (text string, ok bool) {
	var parts []string
	for len(b) > 0 {
		if len(b) < size {
			return "", false
		}
		n := 0
		for _, d := range b[:size] {
			n = n<<8 | int(d)
		}
		b = b[size:]
		if n > len(b) {
			return "", false
		}
		parts = append(parts, string(b[:n]))
		b = b[n:]
	}
	return strings.Join(parts, " "), len(parts) > 0
}

// domain reads a name in DNS wire form without compression (RFC 4704 section
// 4.2). A partial name lacks the last, empty label.
func domain(b []byte) string {
	var labels []string
	for len(b) > 0 && b[0] > 0 && b[0] < 64 && int(b[0]) < len(b) {
		n := int(b[0])
		labels = append(labels, string(b[1:1+n]))
		b = b[1+n:]
	}
	return strings.Join(labels, ".")
}

// blank reports whether b is nothing but zeros or nothing but ones: what
// firmware sends that forgot to fill it in.
func blank(b []byte) bool {
	return len(b) == 0 || !slices.ContainsFunc(b, func(c byte) bool { return c != b[0] }) && (b[0] == 0 || b[0] == 0xff)
}

// identity is "prefix:hex", empty when b cannot tell one device from others.
func identity(prefix string, b []byte) string {
	if len(b) < 3 || len(b) > maxDUID || blank(b) {
		return ""
	}
	return prefix + ":" + hex.EncodeToString(b)
}
