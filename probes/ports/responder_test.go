package ports_test

import (
	"encoding/binary"
	"net"
	"net/netip"
	"slices"
	"sync"
	"testing"

	"github.com/mdlayher/packet"
	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ports"
	"github.com/homesweep/homesweep/probes/probetest/netns"
)

func TestMain(m *testing.M) { netns.Main(m) }

// reply is what a crafted device says to a SYN.
type reply byte

const (
	reset reply = iota
	accept
	nothing
	prohibited // by ICMP
	noPort     // the same
)

// responder answers ARP and TCP for devices that are only frames. Their kernel
// knows nothing of them, so that they may do what no kernel does.
type responder struct {
	conn    *packet.Conn
	mac     lan.MAC
	devices map[netip.Addr]func(port uint16) reply
}

// respond starts a responder at p's end. Everybody else's addresses are p's own.
func respond(tb testing.TB, p *netns.Peer, devices map[netip.Addr]func(port uint16) reply) {
	tb.Helper()
	r := &responder{mac: p.MAC, devices: devices}
	var err error
	p.Do(func() {
		var i *net.Interface
		if i, err = net.InterfaceByName("eth0"); err == nil {
			r.conn, err = packet.Listen(i, packet.Raw, unix.ETH_P_ALL, nil)
		}
	})
	if err != nil {
		tb.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(r.serve)
	tb.Cleanup(func() { r.conn.Close(); serving.Wait() })
}

func (r *responder) serve() {
	buf := make([]byte, 2048)
	for {
		n, _, err := r.conn.ReadFrom(buf)
		if err != nil {
			return
		}
		if back := r.answer(buf[:n]); back != nil {
			_, _ = r.conn.WriteTo(back, &packet.Addr{HardwareAddr: net.HardwareAddr(back[:6])})
		}
	}
}

// answer is the reply to frame, nil if there is none.
func (r *responder) answer(frame []byte) []byte {
	if len(frame) < 42 || [6]byte(frame[6:12]) == r.mac {
		return nil
	}
	switch kind := binary.BigEndian.Uint16(frame[12:]); {
	case kind == 0x0806 && frame[21] == 1 && r.devices[netip.AddrFrom4([4]byte(frame[38:42]))] != nil:
		back := slices.Concat(frame[6:12], r.mac[:], frame[12:20], []byte{0, 2}, r.mac[:], frame[38:42], frame[22:32])
		return append(back, make([]byte, 18)...)
	case kind == 0x0800 && len(frame) >= 54 && frame[23] == 6 && frame[47] == 0x02:
		device := r.devices[netip.AddrFrom4([4]byte(frame[30:34]))]
		if device == nil {
			return nil
		}
		return r.say(device(binary.BigEndian.Uint16(frame[36:])), frame)
	}
	return nil
}

func (r *responder) say(what reply, syn []byte) []byte {
	head := slices.Concat(syn[6:12], r.mac[:], syn[12:14], []byte{0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 6, 0, 0}, syn[30:34], syn[26:30])
	var body []byte
	switch what {
	case nothing:
		return nil
	case prohibited, noPort:
		head[23] = 1
		body = slices.Concat([]byte{3, map[reply]byte{prohibited: 13, noPort: 3}[what], 0, 0, 0, 0, 0, 0}, syn[14:42])
		binary.BigEndian.PutUint16(body[2:], checksum(body))
	default:
		ack := binary.BigEndian.AppendUint32(nil, binary.BigEndian.Uint32(syn[38:])+1)
		body = slices.Concat(syn[36:38], syn[34:36], []byte{0, 0, 0, 9}, ack, []byte{0x50, 0x14, 0, 0, 0, 0, 0, 0})
		if what == accept {
			body = append(body, 2, 4, 5, 0xb4)
			body[12], body[13], body[14] = 0x60, 0x12, 0x10
		}
		binary.BigEndian.PutUint16(body[16:], checksum(slices.Concat(head[26:34], []byte{0, 6, 0, byte(len(body))}, body)))
	}
	binary.BigEndian.PutUint16(head[16:], uint16(20+len(body)))
	binary.BigEndian.PutUint16(head[24:], checksum(head[14:34]))
	return append(head, body...)
}

// checksum is that of RFC 1071.
func checksum(b []byte) uint16 {
	sum := uint32(0)
	for ; len(b) > 1; b = b[2:] {
		sum += uint32(b[0])<<8 | uint32(b[1])
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}

// TestEnginesAgree has both engines scan devices of every kind.
func TestEnginesAgree(t *testing.T) {
	t.Parallel()
	p := netns.New(t, "agree0", "192.0.2.1/24", "192.0.2.9/24")
	addr := func(n byte) netip.Addr { return netip.AddrFrom4([4]byte{192, 0, 2, n}) }
	open := map[uint16]bool{80: true, 443: true, 62078: true}
	serving := func(rest reply) func(uint16) reply {
		return func(port uint16) reply {
			if open[port] {
				return accept
			}
			return rest
		}
	}
	respond(t, p, map[netip.Addr]func(uint16) reply{
		addr(10): serving(reset), addr(11): serving(nothing), addr(12): serving(prohibited), addr(13): serving(noPort),
		addr(14): func(uint16) reply { return accept }, addr(15): func(uint16) reply { return nothing },
		addr(16): func(uint16) reply { return prohibited },
	})
	var l net.Listener
	var err error
	p.Do(func() { l, err = net.Listen("tcp4", "192.0.2.9:8080") })
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	list, three := ports.Home()[:60], []uint16{80, 443, 62078}
	rest := len(list) - len(three)
	want := map[byte]ports.Result{
		9: {Open: []uint16{8080}, Closed: len(list) - 1}, 10: {Open: three, Closed: rest}, 11: {Open: three, Silent: rest},
		12: {Open: three, Filtered: rest}, 13: {Open: three, Closed: rest}, 14: {Everything: true},
		15: {Silent: len(list)}, 16: {Filtered: len(list)},
	}
	o := ports.Options{Allow: func(netip.Addr) error { return nil }}
	for _, e := range []ports.Engine{ports.NewRaw(o), ports.NewConnect(o)} {
		var targets []ports.Target
		for n := range want {
			targets = append(targets, ports.Target{Addr: addr(n), MAC: p.MAC, Ports: list, Rate: 400, AtOnce: 4})
		}
		stats, err := e.Scan(t.Context(), p.Link, targets, nil, func(x ports.Target, r ports.Result) {
			w := want[x.Addr.As4()[3]]
			if r.Everything {
				r.Closed, r.Silent = 0, 0
			}
			if !slices.Equal(r.Open, w.Open) || r.Closed != w.Closed || r.Filtered != w.Filtered || r.Silent != w.Silent ||
				r.Everything != w.Everything || r.Unreachable || r.Suffered {
				t.Errorf("%s: %s is %+v, want %+v", e.Name(), x.Addr, r, w)
			}
		})
		if err != nil {
			t.Errorf("%s: %v", e.Name(), err)
		}
		t.Logf("%s: %+v", e.Name(), stats)
	}
}

// BenchmarkRaw is how many questions a second the raw engine asks of 250 devices
// that refuse all but two ports, at the fast pace's ceiling and without one.
func BenchmarkRaw(b *testing.B) {
	p := netns.New(b, "bench0", "198.18.0.1/24")
	devices := map[netip.Addr]func(uint16) reply{}
	var targets []ports.Target
	for n := range byte(250) {
		addr := netip.AddrFrom4([4]byte{198, 18, 0, n + 2})
		devices[addr] = func(port uint16) reply { return map[bool]reply{true: accept}[port == 80 || port == 62078] }
		targets = append(targets, ports.Target{Addr: addr, MAC: p.MAC, Ports: ports.Home(), Rate: 400})
	}
	respond(b, p, devices)
	sent, drops, missed := 0, 0, 0
	for b.Loop() {
		stats, err := ports.NewRaw(ports.Options{Allow: func(netip.Addr) error { return nil }, Pace: lan.Fast}).Scan(b.Context(), p.Link, targets, nil,
			func(_ ports.Target, r ports.Result) {
				if !slices.Equal(r.Open, []uint16{80, 62078}) {
					missed++
				}
			})
		if err != nil {
			b.Fatal(err)
		}
		sent, drops = sent+stats.Sent, drops+stats.Drops
	}
	b.ReportMetric(float64(sent)/b.Elapsed().Seconds(), "questions/s")
	b.ReportMetric(float64(drops)/float64(b.N), "drops/op")
	b.ReportMetric(float64(missed)/float64(b.N), "missed/op")
}
