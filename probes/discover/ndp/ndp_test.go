package ndp

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net"
	"net/netip"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/discover/neigh"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest/netns"
	"github.com/homesweep/homesweep/probes/wire"
)

func TestMain(m *testing.M) { netns.Main(m) }

var _ probes.Source = (*Source)(nil)

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }

func mac(n byte) lan.MAC { return lan.MAC{2, 0, 0, 0, 1, n} }

func prefixes(list ...string) (all []netip.Prefix) {
	for _, p := range list {
		all = append(all, netip.MustParsePrefix(p))
	}
	return all
}

var home = lan.Link{
	Name: "test0", Index: 1, MTU: 1500, MAC: mac(1),
	Prefixes: prefixes("192.168.1.0/24", "fe80::/64", "fd00::/64"),
	Public:   prefixes("2001:db8::/64"),
	Addrs:    []netip.Addr{addr("192.168.1.1"), addr("fd00::1"), addr("2001:db8::1"), addr("fe80::1")},
}

// scope is what reach would allow: what is on the link and not public.
func scope(a netip.Addr) error {
	if !home.Contains(a) || a == addr("fe80::66") {
		return probes.ErrScope
	}
	return nil
}

func noTable(lan.Link) ([]neigh.Entry, error) { return nil, nil }

// says is an ICMPv6 message; MLD reports get their router alert.
func says(from lan.MAC, src, dst string, hops, kind uint8, message gopacket.SerializableLayer) []byte {
	ip := &layers.IPv6{Version: 6, HopLimit: hops, NextHeader: layers.IPProtocolICMPv6, SrcIP: addr(src).AsSlice(), DstIP: addr(dst).AsSlice()}
	if kind == 131 || kind == 143 {
		ip.HopByHop = &layers.IPv6HopByHop{Options: []*layers.IPv6HopByHopOption{{OptionType: 5, OptionData: []byte{0, 0}}, {OptionType: 1}}}
		ip.HopByHop.NextHeader = layers.IPProtocolICMPv6
	}
	head := &layers.ICMPv6{TypeCode: layers.CreateICMPv6TypeCode(kind, 0)}
	_ = head.SetNetworkLayerForChecksum(ip)
	buf := gopacket.NewSerializeBuffer()
	err := gopacket.SerializeLayers(buf, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true},
		&layers.Ethernet{SrcMAC: from[:], DstMAC: home.MAC[:], EthernetType: layers.EthernetTypeIPv6}, ip, head, message)
	if err != nil {
		panic(err)
	}
	return bytes.Clone(buf.Bytes())
}

func echo(from lan.MAC, src string) []byte {
	return says(from, src, "fe80::1", 64, 129, gopacket.Payload{0, 0, 0, 0})
}

func report(from lan.MAC, src string) []byte {
	return says(from, src, "ff02::16", 1, 143, gopacket.Payload(make([]byte, 24)))
}

// advertises is of target, with the hardware address that it names.
func advertises(from lan.MAC, src, target string, flags uint8, named lan.MAC) []byte {
	return says(from, src, "fe80::1", 255, 136, &layers.ICMPv6NeighborAdvertisement{
		TargetAddress: addr(target).AsSlice(), Flags: flags, Options: layers.ICMPv6Options{{Type: layers.ICMPv6OptTargetAddress, Data: named[:]}},
	})
}

// wants is duplicate address detection of target.
func wants(from lan.MAC, target, group string) []byte {
	return says(from, "::", group, 255, 135, &layers.ICMPv6NeighborSolicitation{TargetAddress: addr(target).AsSlice()})
}

// fakeLink answers questions by a function of where they go.
type fakeLink struct {
	answers func(to netip.Addr, n int) [][]byte
	sendErr error
	allow   func(netip.Addr) error
	asked   []netip.Addr
	sent    [][]byte
	at      []time.Time
	frames  chan []byte
}

