package ports

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/wire"
)

var house = lan.Link{
	Name: "test0", Index: 1, MTU: 1500, MAC: lan.MAC{2, 0, 0, 0, 0, 1},
	Prefixes: []netip.Prefix{
		netip.MustParsePrefix("192.168.1.0/24"), netip.MustParsePrefix("fd00::/64"), netip.MustParsePrefix("fe80::/64"),
		netip.MustParsePrefix("fd01::/64"), // where we have no address
	},
	Public: []netip.Prefix{netip.MustParsePrefix("2001:db8::/64")},
	Addrs:  []netip.Addr{us, netip.MustParseAddr("2001:db8::1"), us6, netip.MustParseAddr("fe80::1")},
}

// fakeSocket is a packet socket on a link whose hosts serve port 80 only.
type fakeSocket struct {
	mu      sync.Mutex
	n       int
	err     func(n int) error
	decoder *wire.Decoder
	frames  chan []byte
}

func newFakeSocket() *fakeSocket {
	return &fakeSocket{decoder: wire.NewDecoder(), frames: make(chan []byte, 1000)}
}

func (f *fakeSocket) Send(b []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.n++; f.err != nil {
		if err := f.err(f.n); err != nil {
			return err
		}
	}
	if _, err := f.decoder.Decode(b); err != nil {
		return err
	}
	tcp := f.decoder.TCP
	back := &layers.TCP{SrcPort: tcp.DstPort, DstPort: tcp.SrcPort, Ack: tcp.Seq + 1, ACK: true}
	if tcp.DstPort == 80 {
		back.SYN, back.Window = true, 1000
	} else {
		back.RST = true
	}
	var ip gopacket.SerializableLayer = &layers.IPv4{Version: 4, Protocol: layers.IPProtocolTCP, SrcIP: f.decoder.IPv4.DstIP, DstIP: f.decoder.IPv4.SrcIP}
	ether := f.decoder.Ethernet.EthernetType
	if ether == layers.EthernetTypeIPv6 {
		ip = &layers.IPv6{Version: 6, NextHeader: layers.IPProtocolTCP, SrcIP: f.decoder.IPv6.DstIP, DstIP: f.decoder.IPv6.SrcIP}
	}
	buf := gopacket.NewSerializeBuffer()
	err := gopacket.SerializeLayers(buf, gopacket.SerializeOptions{FixLengths: true},
		&layers.Ethernet{SrcMAC: f.decoder.Ethernet.DstMAC, DstMAC: f.decoder.Ethernet.SrcMAC, EthernetType: ether}, ip, back)
	f.frames <- buf.Bytes()
	return err
}

func (f *fakeSocket) Receive(ctx context.Context, buf []byte) ([]byte, error) {
	select {
	case b := <-f.frames:
		return buf[:copy(buf, b)], nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
func (f *fakeSocket) Drops() int   { return 3 }
func (f *fakeSocket) Close() error { return nil }

func rawOver(sock socket, err error) *raw {
	r := NewRaw(Options{Allow: anywhere}).(*raw)
	r.open = func(lan.Link, uint16, []bpf.RawInstruction) (socket, error) { return sock, err }
	return r
}

func TestRawOverAFakeLink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeSocket()
		f.err = func(n int) error {
			if n%5 == 0 {
				return unix.ENOBUFS
			}
			return nil
		}
		var targets []Target
		for n := range byte(20) {
			targets = append(targets, target(n+10, 1000, 22, 80, 443))
		}
		results := 0
		stats, err := rawOver(f, nil).Scan(t.Context(), house, targets, nil, func(x Target, r Result) {
			results++
			if !slices.Equal(r.Open, []uint16{80}) || r.Closed != 2 {
				t.Errorf("%s: %+v", x.Addr, r)
			}
		})
		if err != nil || results != 20 || stats.Sent != 60 || stats.Received != 60 || stats.Drops != 3 || stats.Requeued == 0 {
			t.Errorf("%d results, %+v, %v", results, stats, err)
		}
	})
}

