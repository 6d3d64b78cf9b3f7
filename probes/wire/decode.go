package wire

import (
	"encoding/binary"
	"errors"
	"net/netip"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"

	"github.com/homesweep/homesweep/probes/lan"
)

var (
	errARP     = errors.New("wire: ARP message is not of Ethernet and IPv4")
	errOptions = errors.New("wire: more hop-by-hop options than a home device sends")
)

// Decoder takes frames apart without allocating. Its layers are valid until the
// next Decode and point into the frame. It is not safe for concurrent use.
type Decoder struct {
	Ethernet layers.Ethernet
	ARP      layers.ARP
	IPv4     layers.IPv4
	IPv6     layers.IPv6
	TCP      layers.TCP
	UDP      layers.UDP
	ICMPv4   layers.ICMPv4
	ICMPv6   layers.ICMPv6

	// Neighbour discovery (RFC 4861 section 4). Group reports (MLD) end at
	// ICMPv6: gopacket v1.1.19's layer for them never forgets a record.
	NeighborSolicitation  layers.ICMPv6NeighborSolicitation
	NeighborAdvertisement layers.ICMPv6NeighborAdvertisement
	RouterSolicitation    layers.ICMPv6RouterSolicitation
	RouterAdvertisement   layers.ICMPv6RouterAdvertisement

	parser *gopacket.DecodingLayerParser
	found  []gopacket.LayerType
}

// NewDecoder is a Decoder for Ethernet frames. Layers that it does not know
// end the frame without an error.
func NewDecoder() *Decoder {
	d := &Decoder{}
	d.parser = gopacket.NewDecodingLayerParser(layers.LayerTypeEthernet,
		&d.Ethernet, &d.ARP, &d.IPv4, &d.IPv6, &d.TCP, &d.UDP, &d.ICMPv4,
		&d.ICMPv6, &d.NeighborSolicitation, &d.NeighborAdvertisement, &d.RouterSolicitation, &d.RouterAdvertisement)
	d.parser.IgnoreUnsupported = true
	return d
}

// Decode reads frame and says which layers it found, outermost first. The list
// is valid until the next Decode; after an error it holds the layers that were
// whole. Malformed frames never panic: ARP lengths are checked first (255
// overflows gopacket v1.1.19's sum), and the parser recovers from the rest. A
// hop-by-hop header is read only if it has its least length, eight bytes:
// gopacket allocates an object for each byte of padding.
func (d *Decoder) Decode(frame []byte) ([]gopacket.LayerType, error) {
	d.found = d.found[:0]
	if len(frame) >= ethernetHeader {
		body := frame[ethernetHeader:]
		switch binary.BigEndian.Uint16(frame[12:]) {
		case ARP:
			if !plainARP(body) {
				return nil, errARP
			}
		case IPv6:
			if len(body) > ipv6Header+1 && body[6] == hopByHop && body[ipv6Header+1] != 0 {
				return nil, errOptions
			}
		}
	}
	err := d.parser.DecodeLayers(frame, &d.found)
	return d.found, err
}

// Claim is what one ARP message says of its sender: that this hardware address
// holds this address (RFC 826). Nothing in it is authenticated.
type Claim struct {
	MAC  lan.MAC
	Addr netip.Addr
	// Source is the frame's own source address, which a bridge that rewrites
	// addresses may have made differ from MAC.
	Source lan.MAC
}

// Claim decodes frame as an ARP message. ok is false when it is anything else.
func (d *Decoder) Claim(frame []byte) (c Claim, ok bool) {
	found, err := d.Decode(frame)
	if err != nil || len(found) < 2 || found[1] != layers.LayerTypeARP {
		return c, false
	}
	c.MAC, ok = lan.MACFrom(d.ARP.SourceHwAddress)
	if !ok {
		return c, false
	}
	if c.Source, ok = lan.MACFrom(d.Ethernet.SrcMAC); !ok {
		return c, false
	}
	c.Addr, ok = netip.AddrFromSlice(d.ARP.SourceProtAddress)
	return c, ok
}
