package leases

import (
	"net/netip"
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
	Expires time.Time // zero for a lease without end
}

// Parse reads dnsmasq's lease file and keeps the leases in force at now. Each
// line is expiry, hardware address, address, name and client identifier, with
// "*" for what is not known; IPv6 leases follow a line "duid …" and have an
// IAID in the place of the hardware address. Lines that make no sense are
// skipped: the file may be cut short while it is being written.
func Parse(text string, now time.Time) []Lease {
	var all []Lease
	for line := range strings.Lines(text) {
		l, ok := parse(strings.Fields(line))
		if !ok || !l.Expires.IsZero() && l.Expires.Before(now) {
			continue
		}
		if all = append(all, l); len(all) == maxLeases {
			break
		}
	}
	return all
}

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
	// RFC 4361: client identifiers of type 255 are an IAID of four bytes and a DUID.
	if rest, ok := strings.CutPrefix(client, "ff:"); ok && len(rest) > len("aa:bb:cc:dd:") {
		l.DUID = duid(rest[len("aa:bb:cc:dd:"):])
	}
	l.MAC, err = lan.ParseMAC(f[1])
	return l, err == nil && !l.MAC.IsZero() && !l.MAC.IsGroup()
}

// duid is the hexadecimal digits of colon-separated bytes, empty when s is
// anything else or not of a DUID's length (2 bytes of type and up to 128 more).
func duid(s string) string {
	digits := strings.ToLower(strings.ReplaceAll(s, ":", ""))
	if len(digits) < 6 || len(digits) > 260 || len(digits)%2 != 0 || strings.Trim(digits, "0123456789abcdef") != "" {
		return ""
	}
	return digits
}
