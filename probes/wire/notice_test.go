package wire

import (
	"bytes"
	"net/netip"
	"slices"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"

	"github.com/homesweep/homesweep/probes/lan"
)

var (
	theirs  = lan.MAC{2, 0, 0, 0, 0, 20}
	anybody = lan.MAC{2, 0, 0, 0, 0, 66}
	linked  = netip.MustParseAddr("fe80::20")
	unique  = netip.MustParseAddr("fd00::20")
	global  = netip.MustParseAddr("2001:db8::20")
)

// said is an ICMPv6 message from theirs; change may break the header.
func said(src, dst netip.Addr, kind uint8, message gopacket.SerializableLayer, change func(*layers.IPv6)) []byte {
	ip := &layers.IPv6{Version: 6, HopLimit: 255, NextHeader: layers.IPProtocolICMPv6, SrcIP: src.AsSlice(), DstIP: dst.AsSlice()}
	if change != nil {
		change(ip)
	}
	head := &layers.ICMPv6{TypeCode: layers.CreateICMPv6TypeCode(kind, 0)}
	_ = head.SetNetworkLayerForChecksum(ip)
	buf := gopacket.NewSerializeBuffer()
	err := gopacket.SerializeLayers(buf, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true},
		&layers.Ethernet{SrcMAC: theirs[:], DstMAC: home.MAC[:], EthernetType: layers.EthernetTypeIPv6}, ip, head, message)
	if err != nil {
		panic(err)
	}
	return bytes.Clone(buf.Bytes())
}

func option(kind layers.ICMPv6Opt, mac ...byte) layers.ICMPv6Options {
	return layers.ICMPv6Options{{Type: kind, Data: mac}}
}

func ns(src, dst, target netip.Addr, options layers.ICMPv6Options) []byte {
	return said(src, dst, 135, &layers.ICMPv6NeighborSolicitation{TargetAddress: target.AsSlice(), Options: options}, nil)
}

func na(src, dst, target netip.Addr, flags uint8, options layers.ICMPv6Options) []byte {
	return said(src, dst, 136, &layers.ICMPv6NeighborAdvertisement{TargetAddress: target.AsSlice(), Flags: flags, Options: options}, nil)
}

// marked puts a header of one hop-by-hop option before an MLD message.
func marked(option uint8, hops uint8) func(*layers.IPv6) {
	return func(ip *layers.IPv6) {
		ip.HopLimit, ip.NextHeader = hops, layers.IPProtocolIPv6HopByHop
		ip.HopByHop = &layers.IPv6HopByHop{Options: []*layers.IPv6HopByHopOption{
			{OptionType: option, OptionData: []byte{0, 0}}, {OptionType: 1},
		}}
		ip.HopByHop.NextHeader = layers.IPProtocolICMPv6
	}
}

func hops(n uint8) func(*layers.IPv6) { return func(ip *layers.IPv6) { ip.HopLimit = n } }

var (
	groups    = netip.MustParseAddr("ff02::16")
	nobody    = netip.IPv6Unspecified()
	us6       = netip.MustParseAddr("fe80::1")
	report2   = gopacket.Payload(append([]byte{0, 0, 0, 1, 4, 0, 0, 0}, make([]byte, 16)...))
	report1   = gopacket.Payload(make([]byte, 20))
	echoReply = gopacket.Payload{0, 1, 0, 2}
	source    = option(layers.ICMPv6OptSourceAddress, theirs[:]...)
	target    = option(layers.ICMPv6OptTargetAddress, theirs[:]...)
)

const (
	isRouter, isSolicited, overrides = 0x80, 0x40, 0x20
)