// TestRawOverBothVersions asks IPv4 and IPv6 targets side by side, each over a
// socket of its own.
func TestRawOverBothVersions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opened := map[uint16]int{}
		r := rawOver(nil, nil)
		r.open = func(_ lan.Link, protocol uint16, _ []bpf.RawInstruction) (socket, error) {
			opened[protocol]++
			return newFakeSocket(), nil
		}
		targets := []Target{target(20, 1000, 80, 443)}
		for _, a := range []string{"fd00::20", "fe80::20%test0"} {
			targets = append(targets, Target{Addr: netip.MustParseAddr(a), MAC: lan.MAC{2}, Ports: []uint16{80, 443}, Rate: 1000})
		}
		results := 0
		stats, err := r.Scan(t.Context(), house, targets, nil, func(x Target, r Result) {
			results++
			if !slices.Equal(r.Open, []uint16{80}) || r.Closed != 1 {
				t.Errorf("%s: %+v", x.Addr, r)
			}
		})
		if err != nil || results != 3 || stats.Sent != 6 || stats.Drops != 6 || opened[wire.IPv4] != 1 || opened[wire.IPv6] != 1 {
			t.Errorf("%d results, %+v, %v, opened %v", results, stats, err, opened)
		}
		if _, err := r.Scan(t.Context(), house, targets[1:], nil, func(Target, Result) {}); err != nil || opened[wire.IPv4] != 1 {
			t.Errorf("IPv6 alone: %v, opened %v", err, opened)
		}
	})
}

// TestRawAndConnectTogether mixes targets of both engines; the race detector
// and the plain map see to it that done comes from one goroutine.
func TestRawAndConnectTogether(t *testing.T) {
	port, _ := listen(t, "127.0.0.1")
	targets := []Target{
		target(20, 1000, 80, 81),
		{Addr: netip.MustParseAddr("127.0.0.1"), Ports: []uint16{port}, Rate: 1000},
	}
	got := map[netip.Addr][]uint16{}
	asked := 0
	stats, err := rawOver(newFakeSocket(), nil).Scan(t.Context(), house, targets,
		func(n int) { asked += n }, func(t Target, r Result) { got[t.Addr] = r.Open })
	if err != nil || stats.Sent != 3 || asked != 3 {
		t.Errorf("%+v, %v", stats, err)
	}
	for addr, want := range map[netip.Addr]uint16{targets[0].Addr: 80, targets[1].Addr: port} {
		if !slices.Equal(got[addr], []uint16{want}) {
			t.Errorf("%s: open %v", addr, got[addr])
		}
	}
}

func TestDivide(t *testing.T) {
	with := func(addr string, mac lan.MAC) Target { return Target{Addr: netip.MustParseAddr(addr), MAC: mac} }
	mac := lan.MAC{2, 0, 0, 0, 0, 9}
	raw := []Target{
		with("192.168.1.9", mac), with("::ffff:192.168.1.10", mac), with("fe80::9", mac), with("fe80::9%test0", mac), with("fd00::9", mac),
	}
	others := []Target{
		with("192.168.1.9", lan.MAC{}), with("192.168.1.9", lan.MAC{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}),
		with("192.168.1.1", mac), with("192.168.2.9", mac), with("fe80::9", lan.MAC{}), with("fe80::1%test0", mac),
		with("fd01::9", mac), with("fd02::9", mac), with("2001:db8::9", mac),
	}
	a, b := divide(house, slices.Concat(raw, others))
	if fmt.Sprint(a) != fmt.Sprint(raw) || fmt.Sprint(b) != fmt.Sprint(others) {
		t.Errorf("raw %v, others %v", a, b)
	}
}

func TestRawFails(t *testing.T) {
	targets := []Target{target(20, 1000, 80)}
	refused := fmt.Errorf("no: %w", fs.ErrPermission)
	_, err := rawOver(nil, refused).Scan(t.Context(), house, targets, nil, func(Target, Result) { t.Error("done was called") })
	if !errors.Is(err, fs.ErrPermission) {
		t.Errorf("%v does not wrap fs.ErrPermission", err)
	}
	for _, c := range []struct{ err, want error }{
		{unix.ENETDOWN, unix.ENETDOWN}, {fmt.Errorf("%w: scope", wire.ErrRefused), nil},
	} {
		f, results := newFakeSocket(), 0
		f.err = func(int) error { return c.err }
		stats, err := rawOver(f, nil).Scan(t.Context(), house, targets, nil, func(_ Target, r Result) {
			if results++; r.Closed+r.Silent+len(r.Open) != 0 {
				t.Errorf("after %v: %+v", c.err, r)
			}
		})
		if !errors.Is(err, c.want) || c.want == nil && err != nil || results != 1 || stats.Sent != 0 {
			t.Errorf("after %v: %v, %d results, %+v", c.err, err, results, stats)
		}
	}
}
