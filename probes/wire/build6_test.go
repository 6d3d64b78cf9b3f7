package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"github.com/google/gopacket/layers"

	"github.com/homesweep/homesweep/probes/lan"
)

// whole checks an IPv6 frame's lengths and the checksum at off, by hand.
func whole(t *testing.T, frame []byte, proto byte, head int) {
	t.Helper()
	upper := frame[54+head:]
	if n := int(binary.BigEndian.Uint16(frame[18:])); n != len(frame)-54 {
		t.Errorf("payload length %d of %d", n, len(frame)-54)
	}
	pseudo := bytes.Join([][]byte{frame[22:54], {0, 0, 0, byte(len(upper)), 0, 0, 0, proto}, upper}, nil)
	if sum(pseudo) != 0xffff {
		t.Errorf("the checksum of %x is wrong", frame)
	}
}

func TestNeighborSolicitation(t *testing.T) {
	them := netip.MustParseAddr("fe80::aabb:ccdd")
	build := NewBuilder(home)
	for name, c := range map[string]struct{ to, mac, ip string }{
		"its group": {"", "33:33:ff:bb:cc:dd", "ff02::1:ffbb:ccdd"},
		"one":       {"02:00:00:00:00:14", "02:00:00:00:00:14", "fe80::aabb:ccdd"},
	} {
		var to lan.MAC
		if c.to != "" {
			to, _ = lan.ParseMAC(c.to)
		}
		frame, err := build.NeighborSolicitation(us6, them, to)
		if err != nil {
			t.Fatal(err)
		}
		whole(t, frame, 58, 0)
		mac, _ := lan.ParseMAC(c.mac)
		want := bytes.Join([][]byte{
			mac[:], home.MAC[:], {0x86, 0xdd, 0x60, 0, 0, 0, 0, 32, 58, 255}, us6.AsSlice(), netip.MustParseAddr(c.ip).AsSlice(),
			{135, 0, frame[56], frame[57], 0, 0, 0, 0}, them.AsSlice(), {1, 1}, home.MAC[:],
		}, nil)
		if !bytes.Equal(frame, want) {
			t.Errorf("%s:\n%x, want\n%x", name, frame, want)
		}
		if asked, err := Destination(frame); err != nil || asked != them {
			t.Errorf("%s: asks %s, %v", name, asked, err)
		}
	}
	for _, bad := range [][2]netip.Addr{{us6, home.Addrs[0]}, {us6, AllNodes}, {nobody, them}, {netip.Addr{}, them}} {
		if _, err := build.NeighborSolicitation(bad[0], bad[1], lan.MAC{}); err == nil {
			t.Errorf("%s asks for %s", bad[0], bad[1])
		}
	}
}

