package dhcp

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

var phone = lan.MAC{2, 0, 0, 0x11, 0x22, 0x33}

// message is a DHCPv4 message of op from phone with the options given as raw
// bytes.
func message(op byte, options ...byte) []byte {
	b := make([]byte, atOptions, atOptions+len(options)+1)
	b[0], b[1], b[2] = op, 1, 6
	copy(b[atChaddr:], phone[:])
	copy(b[atCookie:], cookie)
	return append(append(b, options...), optEnd)
}

// opt is one option.
func opt(code byte, value string) []byte { return append([]byte{code, byte(len(value))}, value...) }

// with changes bytes of a message.
func with(b []byte, at int, value ...byte) []byte {
	b = slices.Clone(b)
	copy(b[at:], value)
	return b
}

// ask is a request of a Windows machine.
func ask() []byte {
	return message(1, slices.Concat(
		opt(53, "\x03"), opt(61, "\x01\x02\x00\x00\x11\x22\x33"), opt(50, "\xc0\xa8\x01\x20"), opt(12, "DESKTOP-7Q"),
		opt(81, "\x00\x00\x00DESKTOP-7Q.home.arpa"), opt(60, "MSFT 5.0"), opt(77, "RRAS.Microsoft"), opt(55, "\x01\x03\x06\x0f\x1f"))...)
}

func TestHear(t *testing.T) {
	s, ok := Hear(ask())
	if !ok || s.Source != "dhcp" || s.MAC != phone || s.Addr.IsValid() || s.ID != "" || s.Gone || s.Claim {
		t.Errorf("%+v, %t", s, ok)
	}
	want := "map[dhcp.client_id:01020000112233 dhcp.fqdn:DESKTOP-7Q.home.arpa dhcp.hostname:DESKTOP-7Q dhcp.options:53,61,50,12,81,60,77,55 " +
		"dhcp.parameters:1,3,6,15,31 dhcp.requested:192.168.1.32 dhcp.user_class:RRAS.Microsoft dhcp.vendor_class:MSFT 5.0]"
	if got := fmt.Sprint(s.Heard); got != want {
		t.Errorf("heard\n%s, want\n%s", got, want)
	}
	if !slices.Equal(s.Names, []string{"DESKTOP-7Q"}) {
		t.Errorf("names %q", s.Names)
	}
}

