package lan

import (
	"encoding/json"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
)

// keys are the field names of a JSON object, in order.
func keys(t *testing.T, v any) (names []string, text string) {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(strings.NewReader(string(b)))
	_, _ = dec.Token() // {
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, name.(string))
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			t.Fatal(err)
		}
	}
	return names, string(b)
}

// TestSchema1 holds the names of schema 1: fields may be added, none renamed,
// and no list is ever null.
func TestSchema1(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		v    any
		want string
	}{
		{Sweep{}, "schema tool started finished touch links devices cost"},
		{Sweep{Rung: "raw", Notes: []string{"cut short"}}, "schema tool started finished touch links devices rung notes cost"},
		{Link{Prefixes: []netip.Prefix{}}, "name prefixes"},
		{Device{}, "id macs addresses names kind vendor model firmware confidence identity services findings"},
		{
			Device{Hardware: "v1", Link: "br-lan", Self: true, FirstSeen: now, LastSeen: now, Sources: []string{"arp"}, Heard: Heard{"a": "b"}, Announced: []Endpoint{{}}},
			"id macs addresses names kind vendor model hardware firmware confidence identity services findings link self first_seen last_seen sources heard",
		},
		{Service{}, "address transport port name tls"},
		{Service{Product: "p", Version: "1", Heard: Heard{"a": "b"}}, "address transport port name product version tls heard"},
		{Fact{}, "field value source confidence"},
		{Fact{Raw: "r"}, "field value source confidence raw"},
		{Finding{}, "check verdict severity service title advice guideline provision evidence"},
		{Finding{FirstSeen: now, LastSeen: now}, "check verdict severity service title advice guideline provision evidence first_seen last_seen"},
		{Evidence{}, "said heard"},
		{Decision{Check: "c"}, "device what check value at"},
		{Cost{}, "packets connections datagrams login_tries"},
		{Progress{Message: "m", Started: now}, "running phase started devices finished probes total problems message"},
	} {
		names, text := keys(t, tt.v)
		if got := strings.Join(names, " "); got != tt.want {
			t.Errorf("%T has %s\nwant %s", tt.v, got, tt.want)
		}
		if strings.Contains(text, "null") {
			t.Errorf("%T holds a null: %s", tt.v, text)
		}
	}
}

func TestSweepIsStamped(t *testing.T) {
	for _, v := range []any{Sweep{Number: 7}, &Sweep{Number: 7}} {
		if _, text := keys(t, v); !strings.HasPrefix(text, `{"schema":1,`) {
			t.Errorf("%s", text)
		}
	}
	d := Device{}
	if _, err := json.Marshal(d); err != nil || d.MACs != nil {
		t.Error("marshalling changed the device")
	}
}

func TestSweepRoundTrip(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	in := Sweep{
		Tool: "homesweep 1", Started: now, Finished: now, Touch: Login,
		Links: []Link{{Name: "br-lan", Prefixes: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}}},
		Devices: []Device{{
			ID: "d", MACs: []MAC{{0, 0x11, 0x22, 0x33, 0x44, 0x55}, {}}, Addresses: []netip.Addr{netip.MustParseAddr("fe80::1")}, Kind: "camera",
			Services: []Service{{Address: netip.MustParseAddr("192.0.2.7"), Transport: TCP, Port: 80, Name: "http"}},
			Findings: []Finding{{Check: "c", Verdict: LikelyFail, Severity: Soon, Evidence: []Evidence{{"a", "b"}}}},
		}},
	}
	first, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var out Sweep
	if err := json.Unmarshal(first, &out); err != nil {
		t.Fatal(err)
	}
	second, err := json.Marshal(out)
	if err != nil || string(first) != string(second) {
		t.Errorf("%v\n%s\n%s", err, first, second)
	}
	if d := out.Devices[0]; d.Findings[0].Verdict != LikelyFail || d.MACs[0] != in.Devices[0].MACs[0] || out.Touch != Login {
		t.Errorf("%+v", out)
	}
}

