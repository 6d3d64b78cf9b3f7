package checks

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// opened is a way to 192.168.1.20 from everybody.
func opened(transport lan.Transport, external, port uint16, name string) lan.Forward {
	return lan.Forward{By: lan.ByOwner, Mapping: lan.Mapping{
		Transport: transport, External: external, Client: netip.MustParseAddr("192.168.1.20"), Port: port, For: name,
	}}
}

func reached(kind lan.Kind, ways ...lan.Forward) lan.Device {
	return lan.Device{Kind: kind, Reachable: append([]lan.Forward{}, ways...)}
}

var _ = hold("port-forward",
	twin{name: "a camera's page", device: reached("camera", opened(lan.TCP, 8080, 80, "Camera")), want: lan.Fail},
	twin{name: "a VPN", device: reached("server", opened(lan.UDP, 51820, 51820, "WireGuard")), want: lan.Fail},
	twin{name: "the router's settings", device: lan.Device{Self: true, Kind: "router", Reachable: []lan.Forward{{By: lan.ByOwner, Mapping: lan.Mapping{Transport: lan.TCP, External: 22, Port: 22, For: "ssh"}}}}, want: lan.Fail},
	twin{name: "a game", device: reached("console", opened(lan.UDP, 3074, 3074, "Xbox")), want: lan.Fail},
	twin{name: "a device that is gone", device: lan.Device{Self: true, Kind: "router", Reachable: []lan.Forward{opened(lan.TCP, 8080, 80, "old")}}, want: lan.Fail},
	twin{name: "nothing leads to it", device: reached("camera"), want: lan.LikelyPass},
	twin{name: "the router was not read", device: lan.Device{Kind: "camera"}, want: lan.NotApplicable})