func (f *fakeLink) Send(frame []byte) error {
	to, err := wire.Destination(frame)
	if err == nil && f.allow(to) != nil {
		err = wire.ErrRefused
	}
	if err != nil || f.sendErr != nil {
		return errors.Join(err, f.sendErr)
	}
	f.asked, f.at, f.sent = append(f.asked, to), append(f.at, time.Now()), append(f.sent, bytes.Clone(frame))
	if f.answers != nil {
		for _, a := range f.answers(to, len(f.asked)) {
			f.frames <- a
		}
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

// sweep runs a source over a fake link in a bubble of its own time.
func sweep(t *testing.T, link lan.Link, f *fakeLink, opts ...Option) (seen []lan.Sighting, took time.Duration, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := New(scope, append([]Option{Table(noTable)}, opts...)...)
		s.open = func(_ lan.Link, allow func(netip.Addr) error) (socket, error) {
			f.allow, f.frames = allow, make(chan []byte, 4096)
			return f, nil
		}
		start := time.Now()
		err = s.Discover(t.Context(), link, func(x lan.Sighting) { seen = append(seen, x) })
		took = time.Since(start)
	})
	return seen, took, err
}

func TestSweep(t *testing.T) {
	f := &fakeLink{answers: func(to netip.Addr, n int) [][]byte {
		if n != 1 {
			return nil
		}
		return [][]byte{
			echo(mac(20), "fe80::20"), echo(mac(20), "fe80::20"), report(mac(20), "fe80::20"),
			report(mac(21), "fe80::21"),                              // answers no pings
			echo(mac(22), "2001:db8::22"), echo(mac(22), "fd00::22"), // public, and unique local
			advertises(mac(23), "fe80::23", "fe80::23", 0x80, mac(23)), // a router
			advertises(mac(24), "fe80::24", "fe80::25", 0x20, mac(99)), // names another station
			wants(mac(26), "fd00::26", "ff02::1:ff00:26"),              // about to use it
			echo(mac(27), "fd01::27"), echo(mac(28), "2001:db9::28"),   // on none of the link's networks
			echo(mac(29), "fe80::1"), echo(home.MAC, "fe80::30"), // as ourselves
			advertises(mac(31), "fe80::31", "fe80::32", 0x20, home.MAC),          // in our name
			advertises(home.MAC, "fe80::33", "fe80::33", 0x20, mac(33)), {}, {1}, // from our own address
		}
	}}
	seen, took, err := sweep(t, home, f)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range seen {
		if s.Source != "ndp" || s.Link != "test0" || s.At.IsZero() {
			t.Errorf("%+v", s)
		}
		line := s.MAC.String()[12:] + " " + s.Addr.String()
		if s.Claim {
			line += " claim"
		}
		got = append(got, line+s.Heard[Router])
	}
	slices.Sort(got)
	want := []string{
		"01:14 fe80::20", "01:15 fe80::21", "01:16 2001:db8::22", "01:16 fd00::22", "01:17 fe80::23yes",
		"01:1a fd00::26", "01:63 fe80::25 claim",
	}
	if !slices.Equal(got, want) {
		t.Errorf("saw\n%q, want\n%q", got, want)
	}
	if took != whole {
		t.Errorf("took %v", took)
	}
	if want := slices.Repeat([]netip.Addr{wire.AllNodes}, 4); !slices.Equal(f.asked, want) {
		t.Errorf("asked %v", f.asked)
	}
	for i, from := range []string{"fe80::1", "fe80::1", "fd00::1", "2001:db8::1"} {
		if src, _ := netip.AddrFromSlice(f.sent[i][22:38]); src != addr(from) {
			t.Errorf("question %d comes from %s, want %s", i, src, from)
		}
	}
}

