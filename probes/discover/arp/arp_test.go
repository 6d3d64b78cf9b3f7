package arp

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/wire"
)

var _ probes.Source = (*Source)(nil)

var home = lan.Link{
	Name: "test0", Index: 1, MTU: 1500, MAC: lan.MAC{2, 0, 0, 0, 0, 1},
	Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24"), netip.MustParsePrefix("fd00::/64")},
	Addrs:    []netip.Addr{netip.MustParseAddr("192.168.1.1"), netip.MustParseAddr("fd00::1")},
}

func anywhere(netip.Addr) error { return nil }

// fakeLink is a socket on a network whose answers are given by a function of
// the address asked for.
type fakeLink struct {
	answers func(asked netip.Addr, time int) [][]byte
	sendErr error
	asked   []netip.Addr
	at      []time.Time
	frames  chan []byte
}

func newFakeLink(answers func(netip.Addr, int) [][]byte) *fakeLink {
	return &fakeLink{answers: answers}
}

// open is a Source's; the channel must belong to the bubble that the sweep runs in.
func (f *fakeLink) open(lan.Link) (socket, error) {
	f.frames = make(chan []byte, 4096)
	return f, nil
}

func (f *fakeLink) Send(frame []byte) error {
	if f.sendErr != nil {
		return f.sendErr
	}
	to, err := wire.Destination(frame)
	if err != nil {
		return err
	}
	f.asked, f.at = append(f.asked, to), append(f.at, time.Now())
	times := 0
	for _, a := range f.asked {
		if a == to {
			times++
		}
	}
	for _, answer := range f.answers(to, times) {
		f.frames <- answer
	}
	return nil
}

func (f *fakeLink) Receive(ctx context.Context, buf []byte) ([]byte, error) {
	select {
	case frame := <-f.frames:
		return buf[:copy(buf, frame)], nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
func (f *fakeLink) Close() error { return nil }

// says is an ARP message from the holder of an address.
func says(op uint16, mac lan.MAC, from, about string) []byte {
	ip := func(s string) []byte { return netip.MustParseAddr(s).AsSlice() }
	buf := gopacket.NewSerializeBuffer()
	err := gopacket.SerializeLayers(buf, gopacket.SerializeOptions{FixLengths: true},
		&layers.Ethernet{SrcMAC: mac[:], DstMAC: home.MAC[:], EthernetType: layers.EthernetTypeARP},
		&layers.ARP{AddrType: 1, Protocol: 0x0800, Operation: op,
			SourceHwAddress: mac[:], SourceProtAddress: ip(from), DstHwAddress: home.MAC[:], DstProtAddress: ip(about)})
	if err != nil {
		panic(err)
	}
	return buf.Bytes()
}

func reply(mac lan.MAC, from netip.Addr) []byte {
	return says(layers.ARPReply, mac, from.String(), "192.168.1.1")
}

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }

func mac(n byte) lan.MAC { return lan.MAC{2, 0, 0, 0, 1, n} }

// sweep runs a source over a fake link in a bubble of its own time.
func sweep(t *testing.T, link lan.Link, f *fakeLink, opts ...Option) (seen []lan.Sighting, took time.Duration, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := New(anywhere, opts...)
		s.open = f.open
		start := time.Now()
		err = s.Discover(t.Context(), link, func(x lan.Sighting) { seen = append(seen, x) })
		took = time.Since(start)
	})
	return seen, took, err
}

func TestSweep(t *testing.T) {
	f := newFakeLink(func(a netip.Addr, times int) [][]byte {
		switch {
		case a == addr("192.168.1.20"):
			return [][]byte{reply(mac(20), a), reply(mac(20), a)}
		case a == addr("192.168.1.30") && times == 2: // asleep at first
			return [][]byte{reply(mac(30), a)}
		case a == addr("192.168.1.40"): // two claim it
			return [][]byte{reply(mac(40), a), reply(mac(41), a)}
		case a == addr("192.168.1.50"): // somebody else speaks meanwhile
			return [][]byte{says(layers.ARPRequest, mac(60), "192.168.1.60", "192.168.1.1")}
		}
		return nil
	})
	seen, took, err := sweep(t, home, f)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range seen {
		if s.Source != "arp" || s.Link != "test0" || s.At.IsZero() {
			t.Errorf("%+v", s)
		}
		got = append(got, s.MAC.String()+" "+s.Addr.String())
	}
	slices.Sort(got)
	want := []string{
		"02:00:00:00:01:14 192.168.1.20", "02:00:00:00:01:1e 192.168.1.30", "02:00:00:00:01:28 192.168.1.40",
		"02:00:00:00:01:29 192.168.1.40", "02:00:00:00:01:3c 192.168.1.60",
	}
	if !slices.Equal(got, want) {
		t.Errorf("saw\n%q, want\n%q", got, want)
	}
	if n := len(f.asked); n != 253+250 { // the three that answered or spoke are not asked again
		t.Errorf("%d questions", n)
	}
	if want := 503*time.Second/brisk + linger; took > want || took < want-50*time.Millisecond || took > 1200*time.Millisecond {
		t.Errorf("took %v, the pace makes it %v", took, want)
	}
	for i := range f.at {
		if gone, due := f.at[i].Sub(f.at[0]), time.Duration(i-burst)*time.Second/brisk; gone < due-time.Millisecond {
			t.Fatalf("question %d left after %v, before its turn at %v", i, gone, due)
		}
	}
	for _, edge := range []string{"192.168.1.0", "192.168.1.1", "192.168.1.255"} {
		if slices.Contains(f.asked, addr(edge)) {
			t.Errorf("asked %s", edge)
		}
	}
}

