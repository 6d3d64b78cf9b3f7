package mdns

import (
	"fmt"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/homesweep/homesweep/probes/lan"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// collected is what c tells of a datagram from the n-th machine of the home
// after a while, in short.
func collected(c *Collector, n byte, after time.Duration, b []byte) string {
	from := lan.Sighting{At: noon.Add(after), Link: "br-lan", MAC: lan.MAC{2, 0, 0, 0, 0, n}, Addr: netip.AddrFrom4([4]byte{192, 168, 1, n})}
	mine := func(a netip.Addr) bool { return a == netip.MustParseAddr(fmt.Sprintf("fe80::%x", n)) }
	var lines []string
	left := c.Hear(from, mine, b, func(s lan.Sighting) {
		line := fmt.Sprintf("%d", s.Addr.As16()[15])
		if s.MAC != from.MAC {
			line += " of " + s.MAC.String()
		}
		for _, word := range []string{strings.Join(s.Names, ","), s.Heard[lan.MDNSTypes], s.Heard["mdns._http._tcp.v"], s.Heard[Withdrawn]} {
			if word != "" {
				line += " " + word
			}
		}
		if s.Claim {
			line += " claim"
		}
		if s.Gone {
			line += " gone"
		}
		lines = append(lines, line)
	})
	if left > 0 {
		lines = append(lines, fmt.Sprint(left, " left out"))
	}
	return strings.Join(lines, "|")
}

func TestCollector(t *testing.T) {
	web := func(ttl int, name, version string) []byte {
		return packet(t, fmt.Sprintf("%s._http._tcp.local. %d IN SRV 0 0 80 h.local.", name, ttl),
			fmt.Sprintf("%s._http._tcp.local. %d IN TXT \"v=%s\"", name, ttl, version))
	}
	address := func(ttl int) []byte { return packet(t, fmt.Sprintf("h.local. %d IN A 192.168.1.7", ttl)) }
	c := NewCollector(home)
	for i, step := range []struct {
		from  byte
		after time.Duration
		b     []byte
		want  string
	}{
		{7, 0, address(120), "7 h"},
		{7, 0, web(120, "A", "1"), "7 A,h _http._tcp 1"},
		{7, 0, web(120, "A", "2"), "7 A,h _http._tcp 2"}, // a change
		{7, 0, web(120, "B", "1"), "7 B,h _http._tcp 1"},
		{9, 0, web(120, "C", "1"), "9"},                                                          // h is another's
		{9, 0, address(120), "7 h claim|9"},                                                      // and stays it
		{9, 0, packet(t, "h.local. 120 IN A 192.168.1.9"), "9 h"},                                // nor is the name taken over
		{9, 0, web(0, "A", "2"), "9"},                                                            // whose services nobody else ends
		{9, 0, packet(t, "_http._tcp.local. 0 IN PTR A._http._tcp.local."), "9 _http._tcp gone"}, // only its own
		{7, 0, web(0, "A", "2"), "7 _http._tcp"},                                                 // B lives on
		{7, 0, packet(t, "_http._tcp.local. 0 IN PTR b._HTTP._tcp.local."), "7 _http._tcp gone"},
		{7, 0, web(120, "A", "1"), "7 A,h _http._tcp 1"},
		{7, 0, address(0), "7 gone"},
		{7, time.Hour, packet(t, "g.local. 9 IN A 192.168.1.6"), "6 g claim|7"},
		{7, time.Hour, packet(t, "h.local. 9 IN AAAA fe80::7", "h.local. 9 IN A 192.168.1.7", "h.local. 9 IN A 8.8.8.8"), "7 h"},
		{7, time.Hour, make([]byte, 12), "7"}, // a question
		{7, time.Hour, []byte("?"), "7"},
		// A sleep proxy: the sender is heard, the sleeper only claimed.
		{3, time.Hour, owned(packet(t, "S._http._tcp.local. 9 IN SRV 0 0 80 s.local.", "s.local. 9 IN A 192.168.1.8"), lan.MAC{2, 0, 0, 0, 0, 8}), "3|8 of 02:00:00:00:00:08 S,s _http._tcp claim|8 of  s claim"},
		{3, time.Hour, owned(packet(t, "S._http._tcp.local. 0 IN SRV 0 0 80 s.local."), lan.MAC{2, 0, 0, 0, 0, 8}), "3"},
		{8, time.Hour, owned(packet(t, "S._http._tcp.local. 9 IN SRV 0 0 80 s.local.", "s.local. 9 IN A 192.168.1.8"), lan.MAC{2, 0, 0, 0, 0, 8}), "8 S,s _http._tcp"},
	} {
		got := collected(c, step.from, step.after, step.b)
		got = strings.ReplaceAll(got, "7 of  ", "7 ")
		got = strings.ReplaceAll(got, "6 of  ", "6 ")
		if got != step.want {
			t.Errorf("step %d: %q, want %q", i, got, step.want)
		}
	}
}

// TestCollectorForgets: what expired is news again and holds no place, however
// long it claimed to live; its device is not called gone.
func TestCollectorForgets(t *testing.T) {
	c := NewCollector(home)
	collected(c, 7, 0, packet(t, "A._http._tcp.local. 120 IN SRV 0 0 80 h.local.", "h.local. 120 IN A 192.168.1.7"))
	collected(c, 8, 0, packet(t, "B._http._tcp.local. 2147483647 IN SRV 0 0 80 g.local."))
	for after, want := range map[time.Duration][2]int{119 * time.Second: {2, 1}, 120 * time.Second: {1, 0}, longest: {0, 0}} {
		d := NewCollector(home)
		*d = *c
		d.lives, d.hosts, d.per, d.called, d.addrs = clone(c.lives), clone(c.hosts), clone(c.per), clone(c.called), clone(c.addrs)
		d.Forget(noon.Add(after))
		if got := [2]int{len(d.lives), len(d.hosts)}; got != want || len(d.per) != want[0] || len(d.called) != want[1] || len(d.addrs) != want[1] {
			t.Errorf("after %v: %v, %v", after, got, d.per)
		}
	}
	// A host whose time is over may be another's.
	if got := collected(c, 9, 2*time.Minute, packet(t, "A._http._tcp.local. 9 IN SRV 0 0 80 h.local.")); got != "9 A,h _http._tcp" {
		t.Error(got)
	}
}

func clone[K comparable, V any](m map[K]V) map[K]V {
	n := map[K]V{}
	for k, v := range m {
		n[k] = v
	}
	return n
}

func TestCacheFlush(t *testing.T) {
	c := NewCollector(home)
	b := packet(t, "h.local. 120 IN A 192.168.1.7", "h.local. 120 IN A 192.168.1.70")
	collected(c, 7, 0, b)
	collected(c, 7, 0, packet(t, "h.local. 120 IN A 192.168.1.7", "h.local. 120 IN AAAA fe80::7"))
	key := c.key(lan.MAC{}, "h.local.")
	if n := len(c.addrs[key]); n != 3 {
		t.Errorf("%d addresses", n)
	}
	var m dns.Msg
	if err := m.Unpack(b); err != nil {
		t.Fatal(err)
	}
	m.Answer = m.Answer[:1]
	m.Answer[0].Header().Class |= flush
	b, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	collected(c, 7, 0, b)
	if got := fmt.Sprint(c.addrs[key]); got != "[192.168.1.7]" {
		t.Errorf("%s after a flush", got)
	}
}

// TestOneSenderIsFewHosts: a sender cannot take every host's name.
func TestOneSenderIsFewHosts(t *testing.T) {
	c := NewCollector(home)
	for i := range 3 * perSender {
		collected(c, 7, 0, packet(t, fmt.Sprintf("h%d.local. 120 IN A 192.168.1.7", i)))
	}
	if len(c.hosts) != perSender || len(c.addrs) != perSender {
		t.Errorf("%d hosts", len(c.hosts))
	}
}

// TestCollectorFlood: 20,000 forged names cost little, whoever sends them, and
// none is left out unsaid.
func TestCollectorFlood(t *testing.T) {
	const forged = 20_000
	long := strings.Repeat("x", 50)
	for name, sender := range map[string]func(i int) lan.MAC{
		"of one":  func(int) lan.MAC { return lan.MAC{2, 9} },
		"of many": func(i int) lan.MAC { return lan.MAC{2, 0, 0, 0, byte(i >> 8), byte(i)} },
	} {
		c := NewCollector(home)
		var packets [][]byte
		for i := range forged {
			packets = append(packets, packet(t, fmt.Sprintf("%s%05d._http._tcp.local. 4500 IN SRV 0 0 80 %s%05d.local.", long, i, long, i),
				fmt.Sprintf("%s%05d.local. 4500 IN A 192.168.1.7", long, i)))
		}
		told, left := 0, 0
		before := heap()
		for i, b := range packets {
			left += c.Hear(lan.Sighting{At: noon, MAC: sender(i), Addr: netip.MustParseAddr("192.168.1.7")},
				func(netip.Addr) bool { return false }, b, func(s lan.Sighting) {
					if len(s.Names) > 0 && !s.Claim {
						told++
					}
				})
		}
		cost := heap() - before
		runtime.KeepAlive(packets)
		if cost > 1<<20 {
			t.Errorf("%s: %d bytes", name, cost)
		}
		if told > maxNames || told+left < forged {
			t.Errorf("%s: %d told, %d left out of %d", name, told, left, forged)
		}
		t.Logf("%s: %d bytes, %d told, %d left out", name, cost, told, left)
		runtime.KeepAlive(c)
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
