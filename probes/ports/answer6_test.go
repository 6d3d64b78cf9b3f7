package ports

import (
	"bytes"
	"net/netip"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"golang.org/x/net/bpf"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/wire"
)

var (
	us6   = netip.MustParseAddr("fd00::1")
	them6 = netip.MustParseAddr("fd00::20")
)

// frame6 is one IPv6 frame from them to us.
func frame6(rest ...gopacket.SerializableLayer) []byte {
	ip := &layers.IPv6{Version: 6, HopLimit: 64, NextHeader: layers.IPProtocolTCP, SrcIP: them6.AsSlice(), DstIP: us6.AsSlice()}
	switch l := rest[0].(type) {
	case *layers.TCP:
		_ = l.SetNetworkLayerForChecksum(ip)
	case *layers.ICMPv6:
		ip.NextHeader = layers.IPProtocolICMPv6
		_ = l.SetNetworkLayerForChecksum(ip)
	}
	stack := append([]gopacket.SerializableLayer{
		&layers.Ethernet{SrcMAC: []byte{2, 0, 0, 0, 0, 20}, DstMAC: []byte{2, 0, 0, 0, 0, 1}, EthernetType: layers.EthernetTypeIPv6}, ip,
	}, rest...)
	buf := gopacket.NewSerializeBuffer()
	if err := gopacket.SerializeLayers(buf, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, stack...); err != nil {
		panic(err)
	}
	return bytes.Clone(buf.Bytes())
}

// segment6 is their answer from port 80, a good SYN-ACK unless changed.
func segment6(c cookie, change func(*layers.TCP)) []byte {
	tcp := &layers.TCP{
		SrcPort: 80, DstPort: sourcePort, Seq: 7, Ack: c.of(them6, 80) + 1, SYN: true, ACK: true, Window: 1000,
		Options: []layers.TCPOption{{OptionType: layers.TCPOptionKindMSS, OptionLength: 4, OptionData: []byte{5, 180}}},
	}
	change(tcp)
	return frame6(tcp)
}

// unreachable6 is ICMPv6 "administratively prohibited" about our SYN to their
// port 80.
func unreachable6(c cookie, kind uint8, change func(quote []byte)) []byte {
	syn, err := wire.NewBuilder(lan.Link{}).SYN(lan.MAC{2}, netip.AddrPortFrom(us6, sourcePort), netip.AddrPortFrom(them6, 80), c.of(them6, 80))
	if err != nil {
		panic(err)
	}
	quote := append(make([]byte, unused), syn[14:14+64]...)
	change(quote[unused:])
	return frame6(&layers.ICMPv6{TypeCode: layers.CreateICMPv6TypeCode(kind, 1)}, gopacket.Payload(quote))
}

func TestReadAndFilter6(t *testing.T) {
	c := newCookie()
	program, err := filterFor(wire.IPv6, sourcePort)
	if err != nil {
		t.Fatal(err)
	}
	code, whole := bpf.Disassemble(program)
	vm, err := bpf.NewVM(code)
	if err != nil || !whole {
		t.Fatal(err)
	}
	same, asIs := func(*layers.TCP) {}, func([]byte) {}
	set := func(b []byte, at int, v ...byte) []byte { copy(b[at:], v); return b }
	const yes, no = true, false
	for name, x := range map[string]struct {
		frame  []byte
		kernel bool // passes the filter
		ok     bool // is an answer
		says   state
	}{
		"SYN-ACK":             {segment6(c, same), yes, yes, open},
		"RST":                 {segment6(c, func(t *layers.TCP) { t.SYN, t.RST, t.Window, t.Options = false, true, 0, nil }), yes, yes, closed},
		"RST of another port": {segment6(c, func(t *layers.TCP) { t.RST, t.SrcPort = true, 81 }), yes, no, 0},
		"wrong number":        {segment6(c, func(t *layers.TCP) { t.Ack++ }), yes, no, 0},
		"SYN proxy":           {segment6(c, func(t *layers.TCP) { t.Window, t.Options = 0, nil }), yes, yes, proxied},
		"to another port":     {segment6(c, func(t *layers.TCP) { t.DstPort++ }), no, no, 0},
		"ACK alone":           {segment6(c, func(t *layers.TCP) { t.SYN = false }), no, no, 0},
		"from elsewhere":      {set(segment6(c, same), 37, 21), yes, no, 0},
		"as IPv4":             {set(segment6(c, func(t *layers.TCP) { t.Ack = c.of(netip.MustParseAddr("::ffff:10.0.0.1"), 80) + 1 }), 22, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1), yes, no, 0},
		"UDP":                 {set(segment6(c, same), 20, 17), no, no, 0},
		"fragment":            {set(segment6(c, same), 20, 44), no, no, 0},
		"IPv4":                {set(segment6(c, same), 12, 0x08, 0x00), no, no, 0},
		"cut off":             {segment6(c, same)[:60], no, no, 0},
		"port unreachable":    {set(unreachable6(c, 1, asIs), 55, 4), yes, yes, closed},
		"prohibited":          {unreachable6(c, 1, asIs), yes, yes, filtered},
		"policy":              {set(unreachable6(c, 1, asIs), 55, 5), yes, yes, filtered},
		"route":               {set(unreachable6(c, 1, asIs), 55, 6), yes, yes, filtered},
		"too big":             {unreachable6(c, 2, asIs), no, no, 0},
		"of another's port":   {unreachable6(c, 1, func(q []byte) { q[39]++ }), yes, no, 0},
		"of another number":   {unreachable6(c, 1, func(q []byte) { q[47]++ }), yes, no, 0},
		"of another sender":   {unreachable6(c, 1, func(q []byte) { q[41]++ }), no, no, 0},
		"of a UDP packet":     {unreachable6(c, 1, func(q []byte) { q[6] = 17 }), no, no, 0},
		"of IPv4":             {unreachable6(c, 1, func(q []byte) { q[0] = 0x45 }), yes, no, 0},
		"quotes too little":   {unreachable6(c, 1, asIs)[:14+40+8+40+4], yes, no, 0},
	} {
		n, err := vm.Run(x.frame)
		if err != nil || n > 0 != x.kernel {
			t.Errorf("%s: the filter keeps %d bytes, %v", name, n, err)
		}
		a, ok := newReader(sourcePort, c).read(x.frame)
		if ok != x.ok || ok && (a.addr != them6 || a.port != 80 || a.says != x.says) {
			t.Errorf("%s: %+v, %v", name, a, ok)
		}
	}
}
