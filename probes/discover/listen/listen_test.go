package listen

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"golang.org/x/net/bpf"

	"github.com/homesweep/homesweep/probes/discover/dhcp"
	"github.com/homesweep/homesweep/probes/discover/mdns"
	"github.com/homesweep/homesweep/probes/discover/ndp"
	"github.com/homesweep/homesweep/probes/lan"
)

var (
	home = lan.Link{
		Name: "br-lan", Index: 1, MTU: 1500, MAC: lan.MAC{2, 0, 0, 0, 0, 1}, Addrs: []netip.Addr{netip.MustParseAddr("192.168.1.1")},
		Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24"), netip.MustParsePrefix("fe80::/64")},
		Public:   []netip.Prefix{netip.MustParsePrefix("2001:db8:1::/64")},
	}
	noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	lamp = lan.MAC{2, 0, 0, 0, 0, 9}
)

// build is a frame of the layers.
func build(t testing.TB, stack ...gopacket.SerializableLayer) []byte {
	t.Helper()
	b := gopacket.NewSerializeBuffer()
	if err := gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, stack...); err != nil {
		t.Fatal(err)
	}
	return slices.Clone(b.Bytes())
}

// udp is a datagram's frame from a station.
func udp(t testing.TB, mac lan.MAC, from, to netip.AddrPort, text string) []byte {
	eth := &layers.Ethernet{SrcMAC: mac[:], DstMAC: net.HardwareAddr{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, EthernetType: layers.EthernetTypeIPv4}
	u := &layers.UDP{SrcPort: layers.UDPPort(from.Port()), DstPort: layers.UDPPort(to.Port())}
	if from.Addr().Is6() {
		eth.EthernetType = layers.EthernetTypeIPv6
		ip := &layers.IPv6{Version: 6, NextHeader: layers.IPProtocolUDP, HopLimit: 1, SrcIP: from.Addr().AsSlice(), DstIP: to.Addr().AsSlice()}
		_ = u.SetNetworkLayerForChecksum(ip)
		return build(t, eth, ip, u, gopacket.Payload(text))
	}
	ip := &layers.IPv4{Version: 4, TTL: 1, Protocol: layers.IPProtocolUDP, SrcIP: from.Addr().AsSlice(), DstIP: to.Addr().AsSlice()}
	_ = u.SetNetworkLayerForChecksum(ip)
	return build(t, eth, ip, u, gopacket.Payload(text))
}

// said is udp from an address to port 7000 by one to all.
func said(t testing.TB, mac lan.MAC, from, text string) []byte {
	to := "255.255.255.255:7000"
	if strings.Contains(from, ":") {
		to = "[ff02::1]:7000"
	}
	return udp(t, mac, netip.AddrPortFrom(netip.MustParseAddr(from), 40000), netip.MustParseAddrPort(to), text)
}

// arp is a station's word about an address.
func arp(t testing.TB, frame, sender lan.MAC, addr string) []byte {
	return build(t, &layers.Ethernet{SrcMAC: frame[:], DstMAC: home.MAC[:], EthernetType: layers.EthernetTypeARP},
		&layers.ARP{AddrType: 1, Protocol: layers.EthernetTypeIPv4, HwAddressSize: 6, ProtAddressSize: 4, Operation: 1,
			SourceHwAddress: sender[:], SourceProtAddress: netip.MustParseAddr(addr).AsSlice(), DstHwAddress: make([]byte, 6), DstProtAddress: make([]byte, 4)})
}

// advertises is a neighbour advertisement of an address from itself.
func advertises(t testing.TB, mac lan.MAC, addr string) []byte {
	ip := &layers.IPv6{Version: 6, NextHeader: layers.IPProtocolICMPv6, HopLimit: 255, SrcIP: net.ParseIP(addr), DstIP: net.ParseIP("ff02::1")}
	icmp := &layers.ICMPv6{TypeCode: layers.CreateICMPv6TypeCode(layers.ICMPv6TypeNeighborAdvertisement, 0)}
	_ = icmp.SetNetworkLayerForChecksum(ip)
	return build(t, &layers.Ethernet{SrcMAC: mac[:], DstMAC: home.MAC[:], EthernetType: layers.EthernetTypeIPv6}, ip, icmp,
		&layers.ICMPv6NeighborAdvertisement{Flags: 0x20, TargetAddress: net.ParseIP(addr),
			Options: layers.ICMPv6Options{{Type: layers.ICMPv6OptTargetAddress, Data: mac[:]}}})
}

// fake is a socket whose frames are the test's.
type fake struct {
	frames chan []byte
	err    error
	closed bool
}

func (f *fake) Receive(ctx context.Context, buf []byte) ([]byte, error) {
	select {
	case b, ok := <-f.frames:
		if !ok {
			return nil, f.err
		}
		return buf[:copy(buf, b)], nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
func (f *fake) Drops() int   { return 3 }
func (f *fake) Close() error { f.closed = true; return nil }

// plain hears "name" or "name gone" or "name@addr" or "name:port" or a MAC.
func plain(b []byte) (s lan.Sighting, ok bool) {
	name, rest, _ := strings.Cut(string(b), " ")
	s = lan.Sighting{Source: "plain", Names: []string{name}, Gone: rest == "gone"}
	if ep, err := netip.ParseAddrPort(rest); err == nil {
		s.Endpoints = []lan.Endpoint{{Addr: ep.Addr(), Port: ep.Port(), Transport: lan.TCP}, {Port: 80, Transport: lan.TCP}}
	} else if a, err := netip.ParseAddr(rest); err == nil {
		s.Addr = a
	}
	s.MAC, _ = lan.ParseMAC(rest)
	return s, name != "?"
}

// short is a sighting in short.
func short(s lan.Sighting) string {
	words := []string{s.Source}
	if s.MAC != lamp {
		words = append(words, s.MAC.String())
	}
	if s.Addr.IsValid() {
		words = append(words, s.Addr.String())
	}
	words = append(words, s.Names...)
	for _, ep := range s.Endpoints {
		words = append(words, ep.String())
	}
	if s.Gone {
		words = append(words, "gone")
	}
	if s.Claim {
		words = append(words, "claim")
	}
	return strings.Join(words, " ")
}

// bench is a listener whose clock the test turns.
type bench struct {
	*listener
	now  time.Time
	seen []string
}

func newBench(ears []Ear, opts ...Option) *bench {
	b := &bench{now: noon}
	opts = append(opts, Clock(func() time.Time { return b.now }), NDP(ndp.Hear))
	b.listener = New(ears, opts...).begin(home, func(s lan.Sighting) { b.seen = append(b.seen, short(s)) })
	return b
}

// hear takes frames and gives what was passed on.
func (b *bench) hear(frames ...[]byte) string {
	b.seen = nil
	for _, f := range frames {
		b.take(f)
	}
	return strings.Join(b.seen, "|")
}

var ears = []Ear{{Port: 7000, Hear: plain}}

func TestWhoSpeaks(t *testing.T) {
	for name, c := range map[string]struct {
		frame []byte
		want  string
	}{
		"on the link":              {said(t, lamp, "192.168.1.9", "a"), "plain 192.168.1.9 a"},
		"by IPv6":                  {said(t, lamp, "fe80::9", "a"), "plain fe80::9 a"},
		"the internet's address":   {said(t, lamp, "2001:db8:1::9", "a"), "plain 2001:db8:1::9 a"},
		"routed":                   {said(t, lamp, "192.168.7.9", "a"), ""},
		"routed by IPv6":           {said(t, lamp, "2001:db8:2::9", "a"), ""},
		"without an address":       {said(t, lamp, "0.0.0.0", "a"), "plain a"},
		"with one it will get":     {said(t, lamp, "0.0.0.0", "a 192.168.1.9"), "plain 192.168.1.9 a"},
		"with one elsewhere":       {said(t, lamp, "0.0.0.0", "a 10.0.0.9"), "plain a"},
		"with another than it has": {said(t, lamp, "192.168.1.9", "a 192.168.1.10"), "plain 192.168.1.9 a"},
		"with one it made up":      {said(t, lamp, "169.254.3.4", "a"), "plain a"},
		"our own frame":            {said(t, home.MAC, "192.168.1.9", "a"), ""},
		"our own address":          {said(t, lamp, "192.168.1.1", "a"), ""},
		"the broadcast address":    {said(t, lamp, "192.168.1.255", "a"), ""},
		"a group's address":        {said(t, lamp, "224.0.0.1", "a"), ""},
		"a group's MAC":            {said(t, lan.MAC{1}, "192.168.1.9", "a"), ""},
		"no MAC":                   {said(t, lan.MAC{}, "192.168.1.9", "a"), ""},
		"passed on by another":     {said(t, lamp, "192.168.1.9", "a 02:00:00:00:00:07"), "plain 02:00:00:00:00:07 192.168.1.9 a claim"},
		"of itself":                {said(t, lamp, "192.168.1.9", "a "+lamp.String()), "plain 192.168.1.9 a"},
		"an endpoint of its own":   {said(t, lamp, "192.168.1.9", "a 192.168.1.9:81"), "plain 192.168.1.9 a tcp/192.168.1.9:81 tcp/192.168.1.9:80"},
		"an endpoint elsewhere":    {said(t, lamp, "192.168.1.9", "a 192.168.1.1:81"), "plain 192.168.1.9 a tcp/192.168.1.9:80"},
		"an endpoint nowhere":      {said(t, lamp, "0.0.0.0", "a 192.168.1.9:81"), "plain a"},
		"nothing the ear knows":    {said(t, lamp, "192.168.1.9", "?"), ""},
		"from the port":            {udp(t, lamp, netip.MustParseAddrPort("192.168.1.9:7000"), netip.MustParseAddrPort("192.168.1.1:40000"), "a"), "plain 192.168.1.9 a"},
		"another port":             {udp(t, lamp, netip.MustParseAddrPort("192.168.1.9:7001"), netip.MustParseAddrPort("192.168.1.1:40000"), "a"), ""},
		"ARP":                      {arp(t, lamp, lamp, "192.168.1.9"), "arp 192.168.1.9"},
		"ARP before an address":    {arp(t, lamp, lamp, "0.0.0.0"), "arp"},
		"ARP for another":          {arp(t, lamp, lan.MAC{2, 7}, "192.168.1.7"), "arp 02:07:00:00:00:00 192.168.1.7 claim"},
		"ARP of ours by another":   {arp(t, lamp, home.MAC, "192.168.1.9"), ""},
		"ARP elsewhere":            {arp(t, lamp, lamp, "10.0.0.1"), ""},
		"NDP":                      {advertises(t, lamp, "fe80::9"), "ndp fe80::9"},
		"NDP of the internet's":    {advertises(t, lamp, "2001:db8:1::9"), "ndp 2001:db8:1::9"},
		"NDP elsewhere":            {advertises(t, lamp, "2001:db8:2::9"), ""},
		"a fragment":               {fragment(said(t, lamp, "192.168.1.9", "a")), ""},
		"cut":                      {said(t, lamp, "192.168.1.9", "a")[:30], ""},
		"nothing":                  {nil, ""},
	} {
		if got := newBench(ears).hear(c.frame); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// fragment sets the more-fragments flag of an IPv4 frame.
func fragment(b []byte) []byte {
	b[20] |= 0x20
	return b
}

// TestPace: the same once a minute, news and goodbyes at once.
func TestPace(t *testing.T) {
	b := newBench(ears)
	say := func(text string) []byte { return said(t, lamp, "192.168.1.9", text) }
	for i, step := range []struct {
		after time.Duration
		text  string
		heard bool
	}{
		{0, "a", true}, {0, "a", false}, {0, "b", true}, {30 * time.Second, "a", false}, {59 * time.Second, "a", false},
		{time.Minute, "a", true}, {time.Minute, "b", true}, {time.Minute, "a", false}, {61 * time.Second, "a gone", true},
		{61 * time.Second, "a gone", false}, {62 * time.Second, "a", true}, {62 * time.Second, "a", false}, {63 * time.Second, "a gone", true},
	} {
		b.now = noon.Add(step.after)
		if got := b.hear(say(step.text)); (got != "") != step.heard {
			t.Errorf("step %d, %q: %q", i, step.text, got)
		}
	}
	if b.hear(said(t, lan.MAC{2, 8}, "192.168.1.8", "a")) == "" {
		t.Error("another's word was taken for a repetition")
	}
}

// TestATalkerStaysThere: who says too much is noted once a minute all the same,
// and leaves the others their room.
func TestATalkerStaysThere(t *testing.T) {
	b := newBench(ears)
	for i := range 1000 {
		b.hear(said(t, lamp, "192.168.1.9", fmt.Sprint("n", i)))
	}
	if b.gate.total != 1000-perTalker {
		t.Errorf("%d left out", b.gate.total)
	}
	if got := b.hear(said(t, lan.MAC{2, 8}, "192.168.1.8", "a")); !strings.HasSuffix(got, " a") {
		t.Errorf("another: %q", got)
	}
	bare := 0
	for i := range 300 { // five minutes of something new each second
		b.now = b.now.Add(time.Second)
		for n := range 10 {
			if got := b.hear(said(t, lamp, "192.168.1.9", fmt.Sprint("n", i, n))); got == "plain 192.168.1.9" {
				bare++
			}
		}
	}
	if bare > 10 || len(b.gate.talkers[lamp].words) > perTalker+1 {
		t.Errorf("noted %d times, %d words", bare, len(b.gate.talkers[lamp].words))
	}
	// A goodbye for each word makes news of each: that too has an end.
	passed := 0
	b.now = b.now.Add(2 * time.Minute)
	for range 1000 {
		passed += len(strings.Fields(b.hear(said(t, lamp, "192.168.1.9", "a"), said(t, lamp, "192.168.1.9", "a gone"))))
	}
	if passed > 4*perMinute {
		t.Errorf("%d words passed", passed)
	}
}

// everybody is what the product listens with, as far as it is in reach here.
func everybody() []Ear {
	return []Ear{
		{Port: 67, Hear: dhcp.Hear}, {Port: 7000, Hear: plain},
		{Port: 5353, Begin: func(l lan.Link) Memory { return mdns.NewCollector(l) }},
	}
}

// announce is an mDNS answer that calls its sender name.
func announce(name string) string {
	return "\x00\x00\x84\x00\x00\x00\x00\x01\x00\x00\x00\x00\x05_http\x04_tcp\x05local\x00\x00\x0c\x00\x01\x00\x00\x11\x94\x00" +
		string([]byte{byte(len(name) + 3), byte(len(name))}) + name + "\xc0\x0c"
}

// TestFlood: 20,000 forged names, by one station or by as many, cost less than
// 2 MB, are reported once, and leave room for who was there before.
func TestFlood(t *testing.T) {
	const forged = 20_000
	for name, sender := range map[string]func(i int) lan.MAC{
		"of one":  func(int) lan.MAC { return lan.MAC{6} },
		"of many": func(i int) lan.MAC { return lan.MAC{6, 0, 0, 0, byte(i >> 8), byte(i)} },
	} {
		var floods []Flood
		b := newBench(everybody(), Flooded(func(f Flood) { floods = append(floods, f) }))
		b.hear(said(t, lamp, "192.168.1.9", "a"))
		frames := make([][]byte, forged)
		for i := range frames {
			from := netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 168, 1, byte(2 + i%250)}), 5353)
			frames[i] = udp(t, sender(i), from, netip.MustParseAddrPort("224.0.0.251:5353"), announce(fmt.Sprintf("%050d", i)))
		}
		named := 0
		b.see = func(s lan.Sighting) { named += len(s.Names) }
		before := heap()
		for i, f := range frames {
			b.now = noon.Add(time.Duration(i) * time.Millisecond)
			b.take(f)
			b.look(&fake{})
		}
		cost := heap() - before
		runtime.KeepAlive(frames)
		if cost > 2<<20 {
			t.Errorf("%s: %d bytes", name, cost)
		}
		if named > maxWords || named == 0 || len(floods) != 1 || b.Dropped()+b.gate.left+named < forged {
			t.Errorf("%s: %d names, %d left out, reports %+v", name, named, b.Dropped(), floods)
		}
		if want := map[string]lan.MAC{"of one": {6}, "of many": {}}[name]; len(floods) > 0 && (floods[0].From != want || floods[0].Link != "br-lan" || floods[0].Left == 0 || floods[0].Lost != 3) {
			t.Errorf("%s: reported %+v", name, floods[0])
		}
		b.see = func(s lan.Sighting) { named = -len(s.Names) }
		b.now = b.now.Add(time.Second)
		if b.take(said(t, lamp, "192.168.1.9", "b")); named >= 0 && name == "of one" {
			t.Errorf("%s: who was there before is not heard", name)
		}
		b.now = noon.Add(3 * time.Hour)
		b.look(&fake{})
		if len(b.gate.talkers) != 0 || b.gate.words != 0 {
			t.Errorf("%s: %d stations and %d words after three hours", name, len(b.gate.talkers), b.gate.words)
		}
		t.Logf("%s: %d bytes, %d left out", name, cost, b.Dropped())
	}
}

// heap is what is in use once everything else is thrown away.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestDiscover(t *testing.T) {
	before := runtime.NumGoroutine()
	f := &fake{frames: make(chan []byte)}
	s := New(ears, Flooded(func(Flood) { t.Error("a flood") }))
	s.open = func(link lan.Link, filter []bpf.RawInstruction) (socket, error) { return f, nil }
	ctx, cancel := context.WithCancel(context.Background())
	seen, ended := make(chan lan.Sighting), make(chan error)
	go func() { ended <- s.Discover(ctx, home, func(s lan.Sighting) { seen <- s }) }()
	f.frames <- said(t, lamp, "192.168.1.9", "a")
	if s := <-seen; short(s) != "plain 192.168.1.9 a" || s.Link != "br-lan" || time.Since(s.At) > time.Minute {
		t.Errorf("%+v", s)
	}
	cancel()
	if err := <-ended; err != nil || !f.closed {
		t.Errorf("ended with %v, socket closed %t", err, f.closed)
	}
	f.err = errors.New("the link is gone")
	close(f.frames)
	if err := s.Discover(context.Background(), home, nil); !errors.Is(err, f.err) || !strings.Contains(err.Error(), "br-lan") {
		t.Errorf("failed with %v", err)
	}
	if after := runtime.NumGoroutine(); after > before+1 {
		t.Errorf("%d goroutines before, %d after", before, after)
	}
	if s.Name() != "listen" {
		t.Error(s.Name())
	}
}

func FuzzTake(f *testing.F) {
	f.Add(said(f, lamp, "192.168.1.9", "a 192.168.1.9:81"))
	f.Add(said(f, lamp, "fe80::9", "a"))
	f.Add(arp(f, lamp, lamp, "192.168.1.9"))
	f.Add(advertises(f, lamp, "fe80::9"))
	f.Add(udp(f, lamp, netip.MustParseAddrPort("192.168.1.9:5353"), netip.MustParseAddrPort("224.0.0.251:5353"), announce("Hub")))
	bad := arp(f, lamp, lamp, "192.168.1.9")
	bad[18] = 255
	f.Add(bad)
	f.Add(said(f, lamp, "192.168.1.9", "a A10000000000"))
	f.Add(said(f, lamp, "192.168.1.9", "a "+strings.ReplaceAll(home.MAC.String(), ":", "")))
	f.Fuzz(func(t *testing.T, frame []byte) {
		b := newBench(everybody())
		b.see = func(s lan.Sighting) {
			if s.Source == "" || s.Link != "br-lan" || !s.At.Equal(noon) || s.MAC.IsGroup() || s.MAC == home.MAC ||
				s.Addr.IsValid() && !home.Contains(s.Addr) && !home.Exposes(s.Addr) || !s.Claim && s.MAC.IsZero() {
				t.Errorf("%x gave %+v", frame, s)
			}
			for _, ep := range s.Endpoints {
				if ep.Addr != s.Addr || !ep.Addr.IsValid() {
					t.Errorf("%x gave the endpoint %s of %s", frame, ep, s.Addr)
				}
			}
		}
		b.take(frame)
	})
}
