package ports_test

import (
	"context"
	"errors"
	"maps"
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/discover/arp"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ports"
	"github.com/homesweep/homesweep/probes/wire"
)

// scope is the house's network but for one address, as reach's would be with a
// host that must not be probed.
func scope(h *house) func(netip.Addr) error {
	return func(a netip.Addr) error {
		if !h.link.Contains(a) || a == netip.MustParseAddr("10.77.0.66") {
			return errors.New("outside")
		}
		return nil
	}
}

// TestScansOfAHouse has both engines scan a station with two addresses, one
// that never answers, one that is gone and two that are out of scope.
func TestScansOfAHouse(t *testing.T) {
	t.Parallel()
	if !inNamespace(t) {
		return
	}
	h := newHouse(t, "10.77.0.10/24", "10.77.0.20/24", "10.77.0.66/24", "10.88.0.5/24")
	ghost, ghostMAC := netip.MustParseAddr("10.77.0.30"), lan.MAC{2, 0, 0, 0, 1, 30}
	h.wiretap(t, map[netip.Addr]lan.MAC{ghost: ghostMAC})
	h.listen(t, "10.77.0.66", 1)
	one, two := h.listen(t, "10.77.0.10", 5), h.listen(t, "10.77.0.20", 3)
	list := append(slices.Concat(one, two), ports.Short()[:6]...)
	slices.Sort(list)
	list = slices.Compact(list) // the kernel may choose one port at both addresses
	allow := scope(h)
	for _, e := range []ports.Engine{ports.NewRaw(ports.Options{Allow: allow}), ports.NewConnect(ports.Options{Allow: allow})} {
		var targets []ports.Target
		for a, mac := range map[string]lan.MAC{
			"10.77.0.10": h.mac(t), "10.77.0.20": h.mac(t), "10.77.0.66": h.mac(t), "10.88.0.5": h.mac(t),
			ghost.String(): ghostMAC,
			"10.77.0.99":   {}, // nobody has it; without a MAC even the raw engine connects
		} {
			targets = append(targets, ports.Target{Addr: netip.MustParseAddr(a), MAC: mac, Ports: list, Rate: 500})
		}
		got := map[string]ports.Result{}
		stats, err := e.Scan(until(t), h.link, targets, nil, func(x ports.Target, r ports.Result) { got[x.Addr.String()] = r })
		if err != nil || len(got) != len(targets) {
			t.Fatalf("%s: %d results, %v", e.Name(), len(got), err)
		}
		for a, want := range map[string][]uint16{"10.77.0.10": one, "10.77.0.20": two} {
			slices.Sort(want)
			if r := got[a]; !slices.Equal(r.Open, want) || r.Closed != len(list)-len(want) || r.Silent != 0 {
				t.Errorf("%s: %s has %v open, %+v", e.Name(), a, want, r)
			}
		}
		if r := got[ghost.String()]; r.Silent != len(list) || r.Closed != 0 || r.Open != nil {
			t.Errorf("%s: the silent one: %+v", e.Name(), r)
		}
		if r := got["10.77.0.99"]; !r.Unreachable || r.Open != nil || r.Closed != 0 {
			t.Errorf("%s: the one that is gone: %+v", e.Name(), r)
		}
		for _, a := range []string{"10.77.0.66", "10.88.0.5"} {
			if r := got[a]; r.Open != nil || r.Closed+r.Silent > 0 {
				t.Errorf("%s: out of scope, %s: %+v", e.Name(), a, r)
			}
		}
		t.Logf("%s: %+v", e.Name(), stats)
	}
	if list, all := h.outside(allow); len(list) > 0 || all < 60 {
		t.Errorf("%d frames captured, out of scope: %v", all, list)
	}
}

// TestHalfOpenIsCleared sees our kernel reset what a bare SYN left half open.
func TestHalfOpenIsCleared(t *testing.T) {
	if !inNamespace(t) {
		return
	}
	h := newHouse(t, "10.77.0.10/24")
	h.wiretap(t, nil)
	open := h.listen(t, "10.77.0.10", 1)
	_, err := ports.NewRaw(ports.Options{Allow: scope(h)}).Scan(until(t), h.link,
		[]ports.Target{{Addr: netip.MustParseAddr("10.77.0.10"), MAC: h.mac(t), Ports: open, Rate: 100}},
		nil, func(_ ports.Target, r ports.Result) {
			if !slices.Equal(r.Open, open) {
				t.Errorf("%+v", r)
			}
		})
	must(t, err)
	var asked uint32
	h.arrives(func(d *wire.Decoder) bool { asked = d.TCP.Seq; return d.TCP.SYN })
	h.arrives(func(d *wire.Decoder) bool { return d.TCP.RST && d.TCP.Seq == asked+1 })
}

