package crowd

import (
	"encoding/binary"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/knowledge/oui"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ports"
)

var (
	street  = netip.MustParsePrefix("192.168.78.0/24")
	visitor = lan.MAC{2, 0, 0, 0, 0, 9}
	caller  = netip.MustParseAddr("192.168.78.2")
)

func TestMakeIsTheSameForASeed(t *testing.T) {
	one, err := Make(7, street, 200, caller)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := Make(7, street, 200, caller)
	other, _ := Make(8, street, 200, caller)
	if !reflect.DeepEqual(one, again) || reflect.DeepEqual(one, other) {
		t.Error("a crowd is not what its seed makes of it")
	}
	if _, err := Make(7, street, 254, caller); err == nil {
		t.Error("254 hosts fit into a /24 of which one address is taken")
	}
	if _, err := Make(7, netip.MustParsePrefix("fd00::/64"), 2); err == nil {
		t.Error("a crowd of IPv4 hosts lives in an IPv6 network")
	}
}

func TestMakeIsARealisticCrowd(t *testing.T) {
	hosts, err := Make(1, netip.MustParsePrefix("192.168.76.0/22"), 1000, caller)
	if err != nil {
		t.Fatal(err)
	}
	addrs, macs, open, behind := map[netip.Addr]bool{}, map[lan.MAC]bool{}, 0, 0
	for _, h := range hosts {
		addrs[h.Addr], macs[h.MAC] = true, true
		open += len(h.Open)
		if h.Walled {
			behind++
		}
		if len(h.Open) > most || !slices.IsSorted(h.Open) || slices.Contains(h.Open, 0) {
			t.Errorf("%s has %v open", h.Addr, h.Open)
		}
		for _, p := range h.Open {
			if !slices.Contains(ports.Home(), p) {
				t.Errorf("%s has %d open, which nobody asks for", h.Addr, p)
			}
		}
	}
	if len(addrs) != 1000 || len(macs) != 1000 || addrs[caller] {
		t.Errorf("1000 hosts have %d addresses and %d hardware addresses", len(addrs), len(macs))
	}
	if behind < 150 || behind > 250 || open < 3500 || open > 4500 {
		t.Errorf("%d hosts are walled, %d ports are open", behind, open)
	}
	if hosts[0].Addr != netip.MustParseAddr("192.168.76.1") {
		t.Errorf("the first host is at %s", hosts[0].Addr)
	}
}

// TestMakersAreTheRegistrys: a sweep judges a device by the maker of its address.
func TestMakersAreTheRegistrys(t *testing.T) {
	table, err := oui.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range makers {
		holder, _ := table.Lookup(lan.MAC{m.oui[0], m.oui[1], m.oui[2], 0x70})
		if !strings.Contains(holder, m.name) {
			t.Errorf("%x is of %q, not %q", m.oui, holder, m.name)
		}
	}
}

// two is a crowd of two: a router with 80 and 22 open, and a walled host with 443.
func two(t testing.TB) (*Crowd, []Host) {
	t.Helper()
	hosts := []Host{
		{MAC: lan.MAC{0, 1, 2, 3, 4, 5}, Addr: netip.MustParseAddr("192.168.78.1"), Open: []uint16{22, 80}},
		{MAC: lan.MAC{0, 1, 2, 3, 4, 6}, Addr: netip.MustParseAddr("192.168.78.7"), Open: []uint16{443}, Walled: true},
	}
	return New(street, hosts), hosts
}

// frame is an IPv4 frame from the visitor to h, by way of the hardware address to.
func frame(to lan.MAC, h Host, protocol byte, payload []byte) []byte {
	dst, src := h.Addr.As4(), caller.As4()
	ip := []byte{0x45, 0, 0, byte(ipv4 + len(payload)), 0, 0, 0, 0, 64, protocol, 0, 0}
	ip[2] = byte((ipv4 + len(payload)) >> 8)
	return slices.Concat(to[:], visitor[:], []byte{8, 0}, ip, src[:], dst[:], payload)
}

// tell is a TCP segment from port 40000.
func tell(port uint16, seq, acked uint32, flags byte, text string) []byte {
	b := make([]byte, tcp, tcp+len(text))
	binary.BigEndian.PutUint16(b, 40000)
	binary.BigEndian.PutUint16(b[2:], port)
	binary.BigEndian.PutUint32(b[4:], seq)
	binary.BigEndian.PutUint32(b[8:], acked)
	b[12], b[13] = tcp<<2, flags
	return append(b, text...)
}

