package mdns

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/homesweep/homesweep/probes/lan"
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
		own    string
		others string
	}{
		{"two instances in one packet", packet(t,
			"_HTTP._tcp.local. 9 IN PTR A._http._tcp.local.", "_http._tcp.local. 9 IN PTR B._http._tcp.local.",
			"a._http._tcp.local. 9 IN SRV 0 0 80 h.local.", "B._http._tcp.local. 9 IN SRV 0 0 81 H.local.",
			"B._http._tcp.local. 9 IN TXT \"k=v\"", "h.local. 9 IN A 192.0.2.2", "h.local. 9 IN AAAA fe80::2"),
			"[{_http._tcp A h.local. 80 [] [192.0.2.2 fe80::2]} {_http._tcp B H.local. 81 [k=v] [192.0.2.2 fe80::2]}]", "[]"},
		{"a dot and a backslash in the name", packet(t, "v1\\.0\\\\x._http._tcp.local. 9 IN TXT \"k=\\\\\""), `[{_http._tcp v1\.0\\x  0 [k=\\] []}]`, "[]"},
		{"named only", packet(t, "_http._tcp.local. 9 IN PTR A._http._tcp.local."), "[{_http._tcp A  0 [] [] bare}]", "[]"},
		{"by a subtype", packet(t, "_printer._sub._ipp._tcp.local. 9 IN PTR A._ipp._tcp.local."), "[{_ipp._tcp A  0 [] [] bare}]", "[]"},
		{"no address: the sender's own", packet(t, "A._hap._udp.local. 9 IN SRV 0 0 80 h.local."), "[{_hap._udp A h.local. 80 [] []}]", "[]"},
		{"about somebody else", packet(t, "A._http._tcp.local. 9 IN SRV 0 0 80 h.local.", "h.local. 9 IN A 192.0.2.9"), "[]", "[{_http._tcp A h.local. 80 [] [192.0.2.9]}]"},
		{"goodbye", packet(t, "_http._tcp.local. 0 IN PTR A._http._tcp.local."), "[{_http._tcp A  0 [] [] gone}]", "[]"},
		{"goodbye to one record", packet(t, "A._http._tcp.local. 0 IN TXT x=y", "A._http._tcp.local. 9 IN SRV 0 0 80 h.local."), "[{_http._tcp A h.local. 80 [x=y] []}]", "[]"},
		{"list of types", packet(t, "_services._dns-sd._udp.local. 9 IN PTR _http._tcp.local."), "[]", "[]"},
		{"another domain", packet(t, "_http._tcp.example. 9 IN PTR A._http._tcp.example."), "[]", "[]"},
		{"after a record nobody knows", packet(t, "h.local. 9 IN NSEC h.local. A AAAA", "A._hap._udp.local. 9 IN SRV 0 0 80 h.local."), "[{_hap._udp A h.local. 80 [] []}]", "[]"},
		{"cut within the last", cut(packet(t, "A._hap._udp.local. 9 IN SRV 0 0 80 h.local.", "B._hap._udp.local. 9 IN SRV 0 0 80 h.local."), 3), "[{_hap._udp A h.local. 80 [] []}]", "[]"},
		{"a question", make([]byte, 12), "[]", "[]"},
		{"not DNS", []byte("x"), "[]", "[]"},
	} {
		r, _ := read(c.packet)
		own, others := r.split(func(a netip.Addr) bool { return a == from }, func(string) []netip.Addr { return nil })
		if listed(own) != c.own || listed(others) != c.others {
			t.Errorf("%s:\n%s, %s; want\n%s, %s", c.name, listed(own), listed(others), c.own, c.others)
		}
	}
}

func cut(b []byte, n int) []byte { return b[:len(b)-n] }

func listed(claims []*claim) string {
	var all []string
	for _, c := range claims {
		line := fmt.Sprintf("{%s %s %s %d %v %v", c.kind, c.instance, c.host, c.port, c.text, c.addrs)
		if c.gone() {
			line += " gone"
		}
		if c.bare() {
			line += " bare"
		}
		all = append(all, line+"}")
	}
	return fmt.Sprint(all)
}

// owned adds the owner option to a packet (draft-cheshire-edns0-owner-option).
func owned(b []byte, mac lan.MAC) []byte {
	b = append(b[:len(b):len(b)], 0, 0, 41, 5, 0xa0, 0, 0, 0x11, 0x94, 0, 12, 0, 4, 0, 8, 0, 1)
	b[11]++
	return append(b, mac[:]...)
}

func TestOwner(t *testing.T) {
	asleep := lan.MAC{2, 1, 2, 3, 4, 5}
	b := owned(packet(t, "h.local. 9 IN A 192.0.2.9"), asleep)
	if r, ok := read(b); !ok || r.owner != asleep || len(r.hosts) != 1 {
		t.Errorf("%+v, %t", r, ok)
	}
	for n := 1; n < 12; n++ {
		if r, _ := read(cut(b, n)); !r.owner.IsZero() {
			t.Errorf("%d bytes short: %v", n, r.owner)
		}
	}
	if m := ownerOf([]byte{0, 4, 0, 8, 1, 1, 2, 1, 2, 3, 4, 5}); !m.IsZero() {
		t.Errorf("version 1 is %v", m)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(packet(f, "_http._tcp.local. 9 IN PTR A._http._tcp.local.", "A._http._tcp.local. 9 IN SRV 0 0 80 h.local.",
		"A._http._tcp.local. 9 IN TXT \"k=v\"", "h.local. 9 IN A 192.0.2.2", "h.local. 9 IN AAAA fe80::2"))
	f.Add([]byte{0, 0, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0xc0, 0x0c})
	f.Add(owned(packet(f, "h.local. 9 IN A 192.0.2.9"), lan.MAC{2, 9}))
	f.Add([]byte{0, 0, 0x84, 0, 0, 0, 255, 255, 255, 255, 255, 255, 0, 0, 16, 0, 1, 0, 0, 0, 0, 0, 1, 9})
	from := netip.MustParseAddr("192.0.2.2")
	f.Fuzz(func(t *testing.T, b []byte) {
		r, _ := read(b)
		for _, c := range r.services {
			if _, ok := serviceType(c.kind); !ok {
				t.Fatalf("%x gave the type %q", b, c.kind)
			}
			c.sighting("br-lan", from, time.Time{})
		}
		collector := NewCollector(home)
		for range 2 {
			told := 0
			collector.Hear(lan.Sighting{MAC: lan.MAC{2}, Addr: from}, func(netip.Addr) bool { return false }, b, func(s lan.Sighting) {
				if told++; s.Source != Name || !s.Claim && (s.MAC != lan.MAC{2} || s.Addr != from) {
					t.Fatalf("%x gave %+v", b, s)
				}
			})
			if told == 0 {
				t.Fatalf("%x: the sender is not heard", b)
			}
		}
	})
}
