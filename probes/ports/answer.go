package ports

import (
	"encoding/binary"
	"net/netip"

	"github.com/google/gopacket/layers"

	"github.com/homesweep/homesweep/probes/wire"
)

// reader tells answers to our SYNs from everything else. It is not safe for
// concurrent use.
type reader struct {
	decoder *wire.Decoder
	port    uint16 // our source port
	cookie  cookie
}

func newReader(port uint16, c cookie) *reader {
	return &reader{decoder: wire.NewDecoder(), port: port, cookie: c}
}

// read is the answer in frame; ok is false when it holds none. The answer's
// time is left to the caller.
func (r *reader) read(frame []byte) (a answer, ok bool) {
	found, err := r.decoder.Decode(frame)
	if err != nil || len(found) < 3 {
		return a, false
	}
	switch found[1] {
	case layers.LayerTypeIPv4:
		a.addr, ok = netip.AddrFromSlice(r.decoder.IPv4.SrcIP)
	case layers.LayerTypeIPv6:
		a.addr, ok = netip.AddrFromSlice(r.decoder.IPv6.SrcIP)
		ok = ok && !a.addr.Is4In6()
	}
	switch {
	case !ok:
		return a, false
	case found[2] == layers.LayerTypeTCP:
		return r.segment(a)
	case found[2] == layers.LayerTypeICMPv4 && a.addr.Is4():
		return r.refusal(a)
	case found[2] == layers.LayerTypeICMPv6 && a.addr.Is6():
		return r.refusal6(a)
	}
	return a, false
}

// segment reads the answer of the asked port itself (RFC 9293 section 3.10.7).
func (r *reader) segment(a answer) (answer, bool) {
	tcp := &r.decoder.TCP
	a.port = uint16(tcp.SrcPort)
	if uint16(tcp.DstPort) != r.port || !tcp.ACK || tcp.Ack != r.cookie.of(a.addr, a.port)+1 {
		return a, false
	}
	switch {
	case tcp.RST:
		a.says = closed
	case !tcp.SYN:
		return a, false
	case tcp.Window == 0 && len(tcp.Options) == 0:
		a.says = proxied
	default:
		a.says = open
	}
	return a, true
}

// refusal reads an ICMP "destination unreachable" (RFC 792) that the asked host
// sent itself: port unreachable, or its firewall does not want the port known,
// as with "administratively prohibited" (RFC 1812 section 5.2.7.1). The message quotes our IP header
// and the first eight bytes of our TCP header, sequence number included.
func (r *reader) refusal(a answer) (answer, bool) {
	quote := r.decoder.ICMPv4.Payload
	if r.decoder.ICMPv4.TypeCode.Type() != layers.ICMPv4TypeDestinationUnreachable ||
		len(quote) < plainIP+8 || quote[0] != 0x45 || quote[9] != protoTCP {
		return a, false
	}
	a.says = filtered
	if r.decoder.ICMPv4.TypeCode.Code() == layers.ICMPv4CodePort {
		a.says = closed
	}
	return r.refused(a, netip.AddrFrom4([4]byte(quote[16:20])), quote[plainIP:])
}

// refusal6 reads an ICMPv6 "destination unreachable" (RFC 4443 section 3.1) in
// the same way: its codes 1, 5 and 6 are a firewall's.
func (r *reader) refusal6(a answer) (answer, bool) {
	quote := r.decoder.ICMPv6.Payload
	if r.decoder.ICMPv6.TypeCode.Type() != icmp6Unreachable || len(quote) < unused+plainIP6+8 {
		return a, false
	}
	if quote = quote[unused:]; quote[0]>>4 != 6 || quote[6] != protoTCP {
		return a, false
	}
	a.says = filtered
	if r.decoder.ICMPv6.TypeCode.Code() == layers.ICMPv6CodePortUnreachable {
		a.says = closed
	}
	return r.refused(a, netip.AddrFrom16([16]byte(quote[24:40])), quote[plainIP6:])
}

// refused is a's answer if it is the host that was asked which refuses our TCP
// segment.
func (r *reader) refused(a answer, asked netip.Addr, tcp []byte) (answer, bool) {
	a.port = binary.BigEndian.Uint16(tcp[2:])
	if asked != a.addr || binary.BigEndian.Uint16(tcp) != r.port ||
		binary.BigEndian.Uint32(tcp[4:]) != r.cookie.of(a.addr, a.port) {
		return a, false
	}
	return a, true
}
