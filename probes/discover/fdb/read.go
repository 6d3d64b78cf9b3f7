package fdb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/rtnl"
)

// maxEntries is how many stations are kept of one dump. A switch that is
// flooded with made-up addresses has no end of them.
const maxEntries = 4096

// errNoBridge is find's answer for a link without one.
var errNoBridge = errors.New("the link is no bridge")

// bridge is the one behind a link.
type bridge struct {
	device
	ports map[int]string // by index
	// strict says that only frames of VLAN want reach the link.
	strict bool
	want   uint16
}

// Read is the forwarding database of link's bridge: the stations met at its
// ports, not the router's own and fixed addresses. A link that is a VLAN of a
// bridge ("br-lan.10") has the stations of that VLAN. Without a bridge there
// are none.
func Read(link lan.Link) ([]Entry, error) {
	b, err := find(link)
	if err != nil {
		return nil, unless(err, errNoBridge)
	}
	// ifinfomsg with IFLA_MASTER is the form that every kernel takes.
	var entries []Entry
	err = rtnl.Dump(unix.RTM_GETNEIGH, request(unix.AF_BRIDGE, b.index), func(_ uint16, message []byte) error {
		f, ok := decode(message)
		if e, mine := b.entry(f, link); ok && mine && len(entries) < maxEntries {
			entries = append(entries, e)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the forwarding database of %s: %w", b.name, err)
	}
	return entries, nil
}

// find is link's bridge, errNoBridge if it has none.
func find(link lan.Link) (bridge, error) {
	devices := map[int]device{}
	err := rtnl.Dump(unix.RTM_GETLINK, request(unix.AF_UNSPEC, 0), func(_ uint16, message []byte) error {
		if d, ok := decodeDevice(message); ok {
			devices[d.index] = d
		}
		return nil
	})
	if err != nil {
		return bridge{}, fmt.Errorf("reading the network interfaces: %w", err)
	}
	return choose(devices, link.Index)
}

// choose finds the bridge among devices.
func choose(devices map[int]device, index int) (bridge, error) {
	own := devices[index]
	b := bridge{device: own, ports: map[int]string{}, strict: own.filtering, want: own.pvid}
	if own.kind == "vlan" {
		b.device = devices[own.lower]
		b.strict, b.want = b.filtering, own.vlan
	}
	if b.kind != "bridge" {
		return bridge{}, errNoBridge
	}
	for _, d := range devices {
		if d.master == b.index {
			b.ports[d.index] = d.name
		}
	}
	return b, nil
}

// entry translates f; ok is false when f is no station of link.
func (b bridge) entry(f forward, link lan.Link) (e Entry, ok bool) {
	port, known := b.ports[f.port]
	switch {
	case !known, f.master != b.index && f.flags&unix.NTF_SELF == 0:
	case f.state&(unix.NUD_PERMANENT|unix.NUD_NOARP) != 0: // the router's own, or set by hand
	case f.mac.IsZero(), f.mac.IsGroup(), f.mac == link.MAC:
	case b.strict && f.vlan != b.want:
	default:
		e = Entry{MAC: f.mac, Port: port, VLAN: f.vlan, Age: f.age}
		if !f.dated {
			// A switch chip's own table does not say when. Take the worst.
			e.Age = b.oldest()
		}
		return e, true
	}
	return e, false
}

// oldest is how old an entry can be.
func (b bridge) oldest() time.Duration {
	if b.ageing <= 0 {
		return 300 * time.Second // IEEE 802.1D-2004, section 7.9.2: the recommended default
	}
	return b.ageing
}

// request is what a dump is asked for: all of family, or what belongs to the
// ports of master if that is not 0.
func request(family uint8, master int) []byte {
	b := make([]byte, unix.SizeofIfInfomsg)
	b[0] = family
	if master != 0 {
		b = binary.NativeEndian.AppendUint16(b, 8) // rtattr: length, type
		b = binary.NativeEndian.AppendUint16(b, unix.IFLA_MASTER)
		b = binary.NativeEndian.AppendUint32(b, uint32(master))
	}
	return b
}