func TestWideNetworksAreAskedSlowly(t *testing.T) {
	link := home
	link.Prefixes = []netip.Prefix{netip.MustParsePrefix("192.168.0.0/22")}
	f := newFakeLink(func(netip.Addr, int) [][]byte { return nil })
	_, took, err := sweep(t, link, f)
	if want := 2*1021*time.Second/polite + linger; err != nil || len(f.asked) != 2*1021 || took > want || took < want-50*time.Millisecond {
		t.Errorf("%d questions in %v, %v", len(f.asked), took, err)
	}
}

func TestSightingsComeBeforeTheEnd(t *testing.T) {
	link := home
	link.Prefixes = []netip.Prefix{netip.MustParsePrefix("192.168.0.0/22")}
	f := newFakeLink(func(a netip.Addr, _ int) [][]byte {
		if a == addr("192.168.0.2") {
			return [][]byte{reply(mac(2), a)}
		}
		return nil
	})
	synctest.Test(t, func(t *testing.T) {
		s := New(anywhere)
		s.open = f.open
		start, when := time.Now(), time.Duration(0)
		if err := s.Discover(t.Context(), link, func(lan.Sighting) { when = time.Since(start) }); err != nil {
			t.Fatal(err)
		}
		if when == 0 || when > 3*ripeAfter/2 {
			t.Errorf("seen after %v", when)
		}
	})
}

func TestFreshAreNotAsked(t *testing.T) {
	f := newFakeLink(func(netip.Addr, int) [][]byte { return nil })
	only := addr("192.168.1.77")
	if _, _, err := sweep(t, home, f, Fresh(func(a netip.Addr) bool { return a != only })); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(f.asked, []netip.Addr{only, only}) {
		t.Errorf("asked %v", f.asked)
	}
}

func TestHostileFrames(t *testing.T) {
	long := reply(mac(9), addr("192.168.1.9"))
	long[18] = 255
	group := lan.MAC{3, 0, 0, 0, 0, 9}
	bad := [][]byte{
		long, nil, {1, 2, 3},
		reply(group, addr("192.168.1.9")), reply(lan.MAC{}, addr("192.168.1.9")),
		reply(mac(9), addr("0.0.0.0")), reply(mac(9), addr("8.8.8.8")), reply(mac(9), addr("192.168.1.255")),
		reply(mac(9), home.Addrs[0]), reply(home.MAC, addr("192.168.1.9")),
	}
	f := newFakeLink(func(a netip.Addr, _ int) [][]byte {
		if a == addr("192.168.1.5") {
			return append(slices.Clone(bad), reply(mac(5), a))
		}
		return nil
	})
	seen, _, err := sweep(t, home, f)
	if err != nil || len(seen) != 1 || seen[0].MAC != mac(5) {
		t.Errorf("saw %+v, %v", seen, err)
	}
}

func TestProxy(t *testing.T) {
	f := newFakeLink(func(a netip.Addr, _ int) [][]byte {
		answers := [][]byte{reply(mac(99), a)} // answers for everybody
		if a.As4()[3] <= 10 {
			answers = append(answers, reply(mac(7), a)) // one device, nine addresses
		}
		return answers
	})
	seen, _, err := sweep(t, home, f)
	if err != nil {
		t.Fatal(err)
	}
	proxies, mine := 0, 0
	for _, s := range seen {
		switch s.MAC {
		case mac(99):
			proxies++
			if s.Addr.IsValid() || s.Heard[Proxy] != strconv.Itoa(253) {
				t.Errorf("proxy seen as %+v", s)
			}
		case mac(7):
			mine++
		}
	}
	if proxies != 1 || mine != 9 {
		t.Errorf("%d sightings of the proxy, %d of the device with nine addresses", proxies, mine)
	}
}

func TestFloodIsBounded(t *testing.T) {
	tab := newTable(lan.Link{Prefixes: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}, anywhere, 1022)
	a := addr("10.0.0.1")
	for range 3 * maxClaims {
		tab.note(wire.Claim{MAC: mac(1), Source: mac(1), Addr: a}, time.Time{})
		a = a.Next()
	}
	if n := len(tab.byMAC[mac(1)]); n != maxClaims {
		t.Errorf("%d claims kept", n)
	}
}