// TestThousandPorts compares the engines and prints what each took.
func TestThousandPorts(t *testing.T) {
	if !inNamespace(t) {
		return
	}
	h := newHouse(t, "10.77.0.10/24")
	open := h.listen(t, "10.77.0.10", 20)
	slices.Sort(open)
	list := slices.Clone(open)
	for p := uint16(1); len(list) < 1000; p++ {
		list = append(list, p)
	}
	allow := scope(h)
	for _, e := range []ports.Engine{ports.NewRaw(ports.Options{Allow: allow}), ports.NewConnect(ports.Options{Allow: allow})} {
		start, cpu := time.Now(), spent(t)
		var got ports.Result
		stats, err := e.Scan(until(t), h.link,
			[]ports.Target{{Addr: netip.MustParseAddr("10.77.0.10"), MAC: h.mac(t), Ports: list, Rate: 1000}},
			nil, func(_ ports.Target, r ports.Result) { got = r })
		if err != nil || !slices.Equal(got.Open, open) || got.Closed != 980 || got.Silent != 0 {
			t.Errorf("%s: %d open, %d closed, %d silent, %v", e.Name(), len(got.Open), got.Closed, got.Silent, err)
		}
		t.Logf("%s: 1000 ports in %v, %v of CPU, %+v", e.Name(),
			time.Since(start).Round(time.Millisecond), (spent(t) - cpu).Round(time.Millisecond), stats)
	}
}

// spent is this process's CPU time by now.
func spent(t *testing.T) time.Duration {
	t.Helper()
	var u unix.Rusage
	must(t, unix.Getrusage(unix.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// TestSweepOfAHouse has the ARP source find a station's addresses and ghosts
// that mix their answers with frames that are meant to crash us.
func TestSweepOfAHouse(t *testing.T) {
	if !inNamespace(t) {
		return
	}
	h := newHouse(t, "10.77.0.10/24", "10.77.0.20/24", "10.77.0.66/24")
	ghosts := map[netip.Addr]lan.MAC{}
	for n := byte(100); n < 130; n++ {
		ghosts[netip.AddrFrom4([4]byte{10, 77, 0, n})] = lan.MAC{2, 0, 0, 0, 1, n}
	}
	h.wiretap(t, ghosts)
	allow := scope(h)
	start := time.Now()
	got := map[netip.Addr]lan.MAC{}
	if err := arp.New(allow).Discover(until(t), h.link, func(s lan.Sighting) {
		if _, twice := got[s.Addr]; twice {
			t.Errorf("%s seen twice", s.Addr)
		}
		got[s.Addr] = s.MAC
	}); err != nil {
		t.Fatal(err)
	}
	t.Logf("swept %s in %v", h.link.Prefixes[0], time.Since(start).Round(time.Millisecond))
	want := maps.Clone(ghosts) // the wiretap still reads its own
	want[netip.MustParseAddr("10.77.0.10")] = h.mac(t)
	want[netip.MustParseAddr("10.77.0.20")] = h.mac(t)
	for a, mac := range want {
		if got[a] != mac {
			t.Errorf("%s is %s, seen as %s", a, mac, got[a])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d seen, %d are there", len(got), len(want))
	}
	if list, all := h.outside(allow); len(list) > 0 || all < 253 {
		t.Errorf("%d frames captured, out of scope: %v", all, list)
	}
}

// hears waits a moment for the claim that mac holds addr.
func hears(t *testing.T, s *wire.Socket, addr netip.Addr, mac lan.MAC) bool {
	ctx, cancel := context.WithTimeout(until(t), 200*time.Millisecond)
	defer cancel()
	d := wire.NewDecoder()
	for {
		frame, err := s.Receive(ctx, make([]byte, 128))
		if errors.Is(err, context.DeadlineExceeded) {
			return false
		}
		must(t, err)
		if c, ok := d.Claim(frame); ok && c.Addr == addr && c.MAC == mac {
			return true
		}
	}
}

// TestRealSocket closes a real packet socket under a waiting receiver.
func TestRealSocket(t *testing.T) {
	if !inNamespace(t) {
		return
	}
	h := newHouse(t, "10.77.0.10/24")
	s, err := wire.Open(h.link, wire.ARP, nil, scope(h))
	must(t, err)
	frame, err := wire.NewBuilder(h.link).ARPRequest(h.link.Addrs[0], netip.MustParseAddr("10.77.0.10"), h.mac(t))
	must(t, err)
	answered := false
	for range 50 { // the pair may take a moment to carry frames
		must(t, s.Send(frame))
		if answered = hears(t, s, netip.MustParseAddr("10.77.0.10"), h.mac(t)); answered {
			break
		}
	}
	if !answered {
		t.Error("no answer")
	}
	ended := make(chan error)
	go func() {
		_, err := s.Receive(until(t), make([]byte, 128))
		ended <- err
	}()
	must(t, s.Close())
	if err := <-ended; !errors.Is(err, net.ErrClosed) {
		t.Errorf("closed: %v", err)
	}
	if _, err := s.Receive(until(t), make([]byte, 128)); !errors.Is(err, net.ErrClosed) {
		t.Errorf("after close: %v", err)
	}
	if _, err := wire.Open(lan.Link{Name: "gone0", Index: 4711}, wire.ARP, nil, scope(h)); err == nil {
		t.Error("opened on a link that is not there")
	}
}