func TestNotice(t *testing.T) {
	other := option(layers.ICMPv6OptSourceAddress, anybody[:]...)
	foreign := option(layers.ICMPv6OptTargetAddress, anybody[:]...)
	own := Notice{MAC: theirs, Source: theirs, Addr: linked}
	as := func(what Message, change func(*Notice)) *Notice {
		n := own
		n.What = what
		if change != nil {
			change(&n)
		}
		return &n
	}
	at := func(a netip.Addr) func(*Notice) { return func(n *Notice) { n.Addr = a } }
	rs := func(change func(*layers.IPv6)) []byte {
		return said(linked, netip.MustParseAddr("ff02::2"), 133, &layers.ICMPv6RouterSolicitation{Options: source}, change)
	}
	ra := func(src netip.Addr) []byte {
		return said(src, AllNodes, 134, &layers.ICMPv6RouterAdvertisement{Options: source}, nil)
	}
	for name, c := range map[string]struct {
		frame []byte
		want  *Notice
	}{
		"solicitation":               {ns(linked, solicitedNode(us6), us6, source), as(NS, nil)},
		"solicitation, no option":    {ns(linked, us6, us6, nil), as(NS, nil)},
		"another's solicitation":     {ns(linked, solicitedNode(us6), us6, other), as(NS, func(n *Notice) { n.MAC, n.Claim = anybody, true })},
		"about to take an address":   {ns(nobody, solicitedNode(unique), unique, nil), as(NS, func(n *Notice) { n.Addr, n.Tentative = unique, true })},
		"to take it, named":          {ns(nobody, solicitedNode(unique), unique, source), nil},
		"to take it, elsewhere":      {ns(nobody, AllNodes, unique, nil), nil},
		"solicits a group":           {ns(linked, solicitedNode(us6), AllNodes, source), nil},
		"from a group":               {ns(AllNodes, solicitedNode(us6), us6, source), nil},
		"solicitation, option short": {ns(linked, us6, us6, option(1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14)), nil},
		"solicitation, group option": {ns(linked, us6, us6, option(1, 3, 2, 3, 4, 5, 6)), nil},
		"has passed a router":        {said(linked, us6, 135, &layers.ICMPv6NeighborSolicitation{TargetAddress: us6.AsSlice()}, hops(254)), nil},
		"advertisement":              {na(linked, us6, linked, isSolicited|overrides, target), as(NA, nil)},
		"advertisement, no option":   {na(linked, us6, linked, isSolicited, nil), as(NA, nil)},
		"router's":                   {na(linked, us6, linked, isRouter|isSolicited, target), as(NA, func(n *Notice) { n.Router = true })},
		"of another address":         {na(linked, us6, global, isSolicited|overrides, target), as(NA, at(global))},
		"proxy's":                    {na(linked, us6, global, isSolicited, target), as(NA, func(n *Notice) { n.Addr, n.Claim = global, true })},
		"of another station":         {na(linked, us6, linked, isSolicited|overrides, foreign), as(NA, func(n *Notice) { n.MAC, n.Claim = anybody, true })},
		"unsolicited":                {na(linked, AllNodes, linked, overrides, target), as(NA, nil)},
		"solicited, to all":          {na(linked, AllNodes, linked, isSolicited, target), nil},
		"of a group":                 {na(linked, us6, AllNodes, isSolicited, target), nil},
		"of nobody":                  {na(linked, us6, nobody, isSolicited, target), nil},
		"from nobody":                {na(nobody, us6, linked, isSolicited, target), nil},
		"router solicitation":        {rs(nil), as(RS, nil)},
		"nobody's":                   {said(nobody, netip.MustParseAddr("ff02::2"), 133, &layers.ICMPv6RouterSolicitation{}, nil), nil},
		"router solicitation, far":   {rs(hops(64)), nil},
		"router advertisement":       {ra(linked), as(RA, func(n *Notice) { n.Router = true })},
		"router, not link-local":     {ra(global), nil},
		"echo":                       {said(linked, us6, 129, echoReply, hops(64)), as(Echo, nil)},
		"echo, odd hops, local":      {said(linked, us6, 129, echoReply, hops(33)), as(Echo, nil)},
		"global echo":                {said(global, us6, 129, echoReply, hops(128)), as(Echo, at(global))},
		"global echo by a router":    {said(global, us6, 129, echoReply, hops(63)), as(Echo, func(n *Notice) { n.MAC, n.Addr, n.Claim = lan.MAC{}, global, true })},
		"echo too short":             {said(linked, us6, 129, gopacket.Payload{0, 1}, hops(64)), nil},
		"echo request":               {said(linked, us6, 128, echoReply, hops(64)), nil},
		"groups, version 2":          {said(linked, groups, 143, report2, marked(5, 1)), as(MLD, nil)},
		"groups, version 1":          {said(linked, groups, 131, report1, marked(5, 1)), as(MLD, nil)},
		"groups without alert":       {said(linked, groups, 143, report2, hops(1)), nil},
		"groups, other option":       {said(linked, groups, 143, report2, marked(7, 1)), nil},
		"groups from afar":           {said(linked, groups, 143, report2, marked(5, 2)), nil},
		"groups, not link-local":     {said(global, groups, 143, report2, marked(5, 1)), nil},
		"groups, short":              {said(linked, groups, 131, report2[:8], marked(5, 1)), nil},
		"group query":                {said(linked, AllNodes, 130, report1, marked(5, 1)), nil},
		"solicitation with options":  {said(linked, us6, 135, &layers.ICMPv6NeighborSolicitation{TargetAddress: us6.AsSlice()}, marked(5, 255)), nil},
		"redirect":                   {said(linked, us6, 137, gopacket.Payload(make([]byte, 36)), nil), nil},
	} {
		n, ok := NewDecoder().Notice(c.frame)
		if ok != (c.want != nil) || ok && n != *c.want {
			t.Errorf("%s: %+v, %v, want %+v", name, n, ok, c.want)
		}
	}
}