func TestHearWhoSpeaks(t *testing.T) {
	kind := func(k byte) []byte { return []byte{53, 1, k} }
	for name, c := range map[string]struct {
		datagram []byte
		want     string
	}{
		"renews its address":                {with(message(1, kind(request)...), atClient, 192, 168, 1, 9), "02:00:00:11:22:33 192.168.1.9 gone false"},
		"gives it back":                     {with(message(1, kind(release)...), atClient, 192, 168, 1, 9), "02:00:00:11:22:33 192.168.1.9 gone true"},
		"will not have it":                  {with(message(1, kind(decline)...), atClient, 192, 168, 1, 9), "02:00:00:11:22:33 invalid IP gone false"},
		"a server offers":                   {message(2, kind(offer)...), " invalid IP gone false server yes"},
		"a server refuses":                  {message(2, kind(nak)...), " invalid IP gone false server yes"},
		"passed on by a relay":              {with(message(1, kind(request)...), atRelay, 192, 168, 9, 1), "not ok"},
		"a relay whose address is all ones": {with(message(1, kind(request)...), atRelay, 255, 255, 255, 255), "not ok"},
		"offers and asks":                   {message(1, kind(offer)...), "not ok"},
		"answers and asks":                  {message(2, kind(request)...), "not ok"},
		"no type":                           {message(1), "not ok"},
		"a type of two bytes":               {message(1, 53, 2, 1, 1), "not ok"},
		"token ring":                        {with(message(1, kind(discover)...), 1, 6), "not ok"},
		"hardware length 255":               {with(message(1, kind(discover)...), 2, 255), "not ok"},
		"a group's address":                 {with(message(1, kind(discover)...), atChaddr, 1), "not ok"},
		"no address":                        {with(message(1, kind(discover)...), atChaddr, 0, 0, 0, 0, 0, 0), "not ok"},
		"another cookie":                    {with(message(1, kind(discover)...), atCookie, 0), "not ok"},
		"cut before the options":            {message(1)[:atOptions-1], "not ok"},
		"nothing":                           {nil, "not ok"},
	} {
		s, ok := Hear(c.datagram)
		got := fmt.Sprintf("%s %s gone %t", s.MAC, s.Addr, s.Gone)
		if s.Heard[Server] != "" {
			got += " server " + s.Heard[Server]
		}
		if !ok {
			got = "not ok"
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// TestOptions: the ways in which one value is spread over a message (RFC 3396,
// RFC 2132 section 9.3), and lengths that lie.
func TestOptions(t *testing.T) {
	long := strings.Repeat("x", 255)
	over := with(message(1, slices.Concat(opt(53, "\x01"), opt(52, "\x03"), opt(60, "one "))...), atFile, opt(60, "two ")...)
	over = with(over, atSname, append(opt(60, "three"), opt(12, "attic")...)...)
	for name, c := range map[string]struct {
		datagram     []byte
		vendor, host string
	}{
		"in pieces":             {message(1, slices.Concat(opt(53, "\x01"), opt(60, "uni"), []byte{0, 0}, opt(60, "fi"))...), "unifi", ""},
		"overload":              {over, "one two three", "attic"},
		"overload not declared": {with(over, atOptions+5, 0), "one", ""},
		"long":                  {message(1, slices.Concat(opt(53, "\x01"), opt(60, long), opt(60, long))...), long + "x", ""},
		"zero at the end":       {message(1, slices.Concat(opt(53, "\x01"), opt(12, "attic\x00"))...), "", "attic"},
		"length beyond the end": {message(1, slices.Concat(opt(53, "\x01"), opt(12, "attic"), []byte{60, 200, 'x'})...), "", "attic"},
		"code at the very end":  {append(message(1, opt(53, "\x01")...)[:atOptions+3], 60), "", ""},
		"nobody's name":         {message(1, slices.Concat(opt(53, "\x01"), opt(12, "localhost"))...), "", "localhost"},
	} {
		s, ok := Hear(c.datagram)
		if !ok || s.Heard[lan.DHCPVendor] != c.vendor || s.Heard[lan.DHCPHostname] != c.host {
			t.Errorf("%s: %t, %v", name, ok, s.Heard)
		}
		if want := c.host != "" && c.host != "localhost"; want != (len(s.Names) == 1) {
			t.Errorf("%s: names %q", name, s.Names)
		}
	}
}

func TestIdentities(t *testing.T) {
	for id, want := range map[string]string{
		"\x01\x02\x00\x00\x11\x22\x33":                                 "",                    // its own hardware address
		"\x02\x00\x00\x11\x22\x33":                                     "",                    // the same without a type
		"\x01\x00\x17\x88\x01\x02\x03":                                 "dhcp:01001788010203", // another interface's
		"\xff\x11\x22\x33\x44\x00\x03\x00\x01\x00\x17\x88\x01\x02\x03": "duid:00030001001788010203",
		"\xff\x00\x00\x00\x00":                                         "",
		"\x00\x00\x00\x00":                                             "",
		"\x00attic":                                                    "dhcp:006174746963",
		"\xff\xff\xff\xff\xff\xff\xff\xff":                             "",
	} {
		s, ok := Hear(message(1, slices.Concat(opt(53, "\x01"), opt(61, id))...))
		if !ok || s.ID != want {
			t.Errorf("%x is %q, want %q", id, s.ID, want)
		}
	}
}

func TestClasses(t *testing.T) {
	for in, want := range map[string]string{"\x03abc\x02de": "abc de", "\x01a": "a", "abc": "", "": "", "\x00": "", "\x02a": ""} {
		if got, ok := classes([]byte(in), 1); got != want || ok != (want != "" || in == "\x00") {
			t.Errorf("%q: %q, %t", in, got, ok)
		}
	}
	if got := fqdn([]byte("\x05\x00\x00\x05attic\x04home\x00")); got != "attic.home" {
		t.Errorf("wire form: %q", got)
	}
}

// message6 is a DHCPv6 message with options.
func message6(kind byte, options ...[]byte) []byte {
	return append([]byte{kind, 1, 2, 3}, slices.Concat(options...)...)
}

func opt6(code uint16, value string) []byte {
	return append([]byte{byte(code >> 8), byte(code), byte(len(value) >> 8), byte(len(value))}, value...)
}

func TestHear6(t *testing.T) {
	s, ok := Hear6(message6(1, opt6(8, "\x00\x00"), opt6(1, "\x00\x01\x00\x01\x2a\x00\x00\x00\x02\x00\x00\x11\x22\x33"),
		opt6(39, "\x00\x05attic\x04home"), opt6(16, "\x00\x00\x01\x37\x00\x08MSFT 5.0"), opt6(15, "\x00\x04user"), opt6(6, "\x00\x11\x00\x17\x00\x18")))
	want := "map[dhcp6.duid:000100012a000000020000112233 dhcp6.duid_mac:02:00:00:11:22:33 dhcp6.duid_type:llt dhcp6.enterprise:311 " +
		"dhcp6.fqdn:attic.home dhcp6.parameters:17,23,24 dhcp6.user_class:user dhcp6.vendor_class:MSFT 5.0]"
	if got := fmt.Sprint(s.Heard); !ok || got != want || s.ID != "duid:000100012a000000020000112233" || !s.MAC.IsZero() || fmt.Sprint(s.Names) != "[attic]" {
		t.Errorf("%+v, %t; want\n%s", s, ok, want)
	}
	for name, c := range map[string]struct {
		datagram []byte
		want     string // ID, MAC in it, gone, server
	}{
		"release":            {message6(8, opt6(1, "\x00\x03\x00\x01\x02\x00\x00\x11\x22\x33")), "duid:00030001020000112233 02:00:00:11:22:33 true "},
		"a UUID":             {message6(5, opt6(1, "\x00\x040123456789abcdef")), "duid:000430313233343536373839616263646566  false "},
		"a blank UUID":       {message6(5, opt6(1, "\x00\x04"+strings.Repeat("\x00", 16))), "  false "},
		"an enterprise's":    {message6(11, opt6(1, "\x00\x02\x00\x00\xab\x11\x99")), "duid:00020000ab1199  false "},
		"not Ethernet":       {message6(1, opt6(1, "\x00\x03\x00\x20\x02\x00\x00\x11\x22\x33")), "duid:00030020020000112233  false "},
		"a type nobody made": {message6(1, opt6(1, "\x00\x09\x00\x01\x02")), "  false "},
		"twice":              {message6(1, opt6(1, "\x00\x02\x01\x02"), opt6(1, "\x00\x02\x03\x04")), "duid:00020102  false "},
		"too long":           {message6(1, opt6(1, "\x00\x02"+strings.Repeat("x", 200))), "  false "},
		"broken length":      {append(message6(1), 0, 1, 0, 9, 1), "  false "},
		"a server":           {message6(7, opt6(1, "\x00\x02\x01\x02")), "  false yes"},
		"relayed":            {message6(12, make([]byte, 40)), "not ok"},
		"short":              {[]byte{1, 2, 3}, "not ok"},
	} {
		s, ok := Hear6(c.datagram)
		got := fmt.Sprintf("%s %s %t %s", s.ID, s.Heard[DUIDMAC], s.Gone, s.Heard[Server6])
		if !ok {
			got = "not ok"
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// sane fails when a sighting holds what no listener could use.
func sane(t *testing.T, b []byte, s lan.Sighting) {
	for _, n := range s.Names {
		if n == "" || n != lan.Printable(n, lan.MaxName) {
			t.Errorf("%x gave the name %q", b, n)
		}
	}
	if s.Source != "dhcp" || len(s.Heard) > lan.MaxFields || s.MAC.IsGroup() || strings.ContainsAny(s.ID, " \n") || len(s.ID) > 5+2*lan.MaxValue {
		t.Errorf("%x gave %+v", b, s)
	}
	if s.Addr.IsValid() && s.Addr == (netip.IPv4Unspecified()) {
		t.Errorf("%x gave the address %s", b, s.Addr)
	}
}

func FuzzHear(f *testing.F) {
	f.Add(ask())
	f.Add(with(ask(), 2, 255)) // panics gopacket v1.1.19
	f.Add(with(message(1, 53, 1, 1, 52, 1, 3), atFile, 60, 255))
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, ok := Hear(b); ok {
			sane(t, b, s)
		}
	})
}

func FuzzHear6(f *testing.F) {
	f.Add(message6(1, opt6(1, "\x00\x01\x00\x01\x2a\x00\x00\x00\x02\x00\x00\x11\x22\x33"), opt6(39, "\x00\x05attic"), opt6(16, "\x00\x00\x01\x37\x00\xff")))
	f.Add(message6(5, opt6(15, "\x00"), opt6(6, "\x00\x01\x02")))
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, ok := Hear6(b); ok {
			sane(t, b, s)
		}
	})
}

// TestHearAllocates little: a flood of requests is to cost nothing that lasts.
func TestHearAllocates(t *testing.T) {
	b := ask()
	if n := testing.AllocsPerRun(100, func() { Hear(b) }); n > 60 {
		t.Errorf("%v allocations a message", n)
	}
}