func TestContains(t *testing.T) {
	l := Link{Prefixes: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/25"), netip.MustParsePrefix("fe80::/64")}}
	for addr, want := range map[string]bool{
		"192.0.2.1": true, "192.0.2.200": false, "::ffff:192.0.2.1": true, "fe80::1%eth0": true, "fe80:1::1": false, "127.0.0.1": false,
	} {
		if got := l.Contains(netip.MustParseAddr(addr)); got != want {
			t.Errorf("%s: %v", addr, got)
		}
	}
	if l.Contains(netip.Addr{}) || (Link{}).Contains(netip.MustParseAddr("192.0.2.1")) {
		t.Error("nothing is in scope of nothing")
	}
}

func TestSource4(t *testing.T) {
	prefixes := func(all ...string) (list []netip.Prefix) {
		for _, p := range all {
			list = append(list, netip.MustParsePrefix(p))
		}
		return list
	}
	own := []netip.Addr{netip.MustParseAddr("fe80::5"), netip.MustParseAddr("192.0.2.5"), netip.MustParseAddr("198.51.100.5")}
	for name, tt := range map[string]struct {
		link Link
		to   string
		want string
	}{
		"the network of the target":       {Link{Addrs: own, Prefixes: prefixes("192.0.2.0/24", "198.51.100.0/24")}, "198.51.100.9", "198.51.100.5"},
		"any":                             {Link{Addrs: own, Prefixes: prefixes("192.0.2.0/24")}, "", "192.0.2.5"},
		"a part that we are not in":       {Link{Addrs: own, Prefixes: prefixes("192.0.2.128/25"), Networks: prefixes("192.0.2.0/24")}, "192.0.2.200", "192.0.2.5"},
		"any, with a part of the network": {Link{Addrs: own, Prefixes: prefixes("192.0.2.128/25"), Networks: prefixes("192.0.2.0/24")}, "", "192.0.2.5"},
		"without its network":             {Link{Addrs: own, Prefixes: prefixes("192.0.2.128/25")}, "192.0.2.200", ""},
		"elsewhere":                       {Link{Addrs: own, Prefixes: prefixes("192.0.2.0/24"), Networks: prefixes("192.0.2.0/24")}, "203.0.113.1", ""},
		"IPv6 only":                       {Link{Addrs: own[:1], Prefixes: prefixes("fe80::/64")}, "", ""},
		"none":                            {Link{}, "", ""},
	} {
		var to netip.Addr
		if tt.to != "" {
			to = netip.MustParseAddr(tt.to)
		}
		got, ok := tt.link.Source4(to)
		if ok != (tt.want != "") || ok && got.String() != tt.want {
			t.Errorf("%s: %v, %v; want %q", name, got, ok, tt.want)
		}
	}
}

func TestMade(t *testing.T) {
	for _, tt := range [][3]string{
		{"Sonos", "Era 300", "Sonos Era 300"},
		{"Sonos", "Sonos Era 300", "Sonos Era 300"},
		{"sonos", "SONOS Era 300", "SONOS Era 300"},
		{"Sonos", "", "Sonos"},
		{"", "Era 300", "Era 300"},
		{"", "", ""},
		{"Hewlett Packard", "HP", "Hewlett Packard HP"},
	} {
		if got := (Device{Vendor: tt[0], Model: tt[1]}).Made(); got != tt[2] {
			t.Errorf("%q %q is made %q, want %q", tt[0], tt[1], got, tt[2])
		}
	}
}

func TestKeys(t *testing.T) {
	s := Service{Address: netip.MustParseAddr("fe80::1"), Transport: TCP, Port: 443, TLS: true}
	if s.Key() != "tcp/443" || (Service{}).Key() != "" || s.Endpoint().String() != "tcp/[fe80::1]:443" || !s.Endpoint().TLS {
		t.Errorf("%q %q", s.Key(), s.Endpoint())
	}
	if got := (Finding{Check: "telnet-open", Service: "tcp/23"}).Key(); got != "telnet-open tcp/23" {
		t.Errorf("%q", got)
	}
	if got := MDNS("_hap._tcp", "md"); got != "mdns._hap._tcp.md" {
		t.Errorf("%q", got)
	}
}

func TestClasses(t *testing.T) {
	for kind, want := range map[Kind]Class{"plug": Fragile, "bulb": Fragile, "router": Sturdy, "nas": Sturdy, "camera": Careful, "": Careful, "unknown": Careful} {
		if got := (Device{Kind: kind}).Class(); got != want {
			t.Errorf("%q is %v", kind, got)
		}
	}
	all := []Class{Fragile, Careful, Sturdy}
	if !slices.IsSortedFunc(all, func(a, b Class) int { return int(a.Rate() - b.Rate()) }) ||
		!slices.IsSortedFunc(all, func(a, b Class) int { return a.AtOnce() - b.AtOnce() }) ||
		!slices.IsSortedFunc(all, func(a, b Class) int { return int(b.Gap() - a.Gap()) }) {
		t.Error("a sturdier class is touched more gently")
	}
	for _, c := range all {
		gentle, normal, fast := Gentle.Manners(c), Normal.Manners(c), Fast.Manners(c)
		if c.String() == "" || c.AtOnce() < 1 || gentle.Rate >= normal.Rate || normal.Rate > fast.Rate || gentle.Gap <= normal.Gap || normal.Gap < fast.Gap {
			t.Errorf("class %d: %+v, %+v, %+v", c, gentle, normal, fast)
		}
		if c == Fragile && fast != normal {
			t.Errorf("what is fragile is hurried: %+v", fast)
		}
	}
	for _, p := range []Pace{Normal, Gentle, Fast} {
		var back Pace
		if err := back.UnmarshalText([]byte(p.String())); err != nil || back != p || p.PerSecond() <= 0 || p.InFlight() <= 0 {
			t.Errorf("pace %v became %v: %v", p, back, err)
		}
	}
}
