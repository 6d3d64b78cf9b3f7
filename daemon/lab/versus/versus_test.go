package main

import (
	"bytes"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/report"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ports"
	"github.com/homesweep/homesweep/probes/probetest"
)

var (
	one = netip.MustParseAddr("192.168.78.5")
	two = netip.MustParseAddr("192.168.78.6")
)

func TestReaders(t *testing.T) {
	var swept bytes.Buffer
	if err := report.JSON(&swept, lan.Sweep{Devices: []lan.Device{
		{Addresses: []netip.Addr{one}, Services: []lan.Service{
			{Address: one, Transport: lan.TCP, Port: 80, Name: "http"},
			{Address: one, Transport: lan.TCP, Port: 81, Name: lan.Unknown},
			{Address: one, Transport: lan.UDP, Port: 161, Name: "snmp"},
		}},
		{Addresses: []netip.Addr{two}, Self: true, Services: []lan.Service{{Address: two, Transport: lan.TCP, Port: 22, Name: "ssh"}}},
	}}); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		read func([]byte) (found, error)
		text string
		want found
	}{
		"homesweep": {bench{}.homesweep(lan.Ask, lan.Normal).read, swept.String(), found{one: {80: "http", 81: ""}}},
		"nmap": {readNmap, `<?xml version="1.0"?><nmaprun><host><address addr="192.168.78.5" addrtype="ipv4"/><address addr="00:11:22:33:44:55" addrtype="mac"/><ports>
<extraports state="closed" count="150"/>
<port protocol="tcp" portid="22"><state state="open"/><service name="ssh" method="probed" conf="10"/></port>
<port protocol="tcp" portid="80"><state state="open"/><service name="http" method="table" conf="3"/></port>
<port protocol="tcp" portid="81"><state state="open"/><service name="tcpwrapped" method="probed" conf="8"/></port>
<port protocol="tcp" portid="82"><state state="filtered"/></port>
<port protocol="udp" portid="53"><state state="open"/></port>
</ports></host></nmaprun>`, found{one: {22: "ssh", 80: "", 81: ""}}},
		"masscan": {readMasscan, "#masscan\nopen tcp 80 192.168.78.5 1795394557\nclosed tcp 81 192.168.78.5 1\nopen udp 53 192.168.78.5 1\n# end\n", found{one: {80: ""}}},
	} {
		if got, err := tt.read([]byte(tt.text)); err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %v, %v, want %v", name, got, err, tt.want)
		}
	}
	for name, read := range map[string]func() (found, error){
		"homesweep": func() (found, error) { return bench{}.homesweep(lan.Ask, lan.Normal).read([]byte("killed")) },
		"nmap":      func() (found, error) { return readNmap([]byte("<nmaprun><host>")) },
		"masscan":   func() (found, error) { return readMasscan([]byte("open tcp x 192.168.78.5 1\n")) },
	} {
		if got, err := read(); err == nil {
			t.Errorf("%s: what is cut off is read as %v", name, got)
		}
	}
}

func TestJudge(t *testing.T) {
	truth := found{one: {80: "http", 22: "ssh", 8731: "http"}, two: {}}
	got := found{one: {80: "http", 8731: "", 23: ""}, two: {80: ""}}
	s := judge(truth, got)
	if s.Right != 1 || s.Beyond != 1 || s.Missed != 1 || s.Invented != 2 || s.Named != 1 || len(s.Wrong) != 3 {
		t.Errorf("%+v", s)
	}
	if s.recall() != 50 || s.precision() != 50 {
		t.Errorf("recall %.1f, precision %.1f, want 50 and 50", s.recall(), s.precision())
	}
	if s := judge(truth, found{one: {80: "", 22: ""}}); s.recall() != 100 {
		t.Errorf("a port that is on no list is a miss: %+v", s)
	}
	if s := judge(found{two: {}}, found{}); s.recall() != 100 || s.precision() != 100 {
		t.Errorf("nothing of nothing: %+v", s)
	}
}

// TestLimit: what manners cost, reckoned by hand.
func TestLimit(t *testing.T) {
	all, short := float64(len(ports.Home())), float64(len(ports.Short()))
	camera := lan.Device{Addresses: []netip.Addr{one}, Kind: "camera"}
	plug := lan.Device{Addresses: []netip.Addr{two}, Kind: "plug"}
	self := lan.Device{Self: true, Addresses: []netip.Addr{one}}
	for name, tt := range map[string]struct {
		devices          []lan.Device
		made, said, want float64
	}{
		"ports alone":       {[]lan.Device{camera, self}, 0, 0, all / 25},
		"beside each other": {[]lan.Device{camera}, 5, 10, all / 25},
		"connections":       {[]lan.Device{camera}, 101, 10, 100 * 0.25},
		"datagrams":         {[]lan.Device{camera}, 1, 2000, 2000.0 / 25},
		"fragile":           {[]lan.Device{plug}, 3, 2, short/10 + 2*0.5},
		"the slowest":       {[]lan.Device{camera, plug}, 0, 0, all / 25},
		"nobody":            {nil, 3, 3, 0},
		"ourselves":         {[]lan.Device{self}, 3, 3, 0},
	} {
		made, said := map[netip.Addr]int{}, map[netip.Addr]int{}
		for _, d := range tt.devices {
			made[d.Addresses[0]], said[d.Addresses[0]] = int(tt.made), int(tt.said)
		}
		got, why := limit(lan.Sweep{Devices: tt.devices}, lan.Normal, made, said)
		if want := presence + seconds(tt.want); (got - want).Abs() > time.Millisecond {
			t.Errorf("%s: %s (%s), want %s", name, got, why, want)
		}
	}
	var many []lan.Device
	for range 60 {
		many = append(many, camera)
	}
	if got, why := limit(lan.Sweep{Devices: many}, lan.Normal, nil, nil); (got - presence - seconds(60*all/1000)).Abs() > time.Millisecond {
		t.Errorf("the rate for all is no limit: %s (%s)", got, why)
	}
}

