package dhcp

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"strconv"

	"github.com/homesweep/homesweep/probes/lan"
)

// Message types (RFC 8415 section 7.3). Relays' are not read.
const (
	advertise6   = 2
	reply6       = 7
	release6     = 8
	reconfigure6 = 10
	inform6      = 11
)

// Options (RFC 8415 section 21; 39: RFC 4704).
const (
	opt6Client = 1
	opt6ORO    = 6
	opt6User   = 15
	opt6Vendor = 16
	opt6FQDN   = 39
)

// maxDUID is the longest DUID in bytes: 128 and the type (RFC 8415 section
// 11.1).
const maxDUID = 130

// Hear6 reads one DHCPv6 datagram, as Hear does one of DHCPv4. The client's
// DUID is its identity; the hardware address in one is noted but not believed
// to be that of the interface which sent it.
func Hear6(datagram []byte) (s lan.Sighting, ok bool) {
	if len(datagram) < 4 {
		return s, false
	}
	s = lan.Sighting{Source: Name, Heard: lan.Heard{}}
	switch kind := datagram[0]; kind {
	case advertise6, reply6, reconfigure6:
		s.Heard.Set(Server6, "yes")
		return s, true
	case 1, 3, 4, 5, 6, release6, 9, inform6: // solicit to rebind, decline
		s.Gone = kind == release6
	default:
		return s, false
	}
	each6(datagram[4:], func(code uint16, value []byte) { tell6(&s, code, value) })
	return s, true
}

// tell6 notes one option of a client; the first of its kind counts.
func tell6(s *lan.Sighting, code uint16, value []byte) {
	switch code {
	case opt6Client:
		if s.Heard[lan.DHCP6DUID] == "" && len(value) <= lan.MaxValue/2 {
			s.Heard.Set(lan.DHCP6DUID, hex.EncodeToString(value))
			s.ID = duid(s.Heard, value)
		}
	case opt6ORO:
		var wanted []uint16
		for ; len(value) >= 2 && len(wanted) < maxNumbers; value = value[2:] {
			wanted = append(wanted, binary.BigEndian.Uint16(value))
		}
		s.Heard.Set(lan.DHCP6Params, numbers(wanted))
	case opt6User:
		text, _ := classes(value, 2)
		s.Heard.Set(User6, text)
	case opt6Vendor:
		if len(value) > 4 {
			s.Heard.Set(Maker6, strconv.FormatUint(uint64(binary.BigEndian.Uint32(value)), 10))
			text, _ := classes(value[4:], 2)
			s.Heard.Set(lan.DHCP6Vendor, text)
		}
	case opt6FQDN:
		if len(value) > 1 {
			name := domain(value[1:])
			s.Heard.Set(lan.DHCP6FQDN, name)
			named(s, name)
		}
	}
}

// duid notes what kind of DUID b is (RFC 8415 section 11, RFC 6355) and the
// hardware address in it, and returns the identity; empty when it has none.
func duid(heard lan.Heard, b []byte) string {
	if len(b) < 2 {
		return ""
	}
	rest := b[2:]
	ethernet := func(skip int) {
		if len(rest) != skip+6 || !bytes.Equal(rest[:2], []byte{0, 1}) {
			return
		}
		if m, _ := lan.MACFrom(rest[skip:]); !m.IsGroup() {
			heard.Set(DUIDMAC, m.String())
		}
	}
	switch binary.BigEndian.Uint16(b) {
	case 1:
		heard.Set(DUIDKind, "llt")
		ethernet(6)
	case 2:
		heard.Set(DUIDKind, "en")
	case 3:
		heard.Set(DUIDKind, "ll")
		ethernet(2)
	case 4:
		heard.Set(DUIDKind, "uuid")
	default:
		return ""
	}
	if blank(rest) {
		return ""
	}
	return identity("duid", b)
}
