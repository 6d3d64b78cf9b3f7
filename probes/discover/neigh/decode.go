package neigh

import (
	"encoding/binary"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/rtnl"
)

// neighbour is what the kernel says of one, on whatever interface.
type neighbour struct {
	index     int // of the interface
	state     uint16
	flags     uint8
	addr      netip.Addr
	hardware  []byte
	confirmed uint32 // hundredths of a second ago
}

// decode reads a struct ndmsg (family, index at 4, state at 8, flags at 10) and
// its attributes (<linux/neighbour.h>). ok is false for what is no neighbour of
// IPv4 or IPv6.
func decode(b []byte) (n neighbour, ok bool) {
	if len(b) < unix.SizeofNdMsg || b[0] != unix.AF_INET && b[0] != unix.AF_INET6 {
		return n, false
	}
	n.index = int(binary.NativeEndian.Uint32(b[4:]))
	n.state = binary.NativeEndian.Uint16(b[8:])
	n.flags = b[10]
	a := rtnl.AttributesOf(b[unix.SizeofNdMsg:])
	for a.Next() {
		switch a.Kind() {
		case unix.NDA_DST:
			n.addr, ok = netip.AddrFromSlice(a.Bytes())
		case unix.NDA_LLADDR:
			n.hardware = a.Bytes()
		case unix.NDA_CACHEINFO: // struct nda_cacheinfo: confirmed, used, updated
			if c := a.Bytes(); len(c) >= 4 {
				n.confirmed = binary.NativeEndian.Uint32(c)
			}
		}
	}
	return n, ok && a.Err() == nil
}

// entry is what n says of link; ok is false when it is none of link's business.
func (n neighbour) entry(link lan.Link) (e Entry, ok bool) {
	if n.index != link.Index || n.state&unix.NUD_NOARP != 0 {
		return e, false
	}
	if n.addr.IsMulticast() || !link.Contains(n.addr) && !link.Exposes(n.addr) {
		return e, false
	}
	e = Entry{Addr: n.addr.Unmap(), State: State(n.state), Router: n.flags&unix.NTF_ROUTER != 0}
	// Counted in hundredths of a second on every platform Go runs on.
	e.Confirmed = time.Duration(n.confirmed) * 10 * time.Millisecond
	if len(n.hardware) == 0 {
		return e, true
	}
	e.MAC, ok = lan.MACFrom(n.hardware)
	return e, ok && !e.MAC.IsZero() && !e.MAC.IsGroup()
}
