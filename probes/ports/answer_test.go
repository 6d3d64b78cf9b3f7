package ports

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"golang.org/x/net/bpf"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/wire"
)

const sourcePort = 40000

var (
	us   = netip.MustParseAddr("192.168.1.1")
	them = netip.MustParseAddr("192.168.1.20")
)

// frame is one IPv4 frame from them to us.
func frame(proto layers.IPProtocol, rest ...gopacket.SerializableLayer) []byte {
	ip := &layers.IPv4{Version: 4, TTL: 64, Protocol: proto, SrcIP: them.AsSlice(), DstIP: us.AsSlice()}
	if tcp, ok := rest[0].(*layers.TCP); ok {
		_ = tcp.SetNetworkLayerForChecksum(ip)
	}
	stack := append([]gopacket.SerializableLayer{
		&layers.Ethernet{SrcMAC: []byte{2, 0, 0, 0, 0, 20}, DstMAC: []byte{2, 0, 0, 0, 0, 1}, EthernetType: layers.EthernetTypeIPv4}, ip,
	}, rest...)
	buf := gopacket.NewSerializeBuffer()
	if err := gopacket.SerializeLayers(buf, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, stack...); err != nil {
		panic(err)
	}
	return bytes.Clone(buf.Bytes())
}

// segment is their answer from port 80, a good SYN-ACK unless changed.
func segment(c cookie, change func(*layers.TCP)) []byte {
	tcp := &layers.TCP{
		SrcPort: 80, DstPort: sourcePort, Seq: 7, Ack: c.of(them, 80) + 1, SYN: true, ACK: true, Window: 1000,
		Options: []layers.TCPOption{{OptionType: layers.TCPOptionKindMSS, OptionLength: 4, OptionData: []byte{5, 180}}},
	}
	change(tcp)
	return frame(layers.IPProtocolTCP, tcp)
}

// unreachable3 is ICMP "port unreachable" about our SYN to their port 80.
func unreachable3(c cookie, change func(quote []byte)) []byte {
	syn, err := wire.NewBuilder(lan.Link{}).SYN(lan.MAC{2}, netip.AddrPortFrom(us, sourcePort), netip.AddrPortFrom(them, 80), c.of(them, 80))
	if err != nil {
		panic(err)
	}
	quote := bytes.Clone(syn[14 : 14+28])
	change(quote)
	return frame(layers.IPProtocolICMPv4,
		&layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(3, 3)}, gopacket.Payload(quote))
}