func TestQuestionsToAll(t *testing.T) {
	build := NewBuilder(home)
	echo, err := build.EchoRequest6(us6, 0x1234, 7)
	if err != nil {
		t.Fatal(err)
	}
	echo = bytes.Clone(echo)
	whole(t, echo, 58, 0)
	want := bytes.Join([][]byte{
		{0x33, 0x33, 0, 0, 0, 1}, home.MAC[:], {0x86, 0xdd, 0x60, 0, 0, 0, 0, 8, 58, 1}, us6.AsSlice(), AllNodes.AsSlice(),
		{128, 0, echo[56], echo[57], 0x12, 0x34, 0, 7},
	}, nil)
	if !bytes.Equal(echo, want) {
		t.Errorf("%x, want\n%x", echo, want)
	}
	query, err := build.MLDQuery(us6, 700*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	whole(t, query, 58, 8)
	want = bytes.Join([][]byte{
		{0x33, 0x33, 0, 0, 0, 1}, home.MAC[:], {0x86, 0xdd, 0x60, 0, 0, 0, 0, 36, 0, 1}, us6.AsSlice(), AllNodes.AsSlice(),
		{58, 0, 5, 2, 0, 0, 1, 0, 130, 0, query[64], query[65], 700 >> 8, 700 & 0xff, 0, 0}, make([]byte, 16), {0x0a, 125, 0, 0},
	}, nil)
	if !bytes.Equal(query, want) {
		t.Errorf("%x, want\n%x", query, want)
	}
	for _, frame := range [][]byte{echo, query} {
		if to, err := Destination(frame); err != nil || to != AllNodes {
			t.Errorf("goes to %s, %v", to, err)
		}
	}
	if _, err := build.MLDQuery(unique, time.Second); err == nil {
		t.Error("a query from a unique local address, which nobody heeds")
	}
	if _, err := build.EchoRequest6(home.Addrs[0], 1, 2); err == nil {
		t.Error("an echo request from an IPv4 address")
	}
}

func TestSYN6(t *testing.T) {
	from, to := netip.MustParseAddrPort("[fd00::1]:40000"), netip.MustParseAddrPort("[fd00::20]:554")
	frame, err := NewBuilder(home).SYN(theirs, from, to, 0xfedcba98)
	if err != nil {
		t.Fatal(err)
	}
	whole(t, frame, 6, 0)
	d := NewDecoder()
	found, err := d.Decode(frame)
	if err != nil || len(found) != 3 || found[1] != layers.LayerTypeIPv6 || found[2] != layers.LayerTypeTCP {
		t.Fatalf("found %v, %v", found, err)
	}
	if d.TCP.Seq != 0xfedcba98 || !d.TCP.SYN || d.TCP.ACK || d.TCP.SrcPort != 40000 || d.TCP.DstPort != 554 || d.IPv6.HopLimit != 64 {
		t.Errorf("%+v", d.TCP)
	}
	if mss := d.TCP.Options[0].OptionData; !bytes.Equal(mss, []byte{1440 >> 8, 1440 & 0xff}) {
		t.Errorf("largest segment %v", mss)
	}
	if asked, err := Destination(frame); err != nil || asked != to.Addr() {
		t.Errorf("goes to %s, %v", asked, err)
	}
}

func TestDestination6(t *testing.T) {
	build := NewBuilder(home)
	keep := func(frame []byte, err error) []byte {
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Clone(frame)
	}
	query := keep(build.MLDQuery(us6, time.Second))
	solicit := keep(build.NeighborSolicitation(us6, linked, lan.MAC{}))
	with := func(frame []byte, at int, b ...byte) []byte {
		frame = bytes.Clone(frame)
		copy(frame[at:], b)
		return frame
	}
	for name, frame := range map[string][]byte{
		"a long header":              with(query, 55, 1),
		"another option":             with(query, 56, 0xc2),
		"another alert":              with(query, 59, 1),
		"padding that is none":       with(query, 60, 4),
		"TCP after the alert":        with(query, 54, 6),
		"a report":                   with(query, 62, 143),
		"to one station":             with(query, 38, linked.AsSlice()...),
		"to the routers":             with(query, 53, 2),
		"hop limit 2":                with(query, 21, 2),
		"version 4":                  with(query, 14, 0x40),
		"sources":                    with(append(bytes.Clone(query), make([]byte, 16)...), 18, 0, 52),
		"a length that lies":         with(query, 19, 37),
		"shorter than it says":       query[:len(query)-1],
		"solicits elsewhere":         with(solicit, 62, us6.AsSlice()...),
		"solicits a group":           with(solicit, 62, AllNodes.AsSlice()...),
		"solicits nothing":           with(solicit, 18, 0, 23),
		"a routing header":           with(solicit, 20, 43),
		"solicits an IPv4 address":   with(with(solicit, 62, netip.MustParseAddr("::ffff:192.168.1.5").AsSlice()...), 51, 0xa8, 1, 5),
		"destination options":        with(solicit, 20, 60),
		"a fragment":                 with(solicit, 20, 44),
		"an IPv4 address on a wire6": with(solicit, 38, netip.MustParseAddr("::ffff:192.168.1.5").AsSlice()...),
	} {
		if to, err := Destination(frame); err == nil {
			t.Errorf("%s: goes to %s", name, to)
		}
	}
}

// TestNothingLeavesTheScope6 throws frames, built and broken, at sockets whose
// scope is a part of a network, and all nodes for half of them.
func TestNothingLeavesTheScope6(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	left, refused := 0, 0
	for range 2000 {
		base := [16]byte{0xfd, 15: byte(r.Uint32())}
		scope := netip.PrefixFrom(netip.AddrFrom16(base), 96+r.IntN(33)).Masked()
		all := r.IntN(2) == 0
		allow := func(a netip.Addr) error {
			if scope.Contains(a) || all && a == AllNodes {
				return nil
			}
			return errOutside
		}
		c := newFakeConn()
		s := newSocket(c, "test0", allow)
		build := NewBuilder(home)
		for range 20 {
			err := s.Send(randomFrame6(r, build, scope))
			if err != nil && !errors.Is(err, ErrRefused) {
				t.Fatal(err)
			}
			if err != nil {
				refused++
			}
		}
		for _, frame := range c.out {
			left++
			to := netip.AddrFrom16([16]byte(frame[38:54]))
			if frame[20] == icmp6 && frame[54] == 135 { // who is asked, read again
				to = netip.AddrFrom16([16]byte(frame[62:78]))
			}
			if allow(to) != nil {
				t.Fatalf("a frame left scope %s for %s: %x", scope, to, frame)
			}
		}
	}
	if left < 1000 || refused < 1000 {
		t.Errorf("%d frames left and %d were refused, the test proves little", left, refused)
	}
}

func randomFrame6(r *rand.Rand, build *Builder, scope netip.Prefix) []byte {
	target := scope.Addr().As16()
	for i := 12; i < 16; i++ {
		if r.IntN(6) == 0 {
			target[i] = byte(r.Uint32())
		}
	}
	to, from := netip.AddrFrom16(target), netip.MustParseAddr("fe80::1")
	var frame []byte
	switch r.IntN(5) {
	case 0:
		frame, _ = build.SYN(theirs, netip.AddrPortFrom(from, 1), netip.AddrPortFrom(to, 2), r.Uint32())
	case 1:
		frame, _ = build.NeighborSolicitation(from, to, lan.MAC{})
	case 2:
		frame, _ = build.NeighborSolicitation(from, to, theirs)
	case 3:
		frame, _ = build.EchoRequest6(from, 1, 2)
	case 4:
		frame, _ = build.MLDQuery(from, time.Second)
	}
	for range r.IntN(4) { // break some
		frame[14+r.IntN(len(frame)-14)] = byte(r.Uint32())
	}
	if r.IntN(8) == 0 {
		return frame[:r.IntN(len(frame))]
	}
	return frame
}
