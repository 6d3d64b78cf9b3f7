package fdb

import (
	"encoding/binary"
	"time"

	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/rtnl"
)

// tick is the kernel's unit of ages told to programs (USER_HZ), the same on
// every platform Go runs on.
const tick = 10 * time.Millisecond

// forward is one message of the forwarding database: struct ndmsg of family
// AF_BRIDGE with its attributes (<linux/neighbour.h>).
type forward struct {
	port   int // the interface's index
	state  uint16
	flags  uint8
	mac    lan.MAC
	vlan   uint16
	master int // the bridge's index; 0 in what a network card itself keeps
	age    time.Duration
	dated  bool // age is known
}

// decode reads a message; ok is false for any other.
func decode(b []byte) (f forward, ok bool) {
	if len(b) < unix.SizeofNdMsg || b[0] != unix.AF_BRIDGE {
		return f, false
	}
	f.port = int(binary.NativeEndian.Uint32(b[4:]))
	f.state = binary.NativeEndian.Uint16(b[8:])
	f.flags = b[10]
	d := rtnl.AttributesOf(b[unix.SizeofNdMsg:])
	for d.Next() {
		switch d.Kind() {
		case unix.NDA_LLADDR:
			f.mac, ok = lan.MACFrom(d.Bytes())
		case unix.NDA_VLAN:
			f.vlan = d.Uint16()
		case unix.NDA_MASTER:
			f.master = int(d.Uint32())
		case unix.NDA_CACHEINFO: // struct nda_cacheinfo: confirmed, used, updated
			if c := d.Bytes(); len(c) >= 12 {
				f.age, f.dated = time.Duration(binary.NativeEndian.Uint32(c[8:]))*tick, true
			}
		}
	}
	return f, ok && d.Err() == nil
}

// device is what a message of an interface says that matters here: struct
// ifinfomsg with its attributes (<linux/if_link.h>).
type device struct {
	index  int
	name   string
	kind   string // "bridge", "vlan" …
	master int    // the bridge that it is a port of
	lower  int    // the interface that a VLAN is made on

	vlan      uint16        // of kind vlan
	filtering bool          // of kind bridge: it tells VLANs apart
	pvid      uint16        // of kind bridge: the VLAN of untagged frames
	ageing    time.Duration // of kind bridge: it forgets after
}

// decodeDevice reads a message; ok is false when it is damaged.
func decodeDevice(b []byte) (v device, ok bool) {
	if len(b) < unix.SizeofIfInfomsg {
		return v, false
	}
	v.index = int(binary.NativeEndian.Uint32(b[4:]))
	d := rtnl.AttributesOf(b[unix.SizeofIfInfomsg:])
	for d.Next() {
		switch d.Kind() {
		case unix.IFLA_IFNAME:
			v.name = d.Text()
		case unix.IFLA_MASTER:
			v.master = int(d.Uint32())
		case unix.IFLA_LINK:
			v.lower = int(d.Uint32())
		case unix.IFLA_LINKINFO:
			d.Nested(v.info)
		}
	}
	return v, d.Err() == nil
}

// info reads IFLA_LINKINFO. The kind comes before its data.
func (v *device) info(d *rtnl.Attributes) {
	for d.Next() {
		switch {
		case d.Kind() == unix.IFLA_INFO_KIND:
			v.kind = d.Text()
		case d.Kind() == unix.IFLA_INFO_DATA && v.kind == "bridge":
			d.Nested(v.bridge)
		case d.Kind() == unix.IFLA_INFO_DATA && v.kind == "vlan":
			d.Nested(func(d *rtnl.Attributes) {
				for d.Next() {
					if d.Kind() == unix.IFLA_VLAN_ID {
						v.vlan = d.Uint16()
					}
				}
			})
		}
	}
}

func (v *device) bridge(d *rtnl.Attributes) {
	for d.Next() {
		switch d.Kind() {
		case unix.IFLA_BR_AGEING_TIME:
			v.ageing = time.Duration(d.Uint32()) * tick
		case unix.IFLA_BR_VLAN_FILTERING:
			v.filtering = d.Uint8() != 0
		case unix.IFLA_BR_VLAN_DEFAULT_PVID:
			v.pvid = d.Uint16()
		}
	}
}
