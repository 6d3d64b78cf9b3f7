package wire

import (
	"encoding/binary"
	"net"
	"net/netip"
	"slices"

	"github.com/google/gopacket/layers"

	"github.com/homesweep/homesweep/probes/lan"
)

// Message is the kind of an ICMPv6 message that tells who is there.
type Message string

// The messages that a Notice is read from.
const (
	NS   Message = "ns"   // neighbour solicitation, RFC 4861 section 4.3
	NA   Message = "na"   // neighbour advertisement, section 4.4
	RS   Message = "rs"   // router solicitation, section 4.1
	RA   Message = "ra"   // router advertisement, section 4.2
	Echo Message = "echo" // echo reply, RFC 4443 section 4.2
	MLD  Message = "mld"  // report of multicast groups, RFC 2710 section 3, RFC 3810 section 5.2
)

// Notice is what one ICMPv6 message says of who holds an address. Nothing in it
// is authenticated.
type Notice struct {
	MAC  lan.MAC // the station that holds Addr; zero when a router stood between
	Addr netip.Addr
	What Message
	// Source is the frame's own source address.
	Source lan.MAC
	// Router says that the sender called itself a router.
	Router bool
	// Tentative says that Addr is not in use yet: the sender asks whether it
	// may (duplicate address detection, RFC 4862 section 5.4).
	Tentative bool
	// Claim says that the message is not the holder's own word: MAC is not the
	// sender's, or the sender speaks for another address than its own.
	Claim bool
}

// hopLimits are those that stacks send with; any other has passed a router.
var hopLimits = []uint8{64, 128, 255}

// reports are the types of MLD reports and the least length of each in bytes.
var reports = map[uint8]int{
	layers.ICMPv6TypeMLDv1MulticastListenerReportMessage:   24,
	layers.ICMPv6TypeMLDv2MulticastListenerReportMessageV2: 8,
}

// Notice decodes frame as an ICMPv6 message. ok is false when it is of another
// kind, or breaks a rule by which RFC 4861 (sections 6.1 and 7.1), RFC 4443 or
// RFC 3810 (section 5.2) would have a node throw it away.
func (d *Decoder) Notice(frame []byte) (n Notice, ok bool) {
	found, err := d.Decode(frame)
	if err != nil || len(found) < 3 || found[1] != layers.LayerTypeIPv6 || found[2] != layers.LayerTypeICMPv6 ||
		d.ICMPv6.TypeCode.Code() != 0 {
		return n, false
	}
	n.Source, ok = lan.MACFrom(d.Ethernet.SrcMAC)
	if !ok || n.Source.IsZero() || n.Source.IsGroup() {
		return n, false
	}
	n.MAC, n.Addr = n.Source, address(d.IPv6.SrcIP)
	body, ok := d.message()
	if !ok {
		return n, false
	}
	switch d.ICMPv6.TypeCode.Type() {
	case layers.ICMPv6TypeNeighborSolicitation:
		return d.solicitation(n)
	case layers.ICMPv6TypeNeighborAdvertisement:
		return d.advertisement(n)
	case layers.ICMPv6TypeRouterSolicitation:
		n.What = RS
		return d.discovery(n, d.RouterSolicitation.Options, layers.ICMPv6OptSourceAddress)
	case layers.ICMPv6TypeRouterAdvertisement:
		n.What, n.Router = RA, true
		n, ok = d.discovery(n, d.RouterAdvertisement.Options, layers.ICMPv6OptSourceAddress)
		return n, ok && n.Addr.IsLinkLocalUnicast()
	case layers.ICMPv6TypeEchoReply:
		return d.echo(n, body)
	default:
		return d.report(n, body)
	}
}

// solicitation reads a neighbour solicitation: of its sender, or without one of
// the address that its sender wants.
func (d *Decoder) solicitation(n Notice) (Notice, bool) {
	n.What = NS
	target, to := address(d.NeighborSolicitation.TargetAddress), address(d.IPv6.DstIP)
	if target.IsMulticast() {
		return n, false
	}
	if n.Addr.IsUnspecified() {
		if to != solicitedNode(target) || hasOption(d.NeighborSolicitation.Options, layers.ICMPv6OptSourceAddress) {
			return n, false
		}
		n.Addr, n.Tentative = target, true
	}
	return d.discovery(n, d.NeighborSolicitation.Options, layers.ICMPv6OptSourceAddress)
}

