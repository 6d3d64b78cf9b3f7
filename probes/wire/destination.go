package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"slices"
)

// Sizes of the fixed headers in bytes.
const (
	ethernetHeader = 14
	arpEthernet    = 28 // RFC 826 with 6-byte hardware and 4-byte protocol addresses
	ipv4Header     = 20
	ipv6Header     = 40
)

var errShort = errors.New("the frame ends before its destination")

// plainIPv6 are the only next headers under which an IPv6 destination is the
// last word: a routing header (RFC 8200 section 4.4), or anything that may
// stand before one, could send the packet on.
var plainIPv6 = []byte{6, 17, 58} // TCP, UDP, ICMPv6

// Destination is where frame asks to go at the network layer: ARP's target
// address, or the destination of an IPv4 or IPv6 header. It is an error if that
// cannot be told for certain, or the lengths do not add up: a VLAN tag, another protocol, IP options or
// extension headers that may route the packet onwards.
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
	if body[0]>>4 != 6 || !slices.Contains(plainIPv6, body[6]) {
		return netip.Addr{}, fmt.Errorf("IPv6 next header %d, only TCP, UDP and ICMPv6 are sent", body[6])
	}
	if n := int(binary.BigEndian.Uint16(body[4:])); n > len(body)-ipv6Header {
		return netip.Addr{}, fmt.Errorf("IPv6 payload length %d in a frame with %d bytes for it", n, len(body)-ipv6Header)
	}
	to := netip.AddrFrom16([16]byte(body[24:40]))
	if to.Is4In6() {
		return netip.Addr{}, fmt.Errorf("%s is no address on a wire", to)
	}
	return to, nil
}