func TestSNMP(t *testing.T) {
	const text = "Ip: Forwarding InReceives\nIp: 1 77\nTcp: RtoMin ActiveOpens PassiveOpens AttemptFails\nTcp: -1 12 3 4\nTcpExt: ActiveOpens\nTcpExt: 9\n"
	if got := snmp(text, "Tcp:"); got["ActiveOpens"] != 12 || got["AttemptFails"] != 4 {
		t.Errorf("%v", got)
	}
	if got := snmp("Tcp: a b\n", "Tcp:"); len(got) != 0 {
		t.Errorf("names without values: %v", got)
	}
}

// TestMeter: a half-open connection is a question, a completed one a connection.
func TestMeter(t *testing.T) {
	m := &meter{own: lan.MAC{2, 0, 0, 0, 0, 1}, talks: map[talk]*span{}, asked: map[netip.Addr]int{}}
	at := time.Unix(0, 0)
	send := func(from lan.MAC, protocol byte, source, port uint16, flags byte) {
		at = at.Add(time.Second)
		frame := append([]byte{0, 1, 2, 3, 4, 5}, from[:]...)
		frame = append(frame, 8, 0, 0x45, 0, 0, 40, 0, 0, 0, 0, 64, protocol, 0, 0, 192, 168, 78, 2, 192, 168, 78, 5)
		frame = append(frame, byte(source>>8), byte(source), byte(port>>8), byte(port), 0, 0, 0, 1, 0, 0, 0, 1, 0x50, flags, 0, 0, 0, 0, 0, 0)
		for n := range len(frame) {
			m.note(frame[:n], at, nil) // what is cut off is no harm
		}
		m.note(frame, at, []uint16{161})
	}
	m.talks = map[talk]*span{}
	send(m.own, 6, 40000, 80, 2) // asked whether it is open, and hung up on
	send(m.own, 6, 40000, 80, 4)
	send(m.own, 6, 40001, 80, 20) // refused what it had not asked for
	send(m.own, 6, 50000, 80, 2)
	send(m.own, 6, 50000, 80, 16)
	send(m.own, 6, 50002, 80, 2) // the next, before the first is over
	send(m.own, 6, 50000, 80, 17)
	send(m.own, 6, 50002, 80, 16)
	send(lan.MAC{2, 0, 0, 0, 0, 9}, 6, 50001, 80, 16)
	send(m.own, 17, 50000, 161, 0)
	send(m.own, 17, 50000, 5353, 0)
	if got := m.connections(); got[one] != 2 || m.asked[one] != 1 || m.talking() != 4*time.Second {
		t.Errorf("connections %v, datagrams %v, talking for %s", got, m.asked, m.talking())
	}
}

func TestTable(t *testing.T) {
	var out strings.Builder
	table(&out, "A street", 2, []row{
		{tool: "ours", weight: weight{Wall: 2 * time.Second, RSS: 2048, Connections: 4}, score: score{Right: 9, Missed: 1, Wrong: []string{"a:1 missed"}}, most: 3},
		{tool: "theirs", weight: weight{Wall: time.Minute, Late: true, Connections: 80}, note: "stopped after 1m0s"},
	})
	for _, want := range []string{
		"| ours | 2.00 s | 1 | 0.00 s | 2.0 MB | 0 / 0 | 4, 2.0, 3 | 1 | 9/10 (90.0 %) | 9/9 (100.0 %) | 0 |\n",
		"| theirs | > 60.00 s | > 30 | | | 0 / 0 | 80 | 20 | | | |\n", "- theirs: stopped after 1m0s.\n", "- ours: a:1 missed.\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, out.String())
		}
	}
}

func TestVerdicts(t *testing.T) {
	var out strings.Builder
	v := verdicts{w: &out}
	v.hold(true, "one")
	v.hold(false, "two")
	v.time(false, "three")
	v.timed = true
	v.time(false, "four")
	if got := out.String(); v.failed != 2 || got != "PASS one\nFAIL two\n---- three (not held against: -short)\nFAIL four\n" {
		t.Errorf("%d failed:\n%s", v.failed, got)
	}
}

// TestSevenPortHost: the host of the comparison is a sound fake device.
func TestSevenPortHost(t *testing.T) {
	d, err := probetest.Load(sevenFolder())
	if err != nil {
		t.Fatal(err)
	}
	r, err := d.Start(probetest.Loopback())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if len(d.Open) != 7 || len(r.Counters().Ports) != 7 {
		t.Errorf("%d ports are open, want 7", len(r.Counters().Ports))
	}
}