// said is what the crowd says to a frame, at most one frame.
func said(t testing.TB, c *Crowd, frame []byte) (flags byte, seq, acked uint32, text string) {
	t.Helper()
	answers := 0
	c.answer(frame, func(b []byte) {
		answers++
		p, protocol, ok := open(b)
		if !ok || protocol != protocolTCP || fold(sum(0, b[ethernet:ethernet+ipv4])) != 0xffff || overTCP(p, p.payload) != 0 {
			t.Errorf("a frame that is no whole TCP segment: %x", b)
			return
		}
		flags, seq, acked = p.payload[13], binary.BigEndian.Uint32(p.payload[4:]), binary.BigEndian.Uint32(p.payload[8:])
		text += string(p.payload[p.payload[12]>>2:])
	})
	if answers > 1 {
		t.Errorf("%d answers to one frame", answers)
	}
	return flags, seq, acked, text
}

func TestPorts(t *testing.T) {
	c, hosts := two(t)
	stranger := lan.MAC{0, 9, 9, 9, 9, 9}
	for name, tt := range map[string]struct {
		to   lan.MAC
		host Host
		port uint16
		want byte
	}{
		"open":                       {hosts[0].MAC, hosts[0], 80, syn | ack},
		"closed":                     {hosts[0].MAC, hosts[0], 81, rst | ack},
		"open behind a firewall":     {hosts[1].MAC, hosts[1], 443, syn | ack},
		"dropped":                    {hosts[1].MAC, hosts[1], 81, 0},
		"open, by way of the router": {hosts[0].MAC, hosts[1], 443, syn | ack},
		"another's hardware address": {stranger, hosts[1], 443, 0},
		"nobody's address":           {hosts[0].MAC, Host{Addr: netip.MustParseAddr("192.168.78.9")}, 80, 0},
		"another network's address":  {hosts[0].MAC, Host{Addr: netip.MustParseAddr("192.168.79.1")}, 80, 0},
	} {
		flags, _, acked, _ := said(t, c, frame(tt.to, tt.host, protocolTCP, tell(tt.port, 99, 0, syn, "")))
		if flags != tt.want || flags != 0 && acked != 100 {
			t.Errorf("%s: flags %x, acknowledged %d, want %x, 100", name, flags, acked, tt.want)
		}
	}
	if n := c.Count(); n.Connections != 0 || n.SYNs != 5 || len(c.talks) != 0 { // three reached nobody or came to somebody else
		t.Errorf("%+v, %d talks", n, len(c.talks))
	}
}

// TestConversation goes through a whole connection, with a segment said twice.
func TestConversation(t *testing.T) {
	c, hosts := two(t)
	talk := func(seq, acked uint32, flags byte, text string) (byte, uint32, uint32, string) {
		return said(t, c, frame(hosts[0].MAC, hosts[0], protocolTCP, tell(80, seq, acked, flags, text)))
	}
	_, first, _, _ := talk(99, 0, syn, "")
	if flags, _, _, _ := talk(100, first+2, ack, ""); flags != rst {
		t.Errorf("a handshake that is not ours is answered with %x", flags)
	}
	if flags, _, _, _ := talk(100, first+1, ack, ""); flags != 0 {
		t.Errorf("the handshake's end is answered with %x", flags)
	}
	flags, seq, acked, text := talk(100, first+1, psh|ack, "GET / HTTP/1.0\r\n\r\n")
	if flags != fin|psh|ack || seq != first+1 || acked != 118 || text != page {
		t.Errorf("a request is answered with %x, %d, %d, %q", flags, seq, acked, text)
	}
	if flags, _, acked, text := talk(100, first+1, psh|ack, "GET / HTTP/1.0\r\n\r\n"); flags != ack || acked != 118 || text != "" {
		t.Errorf("a request said twice is answered with %x, %d, %q", flags, acked, text)
	}
	last := seq + uint32(len(page)) + 1
	if flags, _, acked, _ := talk(118, last, fin|ack, ""); flags != ack || acked != 119 {
		t.Errorf("the end is answered with %x, %d", flags, acked)
	}
	talk(119, last, ack, "")
	if n := c.Count(); n.Connections != 1 || n.Most != 1 || n.Bytes != 18 || len(c.talks) != 0 {
		t.Errorf("%+v, %d talks", n, len(c.talks))
	}
	c.Forget()
	if n := c.Count(); n != (Count{}) {
		t.Errorf("after all is forgotten: %+v", n)
	}
}

func TestGreetingAndReset(t *testing.T) {
	c, hosts := two(t)
	talk := func(seq, acked uint32, flags byte) (byte, uint32, uint32, string) {
		return said(t, c, frame(hosts[0].MAC, hosts[0], protocolTCP, tell(22, seq, acked, flags, "")))
	}
	_, first, _, _ := talk(99, 0, syn)
	if _, _, _, text := talk(100, first+1, ack); text != greeting(22) {
		t.Errorf("the greeting is %q", text)
	}
	if flags, _, _, _ := talk(100, 0, rst); flags != 0 || len(c.talks) != 0 {
		t.Errorf("a reset is answered with %x, and leaves %d talks", flags, len(c.talks))
	}
}

