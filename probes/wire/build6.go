package wire

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"

	"github.com/homesweep/homesweep/probes/lan"
)

const (
	ndHopLimit    = 255 // proves that no router passed it on, RFC 4861 section 7.1
	groupHopLimit = 1   // what is said to a group stays on the link
	// A query for listeners carries the defaults of RFC 3810 section 9, which
	// routers that are not the querier take over.
	robustness    = 2
	queryInterval = 125 // seconds
)

// AllNodes is the group of every IPv6 node on the link (RFC 4291 section 2.7.1).
var AllNodes = netip.MustParseAddr("ff02::1")

// NeighborSolicitation asks who has target, for the sender from (RFC 4861
// section 4.3). It goes to target's group if to is zero, else to that station
// only, which asks it without waking others.
func (b *Builder) NeighborSolicitation(from, target netip.Addr, to lan.MAC) ([]byte, error) {
	if !plain6(from) || !plain6(target) {
		return nil, fmt.Errorf("wire: a neighbour solicitation asks for IPv6 addresses, not %s for %s", target, from)
	}
	dst := target
	if to.IsZero() {
		dst = solicitedNode(target)
		to = groupMAC(dst)
	}
	return b.icmp6(to, b.packet6(from, dst, layers.IPProtocolICMPv6, ndHopLimit), layers.ICMPv6TypeNeighborSolicitation,
		&layers.ICMPv6NeighborSolicitation{
			TargetAddress: target.AsSlice(),
			Options:       layers.ICMPv6Options{{Type: layers.ICMPv6OptSourceAddress, Data: b.from[:]}},
		})
}

// EchoRequest6 asks every node of the link to answer from (RFC 4443 section
// 4.1), which they do from an address of from's kind: link-local to link-local.
func (b *Builder) EchoRequest6(from netip.Addr, id, seq uint16) ([]byte, error) {
	if !plain6(from) {
		return nil, fmt.Errorf("wire: an IPv6 echo request cannot come from %s", from)
	}
	ip := b.packet6(from, AllNodes, layers.IPProtocolICMPv6, groupHopLimit)
	return b.icmp6(groupMAC(AllNodes), ip, layers.ICMPv6TypeEchoRequest,
		&layers.ICMPv6Echo{Identifier: id, SeqNumber: seq})
}

// MLDQuery asks every node of the link which groups it listens to (RFC 3810
// section 5.1), to be answered within the given time, at most 32 s. Hosts heed
// it only from a link-local address. Of several queriers the lowest address
// wins, so the home's own may stay silent for the next four minutes; the
// answers that this query gets last longer, and its S flag spares the routers
// the rest.
func (b *Builder) MLDQuery(from netip.Addr, within time.Duration) ([]byte, error) {
	if !plain6(from) || !from.IsLinkLocalUnicast() {
		return nil, fmt.Errorf("wire: a query for listeners comes from a link-local address, not %s", from)
	}
	ip := b.packet6(from, AllNodes, layers.IPProtocolIPv6HopByHop, groupHopLimit)
	ip.HopByHop = &layers.IPv6HopByHop{Options: []*layers.IPv6HopByHopOption{
		{OptionType: routerAlert[2], OptionData: routerAlert[4:6]},
		{OptionType: routerAlert[6]}, // or gopacket v1.1.19 pads to a length that is none
	}}
	ip.HopByHop.NextHeader = layers.IPProtocolICMPv6
	return b.icmp6(groupMAC(AllNodes), ip, layers.ICMPv6TypeMLDv1MulticastListenerQueryMessage,
		&layers.MLDv2MulticastListenerQueryMessage{
			MaximumResponseCode: uint16(min(max(within.Milliseconds(), 1), 32767)),
			MulticastAddress:    make([]byte, 16), SuppressRoutersideProcessing: true,
			QueriersRobustnessVariable: robustness, QueriersQueryIntervalCode: queryInterval,
		})
}

// packet6 is an IPv6 header; FlowLabel stays zero, as RFC 6437 section 3 allows.
func (b *Builder) packet6(from, to netip.Addr, next layers.IPProtocol, hops uint8) *layers.IPv6 {
	return &layers.IPv6{Version: 6, HopLimit: hops, NextHeader: next, SrcIP: from.AsSlice(), DstIP: to.AsSlice()}
}

func (b *Builder) icmp6(to lan.MAC, ip *layers.IPv6, kind uint8, message gopacket.SerializableLayer) ([]byte, error) {
	head := &layers.ICMPv6{TypeCode: layers.CreateICMPv6TypeCode(kind, 0)}
	if err := head.SetNetworkLayerForChecksum(ip); err != nil {
		return nil, fmt.Errorf("wire: cannot build the frame: %w", err)
	}
	ether := &layers.Ethernet{SrcMAC: b.from[:], DstMAC: to[:], EthernetType: layers.EthernetTypeIPv6}
	return b.frame(ether, ip, head, message)
}

// plain6 reports whether a can be one node's IPv6 address.
func plain6(a netip.Addr) bool {
	return a.Is6() && !a.Is4In6() && !a.IsUnspecified() && !a.IsMulticast()
}

// solicitedNode is the group that the holder of target listens to for
// solicitations (RFC 4291 section 2.7.1).
func solicitedNode(target netip.Addr) netip.Addr {
	group, t := [16]byte{0: 0xff, 1: 2, 11: 1, 12: 0xff}, target.As16()
	copy(group[13:], t[13:])
	return netip.AddrFrom16(group)
}

// groupMAC is the Ethernet address of an IPv6 group (RFC 2464 section 7).
func groupMAC(group netip.Addr) lan.MAC {
	a := group.As16()
	return lan.MAC{0x33, 0x33, a[12], a[13], a[14], a[15]}
}
