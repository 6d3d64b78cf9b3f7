package links

import (
	"encoding/binary"
	"encoding/hex"
	"math/bits"
	"net/netip"
	"strconv"
	"strings"
)

// Flags of a routing table entry, <linux/route.h>.
const (
	routeUp      = 0x1
	routeGateway = 0x2
	routeReject  = 0x200
)

// routes4 reads /proc/net/route: name, destination, gateway, flags, two
// counters, metric, mask …; addresses in hexadecimal, in the machine's own byte
// order. Lines that make no sense are skipped, as is the heading.
func routes4(table string) []Route {
	var all []Route
	for line := range strings.Lines(table) {
		f := strings.Fields(line)
		if len(f) < 8 {
			continue
		}
		to, err1 := strconv.ParseUint(f[1], 16, 32)
		flags, err2 := strconv.ParseUint(f[3], 16, 16)
		metric, err3 := strconv.ParseUint(f[6], 10, 32)
		mask, err4 := strconv.ParseUint(f[7], 16, 32)
		if err1 != nil || err2 != nil || err3 != nil || err4 != nil {
			continue
		}
		addr := netip.AddrFrom4(native(uint32(to)))
		p := netip.PrefixFrom(addr, bits.OnesCount32(uint32(mask))).Masked()
		all = away(all, Route{Link: f[0], To: p, Metric: uint32(metric)}, flags)
	}
	return all
}

// routes6 reads /proc/net/ipv6_route: destination and its length, source and
// its length, next hop, metric, two counters, flags, name; all hexadecimal.
func routes6(table string) []Route {
	var all []Route
	for line := range strings.Lines(table) {
		f := strings.Fields(line)
		if len(f) < 10 {
			continue
		}
		to, err1 := hex.DecodeString(f[0])
		length, err2 := strconv.ParseUint(f[1], 16, 8)
		metric, err3 := strconv.ParseUint(f[5], 16, 32)
		flags, err4 := strconv.ParseUint(f[8], 16, 32)
		if err1 != nil || err2 != nil || err3 != nil || err4 != nil || len(to) != 16 || length > 128 {
			continue
		}
		p := netip.PrefixFrom(netip.AddrFrom16([16]byte(to)), int(length)).Masked()
		all = away(all, Route{Link: f[9], To: p, Metric: uint32(metric)}, flags)
	}
	return all
}

// away keeps a route that is in force and leads off its link.
func away(all []Route, r Route, flags uint64) []Route {
	r.Gateway = flags&routeGateway != 0
	inForce := flags&routeUp != 0 && flags&routeReject == 0
	if !inForce || r.Link == "lo" || !r.isDefault() && !r.Gateway {
		return all
	}
	return append(all, r)
}

// native is the four bytes of an address that the kernel printed as one number
// of the machine's own byte order.
func native(n uint32) (b [4]byte) {
	binary.NativeEndian.PutUint32(b[:], n)
	return b
}
