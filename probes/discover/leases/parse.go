package leases

import (
	"encoding/hex"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// maxLeases is how many leases are kept of one file.
const maxLeases = 4096

// Lease is one address given out.
type Lease struct {
	Addr    netip.Addr
	MAC     lan.MAC   // zero for DHCPv6, which does not say
	Name    string    // what the client called itself; empty when it did not
	DUID    string    // RFC 8415, section 11: lower-case hexadecimal; empty when not known
	Client  string    // DHCPv4's client identifier, likewise; empty when it is the MAC or holds the DUID
	Expires time.Time // zero for a lease without end
}

// Parse reads a lease file and keeps the leases in force at now. Each line is
// read by its form: dnsmasq's lines, odhcpd's, which begin with "#", or ISC
// dhcpd's blocks. Lines that make no sense are skipped: the file may be cut
// short while it is being written.
func Parse(text string, now time.Time) []Lease {
	var all []Lease
	keep := func(l Lease) {
		if len(all) < maxLeases && (l.Expires.IsZero() || l.Expires.After(now)) {
			all = append(all, l)
		}
	}
	replace := func(l Lease, active bool) {
		all = slices.DeleteFunc(all, func(old Lease) bool { return old.Addr == l.Addr })
		if active {
			keep(l)
		}
	}
	var isc block
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		switch {
		case len(f) == 0:
		case isc.take(f, line, replace):
		case f[0] == "#":
			odhcpd(f[1:], keep)
		default:
			if l, ok := parse(f); ok {
				keep(l)
			}
		}
	}
	return all
}

// parse reads dnsmasq's line: expiry, hardware address, address, name and
// client identifier, with "*" for what is not known. IPv6 leases follow a line
// "duid …" and have an IAID in the place of the hardware address.
func parse(f []string) (l Lease, ok bool) {
	if len(f) < 4 {
		return l, false
	}
	expires, err := strconv.ParseInt(f[0], 10, 64)
	if err != nil || expires < 0 {
		return l, false
	}
	if expires > 0 {
		l.Expires = time.Unix(expires, 0)
	}
	if l.Addr, err = netip.ParseAddr(f[2]); err != nil || l.Addr.Zone() != "" {
		return l, false
	}
	if f[3] != "*" {
		l.Name = lan.Printable(f[3], lan.MaxName)
	}
	client := ""
	if len(f) > 4 {
		client = f[4]
	}
	if l.Addr.Is6() {
		l.DUID = duid(client)
		return l, true
	}
	l.MAC, err = lan.ParseMAC(f[1])
	l.identify(client)
	return l, err == nil && !l.MAC.IsZero() && !l.MAC.IsGroup()
}

// identify notes DHCPv4's client identifier: one of type 255 is an IAID of four
// bytes and a DUID (RFC 4361), one of type 1 most often just the MAC; the
// shortest has two bytes (RFC 2132, section 9.14).
func (l *Lease) identify(client string) {
	id := octets(client)
	switch rest, is := strings.CutPrefix(id, "ff"); {
	case is && len(rest) > 8:
		l.DUID = duid(rest[8:])
	case len(id) >= 4 && id != "01"+hex.EncodeToString(l.MAC[:]):
		l.Client = id
	}
}

// odhcpd reads the words after "#": interface, DUID, IAID, name, expiry,
// assigned ID, length, and addresses with prefix lengths. DHCPv4 leases have
// "ipv4" for the IAID and the MAC for the DUID; -1 is no end and "-" no name. A
// name that odhcpd finds broken is two words in a sense: "broken\x20name". A
// delegated prefix is nobody's address (openwrt/odhcpd, src/statefiles.c).
func odhcpd(f []string, keep func(Lease)) {
	if len(f) < 8 {
		return
	}
	expires, err := strconv.ParseInt(f[4], 10, 64)
	if err != nil || expires == 0 || expires < -1 {
		return
	}
	var l Lease
	if expires > 0 {
		l.Expires = time.Unix(expires, 0)
	}
	if f[3] != "-" && !strings.HasPrefix(f[3], `broken\x20`) {
		l.Name = lan.Printable(f[3], lan.MaxName)
	}
	four := f[2] == "ipv4"
	if four {
		b, err := hex.DecodeString(f[1])
		var ok bool
		if l.MAC, ok = lan.MACFrom(b); err != nil || !ok || l.MAC.IsZero() || l.MAC.IsGroup() {
			return
		}
	} else {
		l.DUID = duid(f[1])
	}
	for _, word := range f[7:] {
		p, err := netip.ParsePrefix(word)
		if err == nil && p.IsSingleIP() && p.Addr().Is4() == four {
			l.Addr = p.Addr()
			keep(l)
		}
	}
}

// duid is the hexadecimal digits of s, empty when it is not of a DUID's length
// (2 bytes of type and up to 128 more).
func duid(s string) string {
	digits := octets(s)
	if len(digits) < 6 || len(digits) > 260 {
		return ""
	}
	return digits
}

// octets is the hexadecimal digits of bytes, written with colons or without,
// in lower case; empty when s is anything else or longer than an option.
func octets(s string) string {
	digits := strings.ToLower(strings.ReplaceAll(s, ":", ""))
	if len(digits)%2 != 0 || len(digits) > 2*255 || strings.Trim(digits, "0123456789abcdef") != "" {
		return ""
	}
	return digits
}

// linkLayer is the Ethernet address in a DUID of type LLT (1: type, hardware
// type, time, address) or LL (3: the same without the time); zero for others.
func linkLayer(duid string) (mac lan.MAC) {
	rest, llt := strings.CutPrefix(duid, "00010001")
	if llt && len(rest) == 20 {
		rest = rest[8:]
	} else if rest, llt = strings.CutPrefix(duid, "00030001"); !llt || len(rest) != 12 {
		return mac
	}
	b, _ := hex.DecodeString(rest)
	mac, _ = lan.MACFrom(b)
	if mac.IsGroup() {
		return lan.MAC{}
	}
	return mac
}
