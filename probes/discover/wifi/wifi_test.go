package wifi

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/discover/fdb"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ubus"
)

// told is what one Discover says, sorted.
func told(t *testing.T, s probes.Source, link lan.Link) (all []string, err error) {
	t.Helper()
	err = s.Discover(context.Background(), link, func(s lan.Sighting) { all = append(all, text(s)) })
	slices.Sort(all)
	return all, err
}

func same(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestDiscover(t *testing.T) {
	b := newBus(map[string]string{
		"list hostapd.*":                    "hostapd.phy0-ap0\nhostapd.phy1-ap0\nhostapd.phy1-ap1\nhostapd.phy2-ap0\nhostapd.../x\n",
		"call hostapd.phy0-ap0 get_clients": `{"freq":2437,"clients":{"02:11:22:33:44:61":{"assoc":true}}}`,
		"call hostapd.phy1-ap0 get_clients": sample(t, "get_clients.json"),
		"call hostapd.phy1-ap1 get_clients": `{"freq":5180,"clients":{"02:11:22:33:44:62":{"assoc":true}}}`,
		"call hostapd.phy2-ap0 get_clients": `{"freq":5180,"clients":{"02:11:22:33:44:63":{"assoc":true}}}`,
	})
	s := over(t, b)
	got, err := told(t, s, home)
	if err != nil {
		t.Error(err)
	}
	same(t, "the home's", got,
		"wifi br-lan 00:11:22:33:44:55 0s band=5 GHz iface=phy1-ap0 signal=-55",
		"wifi br-lan 02:11:22:33:44:58 0s band=5 GHz iface=phy1-ap0 signal=-81",
		"wifi br-lan 02:11:22:33:44:61 0s band=2.4 GHz iface=phy0-ap0")
	got, _ = told(t, s, lan.Link{Name: "br-guest"})
	same(t, "the guests'", got, "wifi br-guest 02:11:22:33:44:62 0s band=5 GHz iface=phy1-ap1")
	got, _ = told(t, s, lan.Link{Name: "phy2-ap0"})
	same(t, "one that is no bridge's", got, "wifi phy2-ap0 02:11:22:33:44:63 0s band=5 GHz iface=phy2-ap0")

	s.members = func(lan.Link) ([]fdb.Entry, error) {
		return []fdb.Entry{{MAC: lan.MAC{2, 0x11, 0x22, 0x33, 0x44, 0x61}}}, errors.New("half")
	}
	got, err = told(t, s, lan.Link{Name: "br-lan.10"})
	same(t, "a VLAN's", got, "wifi br-lan.10 02:11:22:33:44:61 0s band=2.4 GHz iface=phy0-ap0")
	if err == nil {
		t.Error("a forwarding database that cannot be read is no error")
	}
}

func TestDiscoverByIwinfo(t *testing.T) {
	b := newBus(map[string]string{
		"call iwinfo devices":                         `{"devices":["phy0-ap0","phy1-ap0","../x"]}`,
		`call iwinfo info {"device":"phy0-ap0"}`:      sample(t, "info.json"),
		`call iwinfo assoclist {"device":"phy0-ap0"}`: sample(t, "assoclist.json"),
		`call iwinfo info {"device":"phy1-ap0"}`:      `{"mode":"Client","frequency":5180}`,
		`call iwinfo assoclist {"device":"phy1-ap0"}`: sample(t, "assoclist.json"),
	})
	got, err := told(t, over(t, b), home)
	if err != nil {
		t.Error(err)
	}
	same(t, "iwinfo's", got,
		"wifi br-lan 00:11:22:33:44:55 4.5s band=2.4 GHz connected_time=3601 iface=phy0-ap0 signal=-58",
		"wifi br-lan 02:11:22:33:44:57 0s band=2.4 GHz iface=phy0-ap0 signal=-61")
}

func TestErrors(t *testing.T) {
	refused := errors.New("refused")
	const clients = "call hostapd.phy0-ap0 get_clients"
	for name, c := range map[string]struct {
		answers map[string]string
		fails   map[string]error
		want    string // empty for none
	}{
		"no bus":        {fails: map[string]error{"list hostapd.*": ubus.ErrAbsent}},
		"no hostapd":    {},
		"no method":     {answers: map[string]string{"list hostapd.*": "hostapd.phy0-ap0"}},
		"bus refuses":   {fails: map[string]error{"list hostapd.*": refused}, want: "refused"},
		"object does":   {answers: map[string]string{"list hostapd.*": "hostapd.phy0-ap0"}, fails: map[string]error{clients: refused}, want: "refused"},
		"no JSON":       {answers: map[string]string{"list hostapd.*": "hostapd.phy0-ap0", clients: "usage:"}, want: "hostapd.phy0-ap0"},
		"iwinfo's junk": {answers: map[string]string{"call iwinfo devices": "{"}, want: "iwinfo"},
	} {
		b := newBus(c.answers)
		if c.fails != nil {
			b.fails = c.fails
		}
		got, err := told(t, over(t, b), home)
		if len(got) > 0 || (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestEndOfContextIsNoError(t *testing.T) {
	b := newBus(nil)
	for _, key := range []string{"list hostapd.*", "call luci-rpc getHostHints"} {
		b.fails[key] = context.Canceled
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := over(t, b)
	for _, s := range []probes.Source{s, watcher{s}, hints{bus: b, now: s.now}} {
		if err := s.Discover(ctx, home, nil); err != nil {
			t.Errorf("%T: %v", s, err)
		}
	}
}

func TestHints(t *testing.T) {
	b := newBus(map[string]string{"call luci-rpc getHostHints": sample(t, "hints.json")})
	link := lan.Link{
		Name: "br-lan", MAC: home.MAC, Addrs: []netip.Addr{netip.MustParseAddr("192.168.1.1")},
		Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24"), netip.MustParsePrefix("fe80::/64"), netip.MustParsePrefix("fd12::/64")},
		Public:   []netip.Prefix{netip.MustParsePrefix("2001:db8:1::/64")},
	}
	h := hints{bus: b, now: over(t, b).now}
	var got []string
	err := h.Discover(context.Background(), link, func(s lan.Sighting) {
		addr := "-"
		if s.Addr.IsValid() {
			addr = s.Addr.String()
		}
		got = append(got, strings.Join(append([]string{s.Source, s.MAC.String(), addr}, s.Names...), " "))
	})
	if err != nil {
		t.Error(err)
	}
	same(t, "hints", got,
		"hints 00:11:22:33:44:55 192.168.1.20 camera.lan", "hints 00:11:22:33:44:55 fd12::20 camera.lan",
		"hints 00:11:22:33:44:55 fe80::211:22ff:fe33:4455 camera.lan", "hints 00:11:22:33:44:55 2001:db8:1::20 camera.lan",
		"hints 00:11:22:33:44:56 192.168.1.21", "hints 00:11:22:33:44:56 fe80::21",
		"hints 00:11:22:33:44:57 - printer")
	for answer, want := range map[string]string{"null": "no table", "": "empty", "[": "luci-rpc", strings.Repeat("[", 20): "nested"} {
		b.set("call luci-rpc getHostHints", answer)
		if err := h.Discover(context.Background(), link, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", answer, err)
		}
	}
	h.bus = newBus(nil)
	if err := h.Discover(context.Background(), link, nil); err != nil {
		t.Errorf("without LuCI: %v", err)
	}
}

func TestBand(t *testing.T) {
	for mhz, want := range map[float64]string{
		2412: "2.4 GHz", 2484: "2.4 GHz", 5180: "5 GHz", 5885: "5 GHz", 5955: "6 GHz", 7115: "6 GHz", 58320: "60 GHz", 0: "", 908: "",
	} {
		if got := band(mhz); got != want {
			t.Errorf("%v MHz is %q", mhz, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"get_clients.json", "assoclist.json", "info.json", "hints.json"} {
		f.Add([]byte(sample(f, name)))
	}
	for line := range strings.Lines(sample(f, "events.txt")) {
		f.Add([]byte(line))
	}
	f.Add([]byte(`{"devices":["phy0-ap0"]}`))
	f.Add([]byte(`{ "ubus.object.add": {"id":2415744018,"path":"hostapd.phy0-ap0"} }`))
	f.Fuzz(func(t *testing.T, b []byte) {
		clients, _ := ParseClients(b)
		associated, _ := ParseAssociated(b)
		event, ok := ParseEvent(b)
		all := slices.Concat(clients, associated)
		if ok {
			all = append(all, event.Station)
		}
		for _, s := range all {
			if s.MAC.IsZero() || s.MAC.IsGroup() || s.Signal > 0 || s.Signal < -120 || s.Idle < 0 || s.Connected < 0 || s.Iface != "" && !ifaceName(s.Iface) {
				t.Fatalf("%q gave %+v", b, s)
			}
		}
		devices, _ := ParseDevices(b)
		if len(devices) > maxIfaces || slices.ContainsFunc(devices, func(s string) bool { return !ifaceName(s) }) {
			t.Fatalf("%q gave %q", b, devices)
		}
		hints, _ := ParseHints(b)
		for _, h := range hints {
			if h.MAC.IsZero() || len(h.Addrs) > maxAddrs || h.Name != lan.Printable(h.Name, lan.MaxName) {
				t.Fatalf("%q gave %+v", b, h)
			}
		}
		_, _, _ = ParseInfo(b)
		_, _ = ParseAdded(b)
	})
}
