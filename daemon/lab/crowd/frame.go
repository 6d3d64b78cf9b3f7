package crowd

import (
	"encoding/binary"

	"github.com/homesweep/homesweep/probes/lan"
)

// Where things stand in a frame: Ethernet, then ARP (RFC 826) or IPv4 without
// options (RFC 791), then TCP (RFC 9293), UDP (RFC 768) or ICMP (RFC 792).
const (
	ethernet = 14
	ipv4     = 20
	tcp      = 20
	udp      = 8
	icmp     = 8
	arp      = 28

	shortest = 60   // an Ethernet frame without its checksum
	longest  = 1514 // the same, at an MTU of 1500
)

// The numbers of IEEE 802 and IANA.
const (
	typeIPv4     = 0x0800
	typeARP      = 0x0806
	protocolICMP = 1
	protocolTCP  = 6
	protocolUDP  = 17
)

// packet is an IPv4 packet that was sent to a host of the crowd.
type packet struct {
	from     lan.MAC // who put it on the link
	src, dst [4]byte
	whole    []byte // from its IPv4 header on
	payload  []byte
}

// open takes the IPv4 packet of a frame apart. ok is false when it is cut, a
// fragment, or no IPv4.
func open(frame []byte) (p packet, protocol byte, ok bool) {
	ip := frame[ethernet:]
	if len(ip) < ipv4 || ip[0]>>4 != 4 || binary.BigEndian.Uint16(ip[6:])&0x3fff != 0 {
		return p, 0, false
	}
	header, total := int(ip[0]&0x0f)*4, int(binary.BigEndian.Uint16(ip[2:]))
	if header < ipv4 || total < header || total > len(ip) {
		return p, 0, false
	}
	p = packet{from: lan.MAC(frame[6:12]), src: [4]byte(ip[12:16]), dst: [4]byte(ip[16:20]), whole: ip[:total], payload: ip[header:total]}
	return p, ip[9], true
}

// reply begins a frame from the host with mac back to p's sender: room for length
// bytes after the headers, which it returns together with the whole frame. The
// frame is valid until the next one.
func (c *Crowd) reply(mac lan.MAC, p packet, protocol byte, length int) (frame, body []byte) {
	frame = c.out[:max(ethernet+ipv4+length, shortest)]
	clear(frame)
	copy(frame, p.from[:])
	copy(frame[6:], mac[:])
	binary.BigEndian.PutUint16(frame[12:], typeIPv4)
	ip := frame[ethernet:]
	ip[0] = 0x45
	binary.BigEndian.PutUint16(ip[2:], uint16(ipv4+length))
	ip[6] = 0x40 // do not fragment
	ip[8], ip[9] = 64, protocol
	copy(ip[12:], p.dst[:])
	copy(ip[16:], p.src[:])
	binary.BigEndian.PutUint16(ip[10:], ^fold(sum(0, ip[:ipv4])))
	return frame, ip[ipv4 : ipv4+length]
}

// sum adds b up as RFC 1071 has it; fold makes 16 bits of it.
func sum(so uint32, b []byte) uint32 {
	for ; len(b) >= 2; b = b[2:] {
		so += uint32(b[0])<<8 | uint32(b[1])
	}
	if len(b) == 1 {
		so += uint32(b[0]) << 8
	}
	return so
}

func fold(sum uint32) uint16 {
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return uint16(sum)
}

// overTCP is the checksum of a TCP segment that is sent to p's sender.
func overTCP(p packet, segment []byte) uint16 {
	so := sum(uint32(protocolTCP)+uint32(len(segment)), p.src[:])
	return ^fold(sum(sum(so, p.dst[:]), segment))
}
