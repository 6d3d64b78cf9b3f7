package leases

import (
	"encoding/hex"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// block is one lease of ISC dhcpd's file as it is read (dhcpd.leases(5)): for
// DHCPv4 "lease 192.168.1.20 {", for DHCPv6 "ia-na "…" {" with "iaaddr" blocks
// within. The file is a journal: the last block of an address counts.
type block struct {
	lease  Lease
	within int // depth of braces; 0 outside
	active bool
	iana   bool
}

// take reads one line, already cut into words. It is false for a line that is
// not of such a file.
func (b *block) take(f []string, line string, keep func(l Lease, active bool)) bool {
	opens := f[len(f)-1] == "{"
	switch {
	case b.within == 0 && opens && f[0] == "lease" && len(f) == 3:
		*b = block{within: 1, active: true}
		if addr, err := netip.ParseAddr(f[1]); err == nil && addr.Is4() {
			b.lease.Addr = addr
		}
	case b.within == 0 && opens && f[0] == "ia-na":
		*b = block{within: 1, iana: true, lease: Lease{DUID: iana(line)}}
	case b.within == 0:
		return false
	case b.iana && opens && f[0] == "iaaddr" && len(f) == 3:
		b.within++
		b.active = true
		if addr, err := netip.ParseAddr(f[1]); err == nil && addr.Is6() && addr.Zone() == "" {
			b.lease.Addr = addr
		}
	case opens:
		b.within++
	case f[0] == "}":
		b.close(keep)
	default:
		b.statement(f, line)
	}
	return true
}

// close ends a block. An address of DHCPv6 is complete with its own.
func (b *block) close(keep func(l Lease, active bool)) {
	switch {
	case !b.lease.Addr.IsValid():
	case b.within == 1 && !b.iana:
		keep(b.lease, b.active && !b.lease.MAC.IsZero() && !b.lease.MAC.IsGroup())
	case b.within == 2 && b.iana:
		keep(b.lease, b.active && b.lease.DUID != "")
		b.lease = Lease{DUID: b.lease.DUID}
	}
	b.within--
}

// statement reads one setting of the block.
func (b *block) statement(f []string, line string) {
	value := strings.TrimSuffix(f[len(f)-1], ";")
	switch {
	case f[0] == "ends" && len(f) >= 3:
		b.lease.Expires = ends(f)
	case f[0] == "binding" && len(f) == 3:
		b.active = b.active && value == "active"
	case b.iana: // of DHCPv6 no more is known: its client is named by the DUID
	case f[0] == "hardware" && len(f) == 3:
		b.lease.MAC, _ = lan.ParseMAC(value)
		if id := b.lease.Client; id != "" { // the order is not fixed
			b.lease.Client = ""
			b.lease.identify(id)
		}
	case f[0] == "uid" && len(f) >= 2:
		b.lease.identify(hex.EncodeToString(unquote(line)))
	case f[0] == "client-hostname" && len(f) == 2:
		b.lease.Name = lan.Printable(strings.Trim(value, `"`), lan.MaxName)
	}
}

// ends is the time of "ends 2 2026/11/24 10:00:00;" (weekday, then UTC) or "ends
// epoch 1795514400; # …". One that is neither has ended.
func ends(f []string) time.Time {
	if f[1] == "epoch" {
		n, err := strconv.ParseInt(strings.TrimSuffix(f[2], ";"), 10, 64)
		if err == nil && n > 0 {
			return time.Unix(n, 0)
		}
	}
	if len(f) == 4 {
		if t, err := time.Parse("2006/01/02 15:04:05;", f[2]+" "+f[3]); err == nil {
			return t
		}
	}
	return time.Unix(1, 0)
}

// iana is the DUID after the IAID of four bytes in a quoted ia-na.
func iana(line string) string {
	b := unquote(line)
	if len(b) < 4 {
		return ""
	}
	return duid(hex.EncodeToString(b[4:]))
}

// unquote is the bytes of the first quoted string in s, in which dhcpd writes
// what is not printable as three octal digits.
func unquote(s string) (b []byte) {
	_, s, ok := strings.Cut(s, `"`)
	for ok && s != "" && s[0] != '"' && len(b) < 256 {
		c := s[0]
		s = s[1:]
		if c == '\\' && s != "" {
			c = s[0]
			if n, three := octal(s); three {
				c, s = n, s[2:]
			}
			s = s[1:]
		}
		b = append(b, c)
	}
	return b
}

// octal is the byte of three octal digits.
func octal(s string) (n byte, ok bool) {
	if len(s) < 3 || s[0] > '3' {
		return 0, false
	}
	for i := range 3 {
		if s[i] < '0' || s[i] > '7' {
			return 0, false
		}
		n = n<<3 | (s[i] - '0')
	}
	return n, true
}