func TestNeighboursAreConfirmed(t *testing.T) {
	entry := func(a string, m lan.MAC, state neigh.State) neigh.Entry {
		return neigh.Entry{Addr: addr(a), MAC: m, State: state}
	}
	table := []neigh.Entry{
		entry("fe80::20", mac(20), unix.NUD_STALE), entry("fd00::20", mac(20), unix.NUD_PROBE),
		entry("fe80::21", mac(21), unix.NUD_REACHABLE), entry("fe80::22", mac(22), unix.NUD_FAILED),
		entry("fe80::23", lan.MAC{}, unix.NUD_INCOMPLETE), entry("2001:db8::20", mac(20), unix.NUD_STALE),
		entry("192.168.1.20", mac(20), unix.NUD_STALE), entry("fe80::66", mac(66), unix.NUD_STALE),
	}
	f := &fakeLink{}
	if _, _, err := sweep(t, home, f, Table(func(lan.Link) ([]neigh.Entry, error) { return table, nil })); err != nil {
		t.Fatal(err)
	}
	if want := []netip.Addr{addr("fe80::20"), addr("fd00::20")}; !slices.Equal(f.asked[4:], want) {
		t.Errorf("asked %v, want %v", f.asked[4:], want)
	}
	for _, frame := range f.sent[4:] {
		if m, _ := lan.MACFrom(frame[:6]); m != mac(20) {
			t.Errorf("all were asked, not %s: %s", mac(20), m)
		}
	}

	var many []neigh.Entry
	a := addr("fe80::1000")
	for range 3 * maxAsked {
		many = append(many, neigh.Entry{Addr: a, MAC: mac(9), State: unix.NUD_STALE})
		a = a.Next()
	}
	f = &fakeLink{}
	if _, took, err := sweep(t, home, f, Table(func(lan.Link) ([]neigh.Entry, error) { return many, nil })); err != nil || took != whole {
		t.Errorf("took %v, %v", took, err)
	}
	if n := len(f.asked); n != 4+maxAsked {
		t.Errorf("%d questions", n)
	}
	for i, at := range f.at[4:] {
		if gone, due := at.Sub(f.at[4]), time.Duration(i-burst)*time.Second/perSecond; gone < due-time.Millisecond {
			t.Fatalf("question %d left after %v, before its turn at %v", i, gone, due)
		}
	}
	if last := f.at[len(f.at)-1].Sub(f.at[0]); whole-last < 200*time.Millisecond {
		t.Errorf("the last question leaves %v for its answer", whole-last)
	}
}

// TestScopeIsAskedAgain has the owner's wish to leave a neighbour alone come when
// the questions are already made.
func TestScopeIsAskedAgain(t *testing.T) {
	table := Table(func(lan.Link) ([]neigh.Entry, error) {
		return []neigh.Entry{{Addr: addr("fe80::20"), MAC: mac(20), State: unix.NUD_STALE}}, nil
	})
	calls := 0
	f := &fakeLink{}
	_, _, err := sweep(t, home, f, table, func(s *Source) {
		s.allow = func(a netip.Addr) error {
			if calls++; calls > 1 {
				return probes.ErrScope
			}
			return nil
		}
	})
	if err != nil || calls != 2 || slices.Contains(f.asked, addr("fe80::20")) {
		t.Errorf("asked %v after %d calls, %v", f.asked, calls, err)
	}
}

func TestPartsOfALink(t *testing.T) {
	with := func(addrs []netip.Addr, prefix ...string) lan.Link {
		l := home
		l.Addrs, l.Prefixes, l.Public = addrs, prefixes(prefix...), nil
		return l
	}
	all := wire.AllNodes
	for name, c := range map[string]struct {
		link lan.Link
		want []netip.Addr
	}{
		"no IPv6":               {with([]netip.Addr{addr("192.168.1.1")}, "192.168.1.0/24"), nil},
		"no link-local":         {with([]netip.Addr{addr("fd00::1")}, "fd00::/64"), nil},
		"IPv4 only in scope":    {with(home.Addrs, "192.168.1.0/24"), nil},
		"unique local in scope": {with(home.Addrs, "fd00::/64"), []netip.Addr{all}},
		"one address in scope":  {with(home.Addrs, "fd00::20/128"), []netip.Addr{addr("fd00::20")}},
		"our own address":       {with(home.Addrs, "fd00::1/128"), []netip.Addr{all}},
	} {
		f := &fakeLink{}
		_, took, err := sweep(t, c.link, f)
		if err != nil || !slices.Equal(f.asked, c.want) || c.want == nil && took != 0 {
			t.Errorf("%s: asked %v, want %v; %v, %v", name, f.asked, c.want, took, err)
		}
	}
	many := home
	for n := range byte(9) {
		p := netip.PrefixFrom(netip.AddrFrom16([16]byte{0: 0xfd, 7: n + 1, 15: 1}), 64)
		many.Addrs, many.Prefixes = append(many.Addrs, p.Addr(), p.Addr().Next()), append(many.Prefixes, p.Masked())
	}
	if from := voices(many); len(from) != maxEchoes || from[0] != addr("fe80::1") {
		t.Errorf("asks from %v", from)
	}
}

func TestFloodIsBounded(t *testing.T) {
	tab := newTable(home)
	a, told := addr("fe80::1000"), 0
	for n := range 40_000 {
		from := lan.MAC{2, 0, 1, byte(n >> 16), byte(n >> 8), byte(n)}
		if n < 100 {
			from = mac(66)
		}
		if tab.news(lan.Sighting{MAC: from, Addr: a}) {
			told++
		}
		if n == 99 && told != maxHeld {
			t.Errorf("%d of one station", told)
		}
		a = a.Next()
	}
	if told != maxTold || len(tab.held) > maxTold {
		t.Errorf("%d told, %d stations", told, len(tab.held))
	}
}