// TestWorthOfDoors: how pressing a way is, by what it leads to and who may use it.
func TestWorthOfDoors(t *testing.T) {
	some := func(f lan.Forward, change func(*lan.Forward)) lan.Forward { change(&f); return f }
	all := opened("", 0, 0, "DMZ")
	for name, tt := range map[string]struct {
		kind lan.Kind
		way  lan.Forward
		want lan.Severity
	}{
		"Telnet":                    {"hub", opened(lan.TCP, 2300, 23, ""), lan.ActNow},
		"shared files":              {"nas", opened(lan.TCP, 445, 445, ""), lan.ActNow},
		"remote desktop":            {"computer", opened(lan.TCP, 13389, 3389, ""), lan.ActNow},
		"a camera's pictures":       {"camera", opened(lan.TCP, 554, 554, ""), lan.ActNow},
		"a camera's page in TLS":    {"camera", opened(lan.TCP, 443, 443, ""), lan.ActNow},
		"a page":                    {"server", opened(lan.TCP, 80, 80, ""), lan.Soon},
		"a page in TLS":             {"server", opened(lan.TCP, 443, 8443, ""), lan.WhenYouCan},
		"SSH":                       {"server", opened(lan.TCP, 22, 22, ""), lan.Soon},
		"SNMP":                      {"printer", opened(lan.UDP, 161, 161, ""), lan.Soon},
		"a file sharing program":    {"computer", opened(lan.TCP, 51413, 51413, ""), lan.WhenYouCan},
		"a game":                    {"console", opened(lan.UDP, 3074, 3074, ""), lan.ForInfo},
		"WireGuard":                 {"server", opened(lan.UDP, 4443, 51820, ""), lan.ForInfo},
		"OpenVPN over TCP":          {"server", opened(lan.TCP, 443, 1194, ""), lan.ForInfo},
		"WireGuard's port over TCP": {"server", opened(lan.TCP, 51820, 51820, ""), lan.WhenYouCan},
		"everything of a console":   {"console", all, lan.Soon},
		"everything of a recorder":  {"nvr", all, lan.ActNow},
		"a range that holds Telnet": {"server", some(opened(lan.TCP, 10, 10, ""), func(f *lan.Forward) { f.Last = 30 }), lan.ActNow},
		"a range to no Telnet":      {"server", some(opened(lan.TCP, 1000, 10, ""), func(f *lan.Forward) { f.Last = 1020 }), lan.WhenYouCan},
		"a range that holds none":   {"server", some(opened(lan.TCP, 60000, 60000, ""), func(f *lan.Forward) { f.Last = 60100 }), lan.WhenYouCan},
		"a range from a VPN's port": {"server", some(opened(lan.UDP, 500, 500, ""), func(f *lan.Forward) { f.Last = 700 }), lan.Soon},
		"SSH for one":               {"server", some(opened(lan.TCP, 22, 22, ""), func(f *lan.Forward) { f.From = "198.51.100.7" }), lan.WhenYouCan},
		"a page, any protocol":      {"server", opened("", 80, 80, ""), lan.Soon},
	} {
		if got := worth(lan.Device{Kind: tt.kind}, tt.way); got != tt.want {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
	page := opened(lan.TCP, 443, 443, "")
	if got := worth(lan.Device{Self: true, Kind: "router"}, page); got != lan.WhenYouCan {
		t.Errorf("a page in TLS of one that was not met: %v", got)
	}
	page.Client = netip.Addr{}
	if got := worth(lan.Device{Self: true, Kind: "router"}, page); got != lan.Soon {
		t.Errorf("the router's page in TLS: %v", got)
	}
}

// TestDoorWords: evidence names the rule, both ports, what is behind and who may
// use it; the worst comes first, and the device's own severity is not raised twice.
func TestDoorWords(t *testing.T) {
	way := opened(lan.UDP, 3074, 3074, "")
	way.By = lan.ByUPnP
	d := reached("camera", way, opened(lan.TCP, 8080, 80, "Camera\x1b"))
	d.Heard = lan.Heard{lan.IGDForwarded: "tcp/80"}
	d.Services = []lan.Service{{Transport: lan.TCP, Port: 80, Name: "http"}}
	p := &probes.Pass{Device: d}
	v, err := judged(t, "port-forward", p)
	text := words(p)
	if v != lan.Fail || err != nil || p.Severity == nil || *p.Severity != lan.ActNow || len(p.Steps) != 4 || p.Urgency.Exposed {
		t.Errorf("%v, %v, %+v", v, err, p)
	}
	first, second := strings.Index(text, "“Camera”: the router's tcp port 8080, to its port 80 (http); anybody on the internet may use it"), strings.Index(text, "port 3074")
	if first < 0 || second < first || !strings.Contains(text, "UPnP") {
		t.Errorf("%s", text)
	}
	many := opened("", 0, 0, "")
	many.From = "198.51.100.0/24"
	if got := doorWords(lan.Device{}, many); got != "every port of the router, to the same one of this device; only 198.51.100.0/24 may use it" {
		t.Error(got)
	}
	many.External, many.Last, many.Port = 60000, 60010, 60000
	if got := doorWords(lan.Device{}, many); !strings.HasPrefix(got, "the router's ports 60000 to 60010, to the same one of this device; only") {
		t.Error(got)
	}
}

// TestDoorPath: each form of a way, IPv6 as what it is.
func TestDoorPath(t *testing.T) {
	six := netip.MustParseAddr("2001:db8::10")
	for want, change := range map[string]func(*lan.Forward){
		"the router's tcp port 8080, to its port 80":                      func(*lan.Forward) {},
		"the router's port 8080, to its port 80":                          func(f *lan.Forward) { f.Transport = "" },
		"the router's tcp ports 8080 to 8090, to its port 80":             func(f *lan.Forward) { f.Last = 8090 },
		"the router's tcp ports 80 to 90, to the same one of this device": func(f *lan.Forward) { f.External, f.Last = 80, 90 },
		"the router's tcp port 8080, to the same one of this device":      func(f *lan.Forward) { f.Port = 0 },
		"every tcp port of the router, to the same one of this device":    func(f *lan.Forward) { f.External, f.Port = 0, 0 },
		"the router's tcp port 8080, open":                                func(f *lan.Forward) { f.Client = netip.Addr{} },
		"every port of the router, open":                                  func(f *lan.Forward) { f.Client, f.Transport, f.External, f.Port = netip.Addr{}, "", 0, 0 },
		"its tcp port 80 at 2001:db8::10":                                 func(f *lan.Forward) { f.Client, f.External = six, 80 },
		"its tcp ports 80 to 90 at 2001:db8::10":                          func(f *lan.Forward) { f.Client, f.External, f.Last = six, 80, 90 },
		"every port at 2001:db8::10":                                      func(f *lan.Forward) { f.Client, f.Transport, f.External, f.Port = six, "", 0, 0 },
	} {
		f := opened(lan.TCP, 8080, 80, "")
		change(&f)
		if got := doorPath(f, itself); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestBehind: what another router before this one has to let through is likely, and
// less pressing.
func TestBehind(t *testing.T) {
	way := opened(lan.TCP, 8080, 80, "")
	way.Behind = true
	p := &probes.Pass{Device: reached("server", way)}
	v, err := judged(t, "port-forward", p)
	if v != lan.LikelyFail || err != nil || *p.Severity != lan.WhenYouCan || !strings.Contains(words(p), "may use it, if the other router before this one lets it through") {
		t.Errorf("%v, %v, %v\n%s", v, p.Severity, err, words(p))
	}
}

// TestAstray: a way to an address that nobody has is told of the router, as what it
// leads to.
func TestAstray(t *testing.T) {
	p := &probes.Pass{Device: lan.Device{Self: true, Kind: "router", Reachable: []lan.Forward{opened(lan.TCP, 2323, 23, "old")}}}
	v, err := judged(t, "port-forward", p)
	if v != lan.Fail || err != nil || *p.Severity != lan.ActNow || !strings.Contains(p.Title, "no known device") ||
		!strings.Contains(words(p), "“old”: the router's tcp port 2323, to port 23 of 192.168.1.20; anybody") {
		t.Errorf("%v, %v, %q\n%s", v, err, p.Title, words(p))
	}
	p.Device.Reachable = append(p.Device.Reachable, lan.Forward{By: lan.ByOwner, Mapping: lan.Mapping{Transport: lan.TCP, External: 22, Port: 22}})
	if _, err := judged(t, "port-forward", p); err != nil || !strings.HasPrefix(p.Title, "The router itself") {
		t.Errorf("with a way to the router: %v, %q", err, p.Title)
	}
}

// TestOwnVPN: a VPN is told of as what it is, and so is a game, unless there is
// something else.
func TestOwnVPN(t *testing.T) {
	vpn := opened(lan.UDP, 51820, 51820, "WireGuard")
	for _, tt := range []struct {
		device lan.Device
		vpn    bool
	}{{reached("server", vpn), true}, {reached("server", vpn, opened(lan.UDP, 3074, 3074, "")), false}} {
		p := &probes.Pass{Device: tt.device}
		if _, err := judged(t, "port-forward", p); err != nil || *p.Severity != lan.ForInfo || strings.Contains(p.Title, "VPN") != tt.vpn ||
			!strings.HasPrefix(p.Advice, "Nothing is wrong with that") {
			t.Errorf("%v: %v, %q", err, p.Severity, p.Title)
		}
	}
}
