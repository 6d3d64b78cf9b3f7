package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"github.com/google/gopacket/layers"
)

// Sizes of the fixed headers in bytes.
const (
	ethernetHeader = 14
	arpEthernet    = 28 // RFC 826 with 6-byte hardware and 4-byte protocol addresses
	ipv4Header     = 20
	ipv6Header     = 40
	solicitation   = 24 // RFC 4861 section 4.3 without options
	mldQuery       = 28 // RFC 3810 section 5.1 without sources
)

var errShort = errors.New("the frame ends before its destination")

// Protocol numbers of IANA's registry.
const (
	hopByHop = 0
	icmp6    = 58
)

// plainIPv6 are the only next headers under which an IPv6 destination is the
// last word: a routing header (RFC 8200 section 4.4), or anything that may
// stand before one, could send the packet on.
var plainIPv6 = []byte{6, 17, icmp6} // 6 is TCP, 17 UDP

// routerAlert is the one hop-by-hop header that is sent: the option of that
// name for MLD (RFC 2711 section 2.1), two bytes of padding, then ICMPv6.
var routerAlert = []byte{icmp6, 0, 5, 2, 0, 0, 1, 0}

// Destination is where frame asks to go at the network layer: the address that
// ARP or a neighbour solicitation asks for, else the destination of the IPv4 or
// IPv6 header. It is an error if that cannot be told for certain, or the lengths
// do not add up: a VLAN tag, another protocol, IP options or extension headers
// that may route the packet onwards. Of those only the router alert of a query
// for multicast listeners passes.
func Destination(frame []byte) (netip.Addr, error) {
	if len(frame) < ethernetHeader {
		return netip.Addr{}, errShort
	}
	body := frame[ethernetHeader:]
	switch kind := binary.BigEndian.Uint16(frame[12:]); kind {
	case ARP:
		return arpTarget(body)
	case IPv4:
		return destination4(body)
	case IPv6:
		return destination6(body)
	default:
		return netip.Addr{}, fmt.Errorf("EtherType %#04x has no destination we can read", kind)
	}
}

func arpTarget(body []byte) (netip.Addr, error) {
	if !plainARP(body) {
		return netip.Addr{}, errors.New("the frame is not ARP for IPv4 over Ethernet")
	}
	return netip.AddrFrom4([4]byte(body[24:28])), nil
}

// plainARP reports whether body is a whole ARP message of Ethernet and IPv4. It
// also keeps from gopacket's decoder the lengths on which that panics.
func plainARP(body []byte) bool {
	return len(body) >= arpEthernet &&
		binary.BigEndian.Uint16(body) == 1 && binary.BigEndian.Uint16(body[2:]) == IPv4 &&
		body[4] == 6 && body[5] == 4
}

func destination4(body []byte) (netip.Addr, error) {
	if len(body) < ipv4Header {
		return netip.Addr{}, errShort
	}
	// Options come with a longer header, and a source route (RFC 791 section
	// 3.1) is one of them.
	if body[0] != 0x45 {
		return netip.Addr{}, fmt.Errorf("IPv4 header begins with %#02x, only plain headers without options are sent", body[0])
	}
	if n := int(binary.BigEndian.Uint16(body[2:])); n < ipv4Header || n > len(body) {
		return netip.Addr{}, fmt.Errorf("IPv4 total length %d in a frame with %d bytes for it", n, len(body))
	}
	return netip.AddrFrom4([4]byte(body[16:20])), nil
}

func destination6(body []byte) (netip.Addr, error) {
	if len(body) < ipv6Header {
		return netip.Addr{}, errShort
	}
	n := int(binary.BigEndian.Uint16(body[4:]))
	if n > len(body)-ipv6Header {
		return netip.Addr{}, fmt.Errorf("IPv6 payload length %d in a frame with %d bytes for it", n, len(body)-ipv6Header)
	}
	body = body[:ipv6Header+n]
	to := netip.AddrFrom16([16]byte(body[24:40]))
	if to.Is4In6() {
		return netip.Addr{}, fmt.Errorf("%s is no address on a wire", to)
	}
	switch next := body[6]; {
	case body[0]>>4 == 6 && next == icmp6:
		return solicited(body, to)
	case body[0]>>4 == 6 && slices.Contains(plainIPv6, next), groupQuery(body, to):
		return to, nil
	default:
		return netip.Addr{}, fmt.Errorf("IPv6 next header %d, only TCP, UDP and ICMPv6 are sent", next)
	}
}

// solicited is the address that an ICMPv6 message asks for: a neighbour
// solicitation's target, which must be where it is sent or belong to the group
// that it is sent to; of any other message, where it is sent.
func solicited(body []byte, to netip.Addr) (netip.Addr, error) {
	message := body[ipv6Header:]
	if len(message) == 0 || message[0] != layers.ICMPv6TypeNeighborSolicitation {
		return to, nil
	}
	if len(message) < solicitation {
		return netip.Addr{}, errShort
	}
	target := netip.AddrFrom16([16]byte(message[8:24]))
	if target.IsMulticast() || target.Is4In6() || to != target && to != solicitedNode(target) {
		return netip.Addr{}, fmt.Errorf("the solicitation of %s is sent to %s", target, to)
	}
	return target, nil
}

// groupQuery reports whether body is a general query for multicast listeners to
// every node of the link (RFC 3810 section 5.1), and nothing else.
func groupQuery(body []byte, to netip.Addr) bool {
	rest := body[ipv6Header:]
	return body[0]>>4 == 6 && body[6] == hopByHop && body[7] == 1 && to == AllNodes &&
		bytes.HasPrefix(rest, routerAlert) && len(rest) == len(routerAlert)+mldQuery &&
		rest[len(routerAlert)] == layers.ICMPv6TypeMLDv1MulticastListenerQueryMessage
}
