package wire

import (
	"bytes"
	"net/netip"
	"testing"
	"time"

	"github.com/google/gopacket/layers"

	"github.com/homesweep/homesweep/probes/lan"
)

// length255 is a broadcast ARP request whose hardware length makes gopacket's
// own sum overflow; a bare decode of it panics.
func length255() []byte {
	frame := bytes.Repeat([]byte{0xff}, 64)
	copy(frame[6:], []byte{2, 0, 0, 0, 0, 9, 0x08, 0x06, 0, 1, 0x08, 0, 255, 4, 0, 1})
	return frame
}

func TestHardwareLength255(t *testing.T) {
	d := NewDecoder()
	if _, err := d.Decode(length255()); err == nil {
		t.Error("decoded")
	}
	if c, ok := d.Claim(length255()); ok {
		t.Errorf("believed %+v", c)
	}
	// With the check in front passed, the parser's own recovery must hold.
	if err := d.parser.DecodeLayers(length255(), &d.found); err == nil {
		t.Error("the parser accepted it")
	}
}

func TestARPRequest(t *testing.T) {
	from, target := netip.MustParseAddr("192.168.1.1"), netip.MustParseAddr("192.168.1.20")
	one := lan.MAC{2, 0, 0, 0, 0, 20}
	for name, to := range map[string]lan.MAC{"broadcast": {}, "unicast": one} {
		frame, err := NewBuilder(home).ARPRequest(from, target, to)
		if err != nil {
			t.Fatal(err)
		}
		if to.IsZero() {
			to = broadcast
		}
		want := bytes.Join([][]byte{
			to[:], home.MAC[:], {8, 6, 0, 1, 8, 0, 6, 4, 0, 1},
			home.MAC[:], from.AsSlice(), make([]byte, 6), target.AsSlice(), make([]byte, 18),
		}, nil)
		if !bytes.Equal(frame, want) {
			t.Errorf("%s:\n%x, want\n%x", name, frame, want)
		}
		if c, ok := NewDecoder().Claim(frame); !ok || c.MAC != home.MAC || c.Addr != from || c.Source != home.MAC {
			t.Errorf("%s: decoded as %+v, %v", name, c, ok)
		}
	}
	if _, err := NewBuilder(home).ARPRequest(from, netip.MustParseAddr("fe80::1"), one); err == nil {
		t.Error("ARP for an IPv6 address")
	}
}

func TestSYN(t *testing.T) {
	from, target := netip.MustParseAddrPort("192.168.1.1:40000"), netip.MustParseAddrPort("192.168.1.20:554")
	frame, err := NewBuilder(home).SYN(lan.MAC{2, 0, 0, 0, 0, 20}, from, target, 0xfedcba98)
	if err != nil {
		t.Fatal(err)
	}
	d := NewDecoder()
	found, err := d.Decode(frame)
	if err != nil || len(found) != 3 || found[2] != layers.LayerTypeTCP {
		t.Fatalf("found %v, %v", found, err)
	}
	if d.TCP.Seq != 0xfedcba98 || !d.TCP.SYN || d.TCP.ACK || d.TCP.RST || uint16(d.TCP.SrcPort) != 40000 || uint16(d.TCP.DstPort) != 554 {
		t.Errorf("%+v", d.TCP)
	}
	if mss := d.TCP.Options[0].OptionData; !bytes.Equal(mss, []byte{1460 >> 8, 1460 & 0xff}) {
		t.Errorf("largest segment %v", mss)
	}
	if sum(frame[14:34]) != 0xffff {
		t.Error("the IP checksum is wrong")
	}
	pseudo := bytes.Join([][]byte{frame[26:34], {0, 6, 0, 24}, frame[34:58]}, nil)
	if sum(pseudo) != 0xffff {
		t.Error("the TCP checksum is wrong")
	}
	for _, to := range []string{"[fe80::1]:80", "[::ffff:192.168.1.20]:80"} {
		if _, err := NewBuilder(home).SYN(lan.MAC{2}, from, netip.MustParseAddrPort(to), 1); err == nil {
			t.Errorf("a SYN from IPv4 to %s", to)
		}
	}
}

// sum is RFC 1071's, 0xffff over a right header.
func sum(b []byte) uint32 {
	var s uint32
	for i := 0; i+1 < len(b); i += 2 {
		s += uint32(b[i])<<8 | uint32(b[i+1])
	}
	for s > 0xffff {
		s = s&0xffff + s>>16
	}
	return s
}

func FuzzDecode(f *testing.F) {
	build := NewBuilder(home)
	arp, _ := build.ARPRequest(home.Addrs[0], netip.MustParseAddr("192.168.1.20"), lan.MAC{})
	f.Add(bytes.Clone(arp))
	syn, _ := build.SYN(lan.MAC{2}, netip.MustParseAddrPort("192.168.1.1:1"), netip.MustParseAddrPort("192.168.1.20:2"), 3)
	f.Add(bytes.Clone(syn))
	f.Add(length255())
	query, _ := build.MLDQuery(netip.MustParseAddr("fe80::1"), time.Second)
	f.Add(bytes.Clone(query))
	solicit, _ := build.NeighborSolicitation(netip.MustParseAddr("fe80::1"), netip.MustParseAddr("fe80::20"), lan.MAC{})
	f.Add(bytes.Clone(solicit))
	f.Add([]byte{})
	d := NewDecoder()
	f.Fuzz(func(t *testing.T, frame []byte) {
		found, err := d.Decode(frame)
		if c, ok := d.Claim(frame); ok && (err != nil || !c.Addr.Is4()) {
			t.Errorf("claim %+v of a frame with layers %v, error %v", c, found, err)
		}
		if to, err := Destination(frame); err == nil && !to.IsValid() {
			t.Error("a destination that is none")
		}
	})
}