// advertisement reads a neighbour advertisement. It is the holder's own word if
// it comes from the address itself, or from another one of the station's: then
// it overrides what others remember, which a proxy's must not (section 7.2.8).
func (d *Decoder) advertisement(n Notice) (Notice, bool) {
	na := &d.NeighborAdvertisement
	n.What, n.Router = NA, na.Router()
	target := address(na.TargetAddress)
	if n.Addr.IsUnspecified() || address(d.IPv6.DstIP).IsMulticast() && na.Solicited() {
		return n, false
	}
	n.Claim = target != n.Addr && !na.Override()
	n.Addr = target
	return d.discovery(n, na.Options, layers.ICMPv6OptTargetAddress)
}

// discovery ends the reading of a neighbour discovery message: the rules that
// all kinds share, and the option that names a hardware address.
func (d *Decoder) discovery(n Notice, options layers.ICMPv6Options, kind layers.ICMPv6Opt) (Notice, bool) {
	if d.IPv6.HopLimit != ndHopLimit || d.IPv6.HopByHop != nil || !plain6(n.Addr) {
		return n, false
	}
	for _, o := range options {
		if o.Type != kind {
			continue
		}
		mac, ok := lan.MACFrom(o.Data)
		if !ok || mac.IsZero() || mac.IsGroup() {
			return n, false
		}
		n.MAC, n.Claim = mac, n.Claim || mac != n.Source
		break
	}
	return n, true
}

// echo reads an answer to a ping. What has passed a router leaves nobody's
// hardware address.
func (d *Decoder) echo(n Notice, body []byte) (Notice, bool) {
	n.What = Echo
	if !n.Addr.IsLinkLocalUnicast() && !slices.Contains(hopLimits, d.IPv6.HopLimit) {
		n.MAC, n.Claim = lan.MAC{}, true
	}
	return n, plain6(n.Addr) && d.IPv6.HopByHop == nil && len(body) >= 8
}

// report reads an MLD report, which is its sender's alone: never passed on, and
// marked for routers.
func (d *Decoder) report(n Notice, body []byte) (Notice, bool) {
	n.What = MLD
	least := reports[d.ICMPv6.TypeCode.Type()]
	alert := d.IPv6.HopByHop != nil && slices.ContainsFunc(d.IPv6.HopByHop.Options, func(o *layers.IPv6HopByHopOption) bool {
		return o.OptionType == routerAlert[2] && len(o.OptionData) == 2
	})
	return n, least > 0 && len(body) >= least && alert && d.IPv6.HopLimit == groupHopLimit && n.Addr.IsLinkLocalUnicast()
}

// message is the whole ICMPv6 message, without what Ethernet pads; ok is false
// if the frame was cut or the checksum is wrong (RFC 4443 section 2.3).
func (d *Decoder) message() (body []byte, ok bool) {
	length := int(d.IPv6.Length)
	if d.IPv6.HopByHop != nil {
		length -= d.IPv6.HopByHop.ActualLength
	}
	body = d.IPv6.Payload // which gopacket leaves too long behind options
	if length < 4 || length > len(body) {
		return nil, false
	}
	body = body[:length]
	sum := uint32(length) + icmp6 // the pseudo-header, RFC 8200 section 8.1
	for _, part := range [][]byte{d.IPv6.SrcIP, d.IPv6.DstIP, body} {
		for len(part) > 1 {
			sum += uint32(binary.BigEndian.Uint16(part))
			part = part[2:]
		}
		if len(part) > 0 {
			sum += uint32(part[0]) << 8
		}
	}
	for sum > 0xffff {
		sum = sum&0xffff + sum>>16
	}
	return body, sum == 0xffff
}

func hasOption(options layers.ICMPv6Options, kind layers.ICMPv6Opt) bool {
	return slices.ContainsFunc(options, func(o layers.ICMPv6Option) bool { return o.Type == kind })
}

// address is ip as an Addr; the zero Addr if it is none.
func address(ip net.IP) netip.Addr {
	a, _ := netip.AddrFromSlice(ip)
	return a
}
