package router

import (
	"fmt"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// route is a default route of /proc/net/route over that link.
func route(link string) string {
	return "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\n" +
		link + "\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\nbr-lan\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
}

// TestStands: whether what this router lets in is all that there is, by where the way
// out is.
func TestStands(t *testing.T) {
	six := strings.Repeat("0", 32)
	door := lan.Forward{By: lan.ByOwner}
	for name, tt := range map[string]struct {
		v4, v6  string
		ways    int
		partial bool
	}{
		"a router":                {route("eth1"), "", 1, false},
		"by IPv6 alone":           {"", six + " 00 " + six + " 00 fe80" + six[4:] + " 00000400 00000001 00000000 00450003 eth1\n", 1, false},
		"no route, refused":       {"", six + " 00 " + six + " 00 " + six + " ffffffff 00000001 00000000 00200201 eth1\n", 1, true},
		"an access point":         {route("br-lan"), "", 0, true},
		"not known":               {"", "", 1, true},
		"over what is in no zone": {route("wwan0"), "", 1, true},
	} {
		root := t.TempDir()
		write(t, root, "proc/net/route", tt.v4)
		write(t, root, "proc/net/ipv6_route", tt.v6)
		m := here(root)
		r := lan.Router{Forwards: []lan.Forward{door}, Leases: []lan.Forward{}, Zones: []lan.Zone{
			{Name: "lan", Links: []string{"br-lan"}}, {Name: "wan", Links: []string{"eth1"}, Outside: true},
		}}
		m.stands(&r)
		if r.Forwards == nil || len(r.Forwards) != tt.ways || r.Partial != tt.partial {
			t.Errorf("%s: %+v", name, r)
		}
	}
	r := lan.Router{}
	if here(t.TempDir()).stands(&r); r.Partial || r.Forwards != nil {
		t.Errorf("of what was not read: %+v", r)
	}
}

// TestSwitchedOff: settings that are not in force say nothing.
func TestSwitchedOff(t *testing.T) {
	root := t.TempDir()
	write(t, root, "etc/config/network", "config interface lan\n\toption device br-lan\n")
	write(t, root, "etc/config/firewall", "config zone\n\toption name lan\n\toption network lan\n")
	write(t, root, "etc/rc.d/S19dnsmasq", "")
	if r := Conclude(Privileged(root), nil); r.Zones != nil || r.Forwards != nil || len(r.Unread) == 0 || !strings.Contains(r.Unread[0], "switched off") {
		t.Errorf("switched off: %+v", r)
	}
	write(t, root, "etc/rc.d/S19firewall", "")
	if r := Conclude(Privileged(root), nil); len(r.Zones) != 1 || r.Forwards == nil || len(r.Unread) > 0 {
		t.Errorf("switched on: %+v", r)
	}
}

// doors are the forwards that rules make beside zones lan, guest and wan, and whether
// there may be more.
func doors(t *testing.T, rules string) (list []string, partial bool) {
	t.Helper()
	root := t.TempDir()
	write(t, root, "etc/config/network", "config interface lan\n\toption device br-lan\nconfig interface guest\n\toption device br-guest\nconfig interface wan\n\toption device eth1\n")
	var text strings.Builder
	for _, zone := range []string{"lan", "guest", "wan"} {
		fmt.Fprintf(&text, "config zone\n\toption name %s\n\toption network %[1]s\n", zone)
	}
	write(t, root, "etc/config/firewall", text.String()+strings.NewReplacer("|", "\n", "~", " ").Replace(rules)+"\n")
	r := Conclude(Privileged(root), nil)
	for _, f := range r.Forwards {
		list = append(list, forwardText(f))
	}
	return list, r.Partial
}

// TestWideRules: in settings with blanks written as tildes, a rule without one device's address opens every one of its zone, and
// what is not understood is never nothing.
func TestWideRules(t *testing.T) {
	const rule = "config~rule|option~src~wan|option~target~ACCEPT|option~proto~tcp|option~dest_port~22|"
	const refuse = "config~rule|option~src~wan|option~target~REJECT|option~proto~all|"
	const redirect = "config~redirect|option~src~wan|option~proto~tcp|"
	for rules, want := range map[string]string{
		rule + "option~dest~lan":                                                                                    "tcp 22-0 zone:lan 22  [] owner",
		rule + "option~dest~*":                                                                                      "tcp 22-0 zone:lan 22  [] owner;tcp 22-0 zone:guest 22  [] owner",
		rule + "option~dest~lan|option~dest_ip~2001:db8::/64":                                                       "tcp 22-0 zone:lan 22  [] owner",
		rule + "option~dest~lan|option~dest_ip~!2001:db8::7":                                                        "tcp 22-0 zone:lan 22  [] owner",
		rule + "option~dest~lan|option~dest_ip~192.168.1.0/24":                                                      "",
		rule + "option~dest~lan|option~family~ipv4":                                                                 "more",
		rule + "option~dest~lan|option~src_ip~::/0":                                                                 "tcp 22-0 zone:lan 22  [] owner",
		rule + "option~dest~lan|option~src_ip~2001:db8:9::1":                                                        "tcp 22-0 zone:lan 22 2001:db8:9::1 [] owner",
		rule + "option~dest~lan|option~src_mac~02:00:00:00:00:01":                                                   "tcp 22-0 zone:lan 22  [] owner",
		"config~forwarding|option~src~wan|option~dest~lan":                                                          "0-0 zone:lan 0  [forwarding from wan to lan] owner",
		"config~rule|option~src~wan|option~dest~lan|option~proto~esp|option~target~ACCEPT":                          "",
		"config~rule|option~src~wan|option~dest~lan|option~proto~udp|option~dest_port~500|option~target~ACCEPT":     "",
		"config~rule|option~src~wan|option~dest~lan|option~proto~udp|option~dest_port~500-510|option~target~ACCEPT": "udp 500-510 zone:lan 500  [] owner",
		refuse + "option~dest~lan|" + rule + "option~dest~lan":                                                      "",
		refuse + "option~dest~*|" + rule + "option~dest~lan":                                                        "",
		refuse + "option~dest~guest|" + rule + "option~dest~lan":                                                    "tcp 22-0 zone:lan 22  [] owner",
		refuse + "option~dest~lan|option~family~ipv4|" + rule + "option~dest~lan":                                   "tcp 22-0 zone:lan 22  [] owner",
		refuse + "option~dest~lan|option~src_ip~2001:db8::9|" + rule + "option~dest~lan":                            "tcp 22-0 zone:lan 22  [] owner",
		refuse + rule:                                       "",
		refuse + rule + "option~dest~lan":                   "tcp 22-0 zone:lan 22  [] owner",
		redirect + "option~src_dport~23|option~dest_ip~nas": "more",
		redirect + "option~src_dport~23|option~src_ip~0.0.0.0/0|option~dest_ip~192.168.1.7":   "tcp 23-0 192.168.1.7 23  [] owner",
		redirect + "option~src_dport~80-82|option~dest_ip~192.168.1.7":                        "tcp 80-82 192.168.1.7 80  [] owner",
		redirect + "option~src_dport~80-81|option~dest_port~23-24|option~dest_ip~192.168.1.7": "tcp 80-81 192.168.1.7 23  [] owner;tcp 80-81 192.168.1.7 24  [] owner",
	} {
		got, partial := doors(t, rules)
		if partial {
			got = append(got, "more")
		}
		if strings.Join(got, ";") != want {
			t.Errorf("%s: %q, want %q", rules, got, want)
		}
	}
}
