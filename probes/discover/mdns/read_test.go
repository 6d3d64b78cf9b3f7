package mdns

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/miekg/dns"
)

// packet is an answer that holds the records.
func packet(t testing.TB, lines ...string) []byte {
	t.Helper()
	m := dns.Msg{MsgHdr: dns.MsgHdr{Response: true}}
	for _, l := range lines {
		rr, err := dns.NewRR(l)
		if err != nil {
			t.Fatal(err)
		}
		m.Answer = append(m.Answer, rr)
	}
	b, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRead(t *testing.T) {
	from := netip.MustParseAddr("192.0.2.2")
	for _, c := range []struct {
		name   string
		packet []byte
		claims string
		bare   string
	}{
		{"two instances in one packet", packet(t,
			"_HTTP._tcp.local. 9 IN PTR A._http._tcp.local.", "_http._tcp.local. 9 IN PTR B._http._tcp.local.",
			"a._http._tcp.local. 9 IN SRV 0 0 80 h.local.", "B._http._tcp.local. 9 IN SRV 0 0 81 H.local.",
			"B._http._tcp.local. 9 IN TXT \"k=v\"", "h.local. 9 IN A 192.0.2.2", "h.local. 9 IN AAAA fe80::2"),
			"[{_http._tcp A h.local. 80 [] [192.0.2.2 fe80::2]} {_http._tcp B H.local. 81 [k=v] [192.0.2.2 fe80::2]}]", "[]"},
		{"named only", packet(t, "_http._tcp.local. 9 IN PTR A._http._tcp.local."), "[]", "[A._http._tcp.local.]"},
		{"no address: the sender's own", packet(t, "A._hap._udp.local. 9 IN SRV 0 0 80 h.local."), "[{_hap._udp A h.local. 80 [] [192.0.2.2]}]", "[]"},
		{"about somebody else", packet(t, "A._http._tcp.local. 9 IN SRV 0 0 80 h.local.", "h.local. 9 IN A 192.0.2.9"), "[]", "[]"},
		{"goodbye", packet(t, "_http._tcp.local. 0 IN PTR A._http._tcp.local."), "[]", "[]"},
		{"list of types", packet(t, "_services._dns-sd._udp.local. 9 IN PTR _http._tcp.local."), "[]", "[]"},
		{"another domain", packet(t, "_http._tcp.example. 9 IN PTR A._http._tcp.example."), "[]", "[]"},
		{"not an answer", make([]byte, 12), "[]", "[]"},
		{"not DNS", []byte("x"), "[]", "[]"},
	} {
		claims, bare := read(from, c.packet)
		if listed(claims) != c.claims || fmt.Sprint(bare) != c.bare {
			t.Errorf("%s: %s, %v", c.name, listed(claims), bare)
		}
	}
}

func listed(claims []claim) string {
	var all []string
	for _, c := range claims {
		all = append(all, fmt.Sprintf("{%s %s %s %d %v %v}", c.kind, c.instance, c.host, c.port, c.text, c.addrs))
	}
	return fmt.Sprint(all)
}

func FuzzRead(f *testing.F) {
	f.Add(packet(f, "_http._tcp.local. 9 IN PTR A._http._tcp.local.", "A._http._tcp.local. 9 IN SRV 0 0 80 h.local.",
		"A._http._tcp.local. 9 IN TXT \"k=v\"", "h.local. 9 IN A 192.0.2.2", "h.local. 9 IN AAAA fe80::2"))
	f.Add([]byte{0, 0, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0xc0, 0x0c})
	from := netip.MustParseAddr("192.0.2.2")
	f.Fuzz(func(t *testing.T, b []byte) {
		claims, _ := read(from, b)
		for _, c := range claims {
			if _, ok := serviceType(c.kind); !ok {
				t.Fatalf("%x gave the type %q", b, c.kind)
			}
			c.sighting("br-lan", from)
		}
	})
}