func TestAddresses(t *testing.T) {
	for name, c := range map[string]struct {
		own, prefix string
		want        int
		first       string
	}{
		"a /24":             {"192.168.1.1", "192.168.1.0/24", 253, "192.168.1.2"},
		"a /22":             {"10.0.4.1", "10.0.4.0/22", 1021, "10.0.4.2"},
		"only near us":      {"10.1.9.9", "10.0.0.0/8", 1023, "10.1.8.0"},
		"a /31":             {"10.0.0.0", "10.0.0.0/31", 1, "10.0.0.1"},
		"a /30":             {"10.0.0.1", "10.0.0.0/30", 1, "10.0.0.2"},
		"no address of own": {"10.0.0.1", "192.168.1.0/24", 0, ""},
		"IPv6":              {"fd00::1", "fd00::/64", 0, ""},
	} {
		link := lan.Link{Prefixes: []netip.Prefix{netip.MustParsePrefix(c.prefix)}, Addrs: []netip.Addr{addr(c.own)}}
		got := addresses(link, anywhere)
		if len(got) != c.want || c.want > 0 && got[0] != addr(c.first) {
			t.Errorf("%s: %d addresses, %v", name, len(got), got[:min(len(got), 2)])
		}
	}
	whole := []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24")}
	for part, want := range map[string]int{ // of a network whose 192.168.1.1 we are
		"192.168.1.20/32": 1, "192.168.1.16/30": 4, "192.168.1.64/26": 64, "192.168.1.0/26": 62, "192.168.1.192/26": 63,
	} {
		link := lan.Link{Networks: whole, Prefixes: []netip.Prefix{netip.MustParsePrefix(part)}, Addrs: home.Addrs}
		if got := addresses(link, anywhere); len(got) != want {
			t.Errorf("%s of %s: %d addresses, want %d", part, whole[0], len(got), want)
		}
		if tab := newTable(link, anywhere, want); !tab.host(link.Prefixes[0].Addr().Next()) && part != "192.168.1.0/26" && want > 1 {
			t.Errorf("%s: an answer from inside is not believed", part)
		}
	}
	none := addresses(home, func(netip.Addr) error { return probes.ErrScope })
	if len(none) != 0 {
		t.Errorf("%d addresses out of scope", len(none))
	}
}

func TestErrors(t *testing.T) {
	s := New(anywhere)
	s.open = func(lan.Link) (socket, error) { return nil, &net.OpError{Op: "listen", Err: unix.EPERM} }
	if err := s.Discover(t.Context(), home, nil); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("%v does not wrap fs.ErrPermission", err)
	}
	f := newFakeLink(nil)
	f.sendErr = unix.ENETDOWN
	if _, _, err := sweep(t, home, f); !errors.Is(err, unix.ENETDOWN) {
		t.Errorf("link down: %v", err)
	}
	f.sendErr = wire.ErrRefused
	if _, _, err := sweep(t, home, f); err != nil {
		t.Errorf("scope changed meanwhile: %v", err)
	}
	if err := New(anywhere).Discover(t.Context(), lan.Link{Name: "v6only"}, nil); err != nil {
		t.Errorf("a link without IPv4: %v", err)
	}
}

func TestEndOfContextKeepsWhatWasHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		f := newFakeLink(func(a netip.Addr, _ int) [][]byte {
			if a == addr("192.168.1.60") {
				cancel()
			}
			return [][]byte{reply(mac(a.As4()[3]), a)}
		})
		s := New(anywhere)
		s.open = f.open
		var seen []lan.Sighting
		if err := s.Discover(ctx, home, func(x lan.Sighting) { seen = append(seen, x) }); err != nil {
			t.Fatal(err)
		}
		if len(seen) < 40 || len(f.asked) > 59 {
			t.Errorf("%d seen of %d asked", len(seen), len(f.asked))
		}
	})
}

func FuzzNote(f *testing.F) {
	f.Add(reply(mac(9), addr("192.168.1.9")))
	long := reply(mac(9), addr("192.168.1.9"))
	long[18] = 255
	f.Add(long)
	decoder := wire.NewDecoder()
	f.Fuzz(func(t *testing.T, frame []byte) {
		tab := newTable(home, anywhere, 253)
		if claim, ok := decoder.Claim(frame); ok {
			tab.note(claim, time.Time{})
		}
		for _, s := range tab.rest() {
			if !home.Contains(s.Addr) || s.MAC.IsGroup() || s.MAC.IsZero() {
				t.Errorf("believed %+v", s)
			}
		}
	})
}

func TestGroupsAreNoDevices(t *testing.T) {
	group := lan.MAC{3, 0, 0, 0, 0, 9}
	for _, c := range []wire.Claim{
		{MAC: group, Source: mac(9), Addr: addr("192.168.1.9")},
		{MAC: mac(9), Source: group, Addr: addr("192.168.1.9")},
	} {
		tab := newTable(home, anywhere, 253)
		tab.note(c, time.Time{})
		if seen := tab.rest(); len(seen) != 0 {
			t.Errorf("believed %+v", seen)
		}
	}
}