// TestDatagramsAreRefusedInModeration: as Linux hosts do.
func TestDatagramsAreRefusedInModeration(t *testing.T) {
	c, hosts := two(t)
	now := time.Unix(0, 0)
	c.now = func() time.Time { return now }
	refused := func(h Host) (n int) {
		for range 20 {
			c.answer(frame(h.MAC, h, protocolUDP, make([]byte, 12)), func(b []byte) {
				if p, protocol, ok := open(b); ok && protocol == protocolICMP && p.payload[0] == 3 && p.payload[1] == 3 && fold(sum(0, p.payload)) == 0xffff {
					n++
				}
			})
		}
		return n
	}
	if n := refused(hosts[0]); n != grumbleBurst {
		t.Errorf("%d of 20 datagrams are refused, want %d", n, grumbleBurst)
	}
	now = now.Add(2 * time.Second)
	if n := refused(hosts[0]); n != 2 {
		t.Errorf("2 s later %d are, want 2", n)
	}
	if n := refused(hosts[1]); n != 0 {
		t.Errorf("a firewall refuses %d", n)
	}
}

func TestPing(t *testing.T) {
	c, hosts := two(t)
	for i, want := range []int{1, 0} {
		n := 0
		c.answer(frame(hosts[i].MAC, hosts[i], protocolICMP, []byte{8, 0, 0, 0, 0, 1, 0, 2, 3}), func(b []byte) {
			if p, protocol, ok := open(b); ok && protocol == protocolICMP && p.payload[0] == 0 && fold(sum(0, p.payload)) == 0xffff {
				n++
			}
		})
		if n != want {
			t.Errorf("%s answers %d times, want %d", hosts[i].Addr, n, want)
		}
	}
}

// TestBrokenPackets are not answered.
func TestBrokenPackets(t *testing.T) {
	for name, spoil := range map[string]func(ip []byte){
		"not IPv4":                   func(ip []byte) { ip[0] = 0x65 },
		"a header of four words":     func(ip []byte) { ip[0] = 0x44 },
		"a header beyond the packet": func(ip []byte) { ip[0] = 0x4f },
		"shorter than its header":    func(ip []byte) { ip[3] = 19 },
		"longer than the frame":      func(ip []byte) { ip[2] = 4 },
		"the first of two pieces":    func(ip []byte) { ip[6] = 0x20 },
		"the second of two pieces":   func(ip []byte) { ip[7] = 3 },
		"a TCP header of four words": func(ip []byte) { ip[ipv4+12] = 4 << 4 },
		"a TCP header cut off":       func(ip []byte) { ip[ipv4+12] = 6 << 4 },
	} {
		c, hosts := two(t)
		b := frame(hosts[0].MAC, hosts[0], protocolTCP, tell(81, 1, 0, syn, ""))
		spoil(b[ethernet:])
		if flags, _, _, _ := said(t, c, b); flags != 0 {
			t.Errorf("%s: answered with %x", name, flags)
		}
	}
}

// FuzzAnswer: whatever comes, the crowd neither dies nor says anything that is no
// frame.
func FuzzAnswer(f *testing.F) {
	_, hosts := two(f)
	f.Add(frame(hosts[0].MAC, hosts[0], protocolTCP, tell(80, 1, 0, syn, "")))
	f.Add(frame(hosts[0].MAC, hosts[0], protocolTCP, tell(81, 1, 0, syn|fin, "x")))
	f.Add(frame(hosts[0].MAC, hosts[0], protocolUDP, make([]byte, 900)))
	f.Add(frame(hosts[0].MAC, hosts[0], protocolICMP, append([]byte{8}, make([]byte, 2000)...)))
	f.Add(slices.Concat([]byte{255, 255, 255, 255, 255, 255}, visitor[:], []byte{8, 6, 0, 1, 8, 0, 6, 4, 0, 1}, visitor[:], caller.AsSlice(), make([]byte, 6), hosts[1].Addr.AsSlice()))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, _ := two(t)
		c.answer(b, func(answer []byte) {
			if len(answer) < shortest || len(answer) > longest {
				t.Errorf("an answer of %d bytes", len(answer))
			}
		})
	})
}

// TestPulse: neither a slow beginning nor a long end change how fast a scan was.
func TestPulse(t *testing.T) {
	var p pulse
	if p.rate() != 0 {
		t.Error("nothing has a rate")
	}
	for at := time.Duration(0); at < 5*time.Second; at += time.Second {
		p.beat(at)
	}
	for at := 5 * time.Second; at < 7*time.Second; at += time.Millisecond {
		p.beat(at)
	}
	for at := 7 * time.Second; at < 30*time.Second; at += time.Second {
		p.beat(at)
	}
	p.beat(10 * time.Hour)
	if r := p.rate(); r < 950 || r > 1050 {
		t.Errorf("the rate is %.0f a second, want about 1000", r)
	}
}

func BenchmarkSYN(b *testing.B) {
	c, hosts := two(b)
	ask := frame(hosts[0].MAC, hosts[0], protocolTCP, tell(81, 1, 0, syn, ""))
	for b.Loop() {
		c.answer(ask, func([]byte) {})
	}
}
