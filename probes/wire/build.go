package wire

import (
	"fmt"
	"net/netip"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"

	"github.com/homesweep/homesweep/probes/lan"
)

const (
	hopLimit   = 64
	synWindow  = 64240 // what a Linux host offers first
	tcpHeaders = 40    // IPv4 and TCP without options, RFC 9293 section 3.7.1
	moreIPv6   = 20    // by how much IPv6's header is longer than IPv4's
	minMTU     = 576   // RFC 791
	maxMTU     = 1500  // an Ethernet of home devices, whatever the link says
)

var broadcast = lan.MAC{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}

// Builder makes frames that leave from one link. Each frame is valid until the
// next one is made. A Builder is not safe for concurrent use.
type Builder struct {
	from lan.MAC
	mss  uint16 // over IPv4
	buf  gopacket.SerializeBuffer
}

// NewBuilder makes frames from link's hardware address.
func NewBuilder(link lan.Link) *Builder {
	mtu := min(max(link.MTU, minMTU), maxMTU)
	return &Builder{from: link.MAC, mss: uint16(mtu - tcpHeaders), buf: gopacket.NewSerializeBuffer()}
}

// ARPRequest asks who has target, for the sender from. It goes to everybody if
// to is zero, else to that station only, which asks it without waking others
// (RFC 1122 section 2.3.2.1).
func (b *Builder) ARPRequest(from, target netip.Addr, to lan.MAC) ([]byte, error) {
	if !from.Is4() || !target.Is4() {
		return nil, fmt.Errorf("wire: ARP asks for IPv4 addresses, not %s for %s", target, from)
	}
	if to.IsZero() {
		to = broadcast
	}
	sender, wanted := from.As4(), target.As4()
	return b.frame(
		&layers.Ethernet{SrcMAC: b.from[:], DstMAC: to[:], EthernetType: layers.EthernetTypeARP},
		&layers.ARP{
			AddrType: layers.LinkTypeEthernet, Protocol: layers.EthernetTypeIPv4, Operation: layers.ARPRequest,
			SourceHwAddress: b.from[:], SourceProtAddress: sender[:],
			DstHwAddress: make([]byte, 6), DstProtAddress: wanted[:],
		})
}

// network is a header that TCP can lie on.
type network interface {
	gopacket.NetworkLayer
	gopacket.SerializableLayer
}

// SYN opens a TCP handshake with sequence number seq (RFC 9293 section 3.5),
// over IPv4 or IPv6 as both addresses are. It carries the one option that every
// stack sends, the largest segment, so that it looks like any other client's.
func (b *Builder) SYN(to lan.MAC, from, target netip.AddrPort, seq uint32) ([]byte, error) {
	sender, receiver := from.Addr(), target.Addr()
	if sender.Is4() != receiver.Is4() || sender.Is4In6() || receiver.Is4In6() || !sender.IsValid() {
		return nil, fmt.Errorf("wire: a SYN cannot go from %s to %s", from, target)
	}
	var ip network = b.packet6(sender, receiver, layers.IPProtocolTCP, hopLimit)
	ether, mss := layers.EthernetTypeIPv6, b.mss-moreIPv6
	if sender.Is4() {
		ip = &layers.IPv4{
			Version: 4, TTL: hopLimit, Protocol: layers.IPProtocolTCP, Flags: layers.IPv4DontFragment,
			SrcIP: sender.AsSlice(), DstIP: receiver.AsSlice(),
		}
		ether, mss = layers.EthernetTypeIPv4, b.mss
	}
	tcp := &layers.TCP{
		SrcPort: layers.TCPPort(from.Port()), DstPort: layers.TCPPort(target.Port()),
		Seq: seq, SYN: true, Window: synWindow,
		Options: []layers.TCPOption{{
			OptionType: layers.TCPOptionKindMSS, OptionLength: 4,
			OptionData: []byte{byte(mss >> 8), byte(mss)},
		}},
	}
	if err := tcp.SetNetworkLayerForChecksum(ip); err != nil {
		return nil, fmt.Errorf("wire: SYN to %s: %w", target, err)
	}
	return b.frame(&layers.Ethernet{SrcMAC: b.from[:], DstMAC: to[:], EthernetType: ether}, ip, tcp)
}

func (b *Builder) frame(stack ...gopacket.SerializableLayer) ([]byte, error) {
	opts := gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}
	if err := gopacket.SerializeLayers(b.buf, opts, stack...); err != nil {
		return nil, fmt.Errorf("wire: cannot build the frame: %w", err)
	}
	return b.buf.Bytes(), nil
}