func TestReadAndFilter(t *testing.T) {
	c := newCookie()
	program, err := filter(sourcePort)
	if err != nil {
		t.Fatal(err)
	}
	code, whole := bpf.Disassemble(program)
	vm, err := bpf.NewVM(code)
	if err != nil || !whole {
		t.Fatal(err)
	}
	same := func(*layers.TCP) {}
	cut := func(b []byte, n int) []byte { return b[:n] }
	set := func(b []byte, at int, v ...byte) []byte { copy(b[at:], v); return b }
	const yes, no = true, false
	for name, x := range map[string]struct {
		frame  []byte
		kernel bool // passes the filter
		ok     bool // is an answer
		says   state
	}{
		"SYN-ACK":             {segment(c, same), yes, yes, open},
		"RST":                 {segment(c, func(t *layers.TCP) { t.SYN, t.RST, t.Window, t.Options = false, true, 0, nil }), yes, yes, closed},
		"RST of another port": {segment(c, func(t *layers.TCP) { t.RST, t.SrcPort = true, 81 }), yes, no, 0},
		"RST without ACK":     {segment(c, func(t *layers.TCP) { t.RST, t.SYN, t.ACK = true, false, false }), yes, no, 0},
		"wrong number":        {segment(c, func(t *layers.TCP) { t.Ack++ }), yes, no, 0},
		"number echoed":       {segment(c, func(t *layers.TCP) { t.Ack-- }), yes, no, 0},
		"SYN proxy":           {segment(c, func(t *layers.TCP) { t.Window, t.Options = 0, nil }), yes, yes, proxied},
		"window 0 alone":      {segment(c, func(t *layers.TCP) { t.Window = 0 }), yes, yes, open},
		"no options alone":    {segment(c, func(t *layers.TCP) { t.Options = nil }), yes, yes, open},
		"to another port":     {segment(c, func(t *layers.TCP) { t.DstPort++ }), no, no, 0},
		"ACK alone":           {segment(c, func(t *layers.TCP) { t.SYN = false }), no, no, 0},
		"SYN alone":           {segment(c, func(t *layers.TCP) { t.ACK = false }), no, no, 0},
		"later fragment":      {set(segment(c, same), 20, 0x00, 0x10), no, no, 0},
		"from elsewhere":      {set(segment(c, same), 29, 21), yes, no, 0},
		"UDP":                 {set(segment(c, same), 23, 17), no, no, 0},
		"ARP":                 {set(segment(c, same), 12, 0x08, 0x06), no, no, 0},
		"cut off":             {cut(segment(c, same), 40), no, no, 0},
		"IP options":          {withIPOptions(segment(c, same)), yes, yes, open},
		"port unreachable":    {unreachable3(c, func([]byte) {}), yes, yes, closed},
		"net prohibited":      {set(unreachable3(c, func([]byte) {}), 35, 9), yes, yes, filtered},
		"host prohibited":     {set(unreachable3(c, func([]byte) {}), 35, 10), yes, yes, filtered},
		"prohibited":          {set(unreachable3(c, func([]byte) {}), 35, 13), yes, yes, filtered},
		"host unreachable":    {set(unreachable3(c, func([]byte) {}), 35, 1), yes, yes, filtered},
		"of another's port":   {unreachable3(c, func(q []byte) { q[19]++ }), yes, no, 0},
		"of another number":   {unreachable3(c, func(q []byte) { q[27]++ }), yes, no, 0},
		"of another sender":   {unreachable3(c, func(q []byte) { q[21]++ }), no, no, 0},
		"of a UDP packet":     {unreachable3(c, func(q []byte) { q[9] = 17 }), no, no, 0},
		"echo reply":          {set(unreachable3(c, func([]byte) {}), 34, 0), no, no, 0},
	} {
		n, err := vm.Run(x.frame)
		if err != nil || n > 0 != x.kernel {
			t.Errorf("%s: the filter keeps %d bytes, %v", name, n, err)
		}
		a, ok := newReader(sourcePort, c).read(x.frame)
		if ok != x.ok || ok && (a.addr != them || a.port != 80 || a.says != x.says) {
			t.Errorf("%s: %+v, %v", name, a, ok)
		}
	}
}

// withIPOptions puts four bytes of no-operation into the IP header.
func withIPOptions(b []byte) []byte {
	b = bytes.Join([][]byte{b[:34], {1, 1, 1, 1}, b[34:]}, nil)
	b[14] = 0x46
	binary.BigEndian.PutUint16(b[16:], binary.BigEndian.Uint16(b[16:])+4)
	return b
}

func TestCookie(t *testing.T) {
	a, b := newCookie(), newCookie()
	if first, again := a.of(them, 80), a.of(them, 80); first != again {
		t.Error("the same question has two numbers")
	}
	seen := map[uint32]bool{a.of(them, 80): true, a.of(us, 80): true, a.of(them, 81): true, b.of(them, 80): true}
	if len(seen) != 4 {
		t.Error("two questions share a number")
	}
}

func FuzzRead(f *testing.F) {
	c := newCookie()
	f.Add(segment(c, func(*layers.TCP) {}))
	f.Add(segment(c, func(t *layers.TCP) { t.RST = true }))
	f.Add(unreachable3(c, func([]byte) {}))
	f.Add(segment(c, func(t *layers.TCP) { t.Window, t.Options = 0, nil }))
	prohibited := unreachable3(c, func([]byte) {})
	prohibited[35] = 13
	f.Add(prohibited)
	f.Add(segment6(c, func(*layers.TCP) {}))
	f.Add(unreachable6(c, 1, func([]byte) {}))
	f.Add(withIPOptions(segment(c, func(*layers.TCP) {})))
	arp := bytes.Repeat([]byte{0xff}, 64) // hardware length 255
	copy(arp[12:], []byte{8, 6, 0, 1, 8, 0, 255, 4})
	f.Add(arp)
	r := newReader(sourcePort, c)
	f.Fuzz(func(t *testing.T, frame []byte) {
		if a, ok := r.read(frame); ok && ((a.says < open || a.says > proxied) || !a.addr.IsValid()) {
			t.Errorf("%+v", a)
		}
	})
}