// TestNoticeOfBrokenFrames changes each bit of good frames: what is still
// believed must not have lost its checksum, or is changed where none covers it.
func TestNoticeOfBrokenFrames(t *testing.T) {
	d := NewDecoder()
	for _, good := range [][]byte{
		ns(linked, solicitedNode(us6), us6, source), na(linked, us6, linked, isSolicited, target),
		said(linked, us6, 129, echoReply, hops(64)), said(linked, groups, 143, report2, marked(5, 1)),
	} {
		good = append(good, 0, 0, 0, 0) // as Ethernet pads
		if _, ok := d.Notice(good); !ok {
			t.Fatalf("padding makes %x none", good)
		}
		for cut := range len(good) - 4 {
			if n, ok := d.Notice(good[:cut]); ok {
				t.Errorf("%x, cut to %d bytes, is believed: %+v", good, cut, n)
			}
		}
		for bit := 54 * 8; bit < (len(good)-4)*8; bit++ {
			bad := bytes.Clone(good)
			bad[bit/8] ^= 1 << (bit % 8)
			hopOption := good[20] == hopByHop && bit/8 < 62
			if n, ok := d.Notice(bad); ok && !hopOption {
				t.Errorf("byte %d changed: %+v", bit/8, n)
			}
		}
		for _, mac := range []lan.MAC{{}, {0x33, 0x33}, broadcast} {
			bad := bytes.Clone(good)
			copy(bad[6:], mac[:])
			if n, ok := d.Notice(bad); ok {
				t.Errorf("sent by %v: %+v", mac, n)
			}
		}
	}
	long := said(linked, groups, 143, report2, func(ip *layers.IPv6) {
		marked(5, 1)(ip)
		ip.HopByHop.Options = append(ip.HopByHop.Options, &layers.IPv6HopByHopOption{OptionType: 1, OptionData: make([]byte, 6)})
	})
	if found, err := d.Decode(long); err == nil {
		t.Errorf("a long hop-by-hop header was read: %v", found)
	}
}

func TestDecodeForgets(t *testing.T) {
	d := NewDecoder()
	for range 3 {
		if _, ok := d.Notice(ns(linked, us6, us6, source)); !ok || len(d.NeighborSolicitation.Options) != 1 {
			t.Fatalf("options %v", d.NeighborSolicitation.Options)
		}
	}
	if allocated := testing.AllocsPerRun(100, func() { d.Notice(ns1) }); allocated > 0 {
		t.Errorf("%v allocations for a solicitation", allocated)
	}
}

var ns1 = ns(linked, us6, us6, source)

func BenchmarkNotice(b *testing.B) {
	d := NewDecoder()
	b.ReportAllocs()
	for b.Loop() {
		d.Notice(ns1)
	}
}

func FuzzNotice(f *testing.F) {
	for _, frame := range [][]byte{
		ns(linked, solicitedNode(us6), us6, source), ns(nobody, solicitedNode(unique), unique, nil),
		na(linked, us6, global, isSolicited, target), said(global, us6, 129, echoReply, hops(63)),
		said(linked, groups, 143, report2, marked(5, 1)), said(linked, groups, 131, report1, marked(5, 1)),
		said(linked, AllNodes, 134, &layers.ICMPv6RouterAdvertisement{Options: source}, nil), {},
	} {
		f.Add(frame)
	}
	d := NewDecoder()
	f.Fuzz(func(t *testing.T, frame []byte) {
		n, ok := d.Notice(frame)
		if !ok {
			return
		}
		if !plain6(n.Addr) || n.MAC.IsGroup() || n.Source.IsGroup() || n.MAC != n.Source && !n.Claim {
			t.Errorf("believed %+v", n)
		}
		if !slices.Contains([]Message{NS, NA, RS, RA, Echo, MLD}, n.What) {
			t.Errorf("%+v is of no kind", n)
		}
	})
}