func TestErrors(t *testing.T) {
	s := New(scope, Table(noTable))
	s.open = func(lan.Link, func(netip.Addr) error) (socket, error) {
		return nil, &net.OpError{Op: "listen", Err: unix.EPERM}
	}
	if err := s.Discover(t.Context(), home, nil); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("%v does not wrap fs.ErrPermission", err)
	}
	f := &fakeLink{sendErr: unix.ENETDOWN}
	if _, _, err := sweep(t, home, f); !errors.Is(err, unix.ENETDOWN) {
		t.Errorf("link down: %v", err)
	}
	f = &fakeLink{sendErr: wire.ErrRefused}
	if _, _, err := sweep(t, home, f); err != nil {
		t.Errorf("scope changed meanwhile: %v", err)
	}
	f = &fakeLink{sendErr: unix.ENOBUFS}
	if _, took, err := sweep(t, home, f); !errors.Is(err, unix.ENOBUFS) || took > whole {
		t.Errorf("queue full for good: %v after %v", err, took)
	}
	broken := func(lan.Link) ([]neigh.Entry, error) { return nil, unix.EIO }
	if _, _, err := sweep(t, home, &fakeLink{}, Table(broken)); err != nil {
		t.Errorf("no table: %v", err)
	}
}

func TestFilter(t *testing.T) {
	vm, err := bpf.NewVM(filter)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		frame []byte
		want  bool
	}{
		"echo reply":    {echo(mac(2), "fe80::2"), true},
		"echo request":  {says(mac(2), "fe80::2", "fe80::1", 64, 128, gopacket.Payload{0, 0, 0, 0}), false},
		"solicitation":  {wants(mac(2), "fe80::2", "ff02::1:ff00:2"), true},
		"advertisement": {advertises(mac(2), "fe80::2", "fe80::2", 0, mac(2)), true},
		"router's call": {says(mac(2), "fe80::2", "ff02::2", 255, 133, gopacket.Payload(make([]byte, 4))), true},
		"router":        {says(mac(2), "fe80::2", "ff02::1", 255, 134, gopacket.Payload(make([]byte, 12))), true},
		"redirect":      {says(mac(2), "fe80::2", "fe80::1", 255, 137, gopacket.Payload(make([]byte, 36))), false},
		"unreachable":   {says(mac(2), "fe80::2", "fe80::1", 64, 1, gopacket.Payload(make([]byte, 36))), false},
		"report 2":      {report(mac(2), "fe80::2"), true},
		"report 1":      {says(mac(2), "fe80::2", "ff02::16", 1, 131, gopacket.Payload(make([]byte, 20))), true},
		"bare report":   {says(mac(2), "fe80::2", "ff02::16", 1, 130, gopacket.Payload(make([]byte, 20))), false},
		"cut":           {report(mac(2), "fe80::2")[:60], false},
	} {
		if n, err := vm.Run(c.frame); err != nil || n > 0 != c.want {
			t.Errorf("%s: keeps %d bytes, %v", name, n, err)
		}
	}
	other := report(mac(2), "fe80::2")
	other[54] = 6 // TCP behind the options
	tcp, ip4 := echo(mac(2), "fe80::2"), echo(mac(2), "fe80::2")
	tcp[20], ip4[12] = 6, 8
	for _, frame := range [][]byte{other, tcp, ip4} {
		if n, _ := vm.Run(frame); n > 0 {
			t.Errorf("keeps %x", frame)
		}
	}
}

func FuzzHear(f *testing.F) {
	f.Add(echo(mac(20), "fe80::20"))
	f.Add(report(mac(20), "fe80::20"))
	f.Add(advertises(mac(24), "fe80::24", "fe80::25", 0x20, mac(99)))
	f.Add(wants(mac(26), "2001:db8::26", "ff02::1:ff00:26"))
	d := wire.NewDecoder()
	f.Fuzz(func(t *testing.T, frame []byte) {
		s, ok := Hear(d, home, frame)
		if ok && (!home.Contains(s.Addr) && !home.Exposes(s.Addr) || slices.Contains(home.Addrs, s.Addr) || s.MAC.IsGroup() || s.MAC == home.MAC) {
			t.Errorf("believed %+v", s)
		}
	})
}
