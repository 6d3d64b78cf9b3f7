package conntrack

import (
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/homesweep/homesweep/probes/lan"
)

var household = Home{
	Inside: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24"), netip.MustParsePrefix("2001:db8:1::/64"), netip.MustParsePrefix("fd00:1::/64")},
	Own:    []netip.Addr{netip.MustParseAddr("192.168.1.1"), netip.MustParseAddr("203.0.113.5")},
}

// line is a connection through a router that translates, with these words before
// its addresses and after them.
func line(head, src, dst string, port int, tail string) string {
	return fmt.Sprintf("%s src=%s dst=%s sport=40112 dport=%d packets=9 bytes=812 src=%s dst=203.0.113.5 sport=%[4]d dport=40112 packets=7 bytes=640 %s",
		head, src, dst, port, dst, tail)
}

const established = "ipv4     2 tcp      6 7431 ESTABLISHED"

// TestLines: which connection counts, in each form that kernels write.
func TestLines(t *testing.T) {
	cloud := "198.51.100.7"
	of := func(client string, transport lan.Transport, port uint16) []lan.Flow {
		return []lan.Flow{{Client: netip.MustParseAddr(client), Transport: transport, Port: port, Count: 1}}
	}
	unanswered := func(port int) string {
		return fmt.Sprintf("ipv4 2 tcp 6 112 SYN_SENT src=192.168.1.20 dst=%s sport=1 dport=%d [UNREPLIED] src=%[1]s dst=203.0.113.5 sport=%[2]d dport=1 mark=0 use=2", cloud, port)
	}
	for name, tt := range map[string]struct {
		line string
		want []lan.Flow
	}{
		"Telnet":              {line(established, "192.168.1.20", cloud, 23, "[ASSURED] mark=0 zone=0 use=2"), of("192.168.1.20", lan.TCP, 23)},
		"of an old kernel":    {line("tcp      6 431999 ESTABLISHED", "192.168.1.20", cloud, 1883, "[ASSURED] use=1"), of("192.168.1.20", lan.TCP, 1883)},
		"offloaded":           {line("ipv4     2 tcp      6", "192.168.1.20", cloud, 554, "[OFFLOAD] mark=0 zone=0 use=3"), of("192.168.1.20", lan.TCP, 554)},
		"in hardware":         {line("ipv4     2 tcp      6", "192.168.1.20", cloud, 21, "[HW_OFFLOAD] mark=0 zone=0 use=3"), of("192.168.1.20", lan.TCP, 21)},
		"IPv6":                {"ipv6     10 tcp      6 299 ESTABLISHED src=2001:0db8:0001:0000:0000:0000:0000:0020 dst=2001:0db8:ffff:0000:0000:0000:0000:0007 sport=5 dport=80 src=2001:0db8:ffff:0000:0000:0000:0000:0007 dst=2001:0db8:0001:0000:0000:0000:0000:0020 sport=80 dport=5 [ASSURED] use=2", of("2001:db8:1::20", lan.TCP, 80)},
		"CoAP, unanswered":    {strings.Replace(strings.Replace(unanswered(5683), "tcp 6 112 SYN_SENT", "udp 17 29", 1), "sport=1 ", "sport=7 ", 1), of("192.168.1.20", lan.UDP, 5683)},
		"Telnet, unanswered":  {unanswered(23), of("192.168.1.20", lan.TCP, 23)},
		"MQTT, unanswered":    {unanswered(1883), nil},
		"MQTT, ended":         {line("ipv4     2 tcp      6 119 TIME_WAIT", "192.168.1.20", cloud, 1883, "[ASSURED] mark=0 use=2"), nil},
		"HTTP, reset":         {line("ipv4     2 tcp      6 9 CLOSE", "192.168.1.20", cloud, 80, "[ASSURED] mark=0 use=2"), nil},
		"Telnet, ended":       {line("ipv4     2 tcp      6 119 TIME_WAIT", "192.168.1.20", cloud, 23, "[ASSURED] mark=0 use=2"), of("192.168.1.20", lan.TCP, 23)},
		"encrypted":           {line(established, "192.168.1.20", cloud, 443, ""), nil},
		"Telnet over UDP":     {line("ipv4 2 udp 17 20", "192.168.1.20", cloud, 23, ""), nil},
		"at home":             {line(established, "192.168.1.20", "192.168.1.30", 23, ""), nil},
		"to another network":  {line(established, "192.168.1.20", "10.0.0.4", 23, ""), nil},
		"to the router":       {line(established, "192.168.1.20", "203.0.113.5", 80, ""), nil},
		"to the provider":     {line(established, "192.168.1.20", "100.64.0.9", 80, ""), nil},
		"to a group":          {line("ipv4 2 udp 17 9", "192.168.1.20", "224.0.1.187", 5683, ""), nil},
		"from the router":     {line(established, "203.0.113.5", cloud, 80, ""), nil},
		"from its home side":  {line(established, "192.168.1.1", cloud, 80, ""), nil},
		"from the internet":   {line(established, cloud, "203.0.113.5", 23, ""), nil},
		"from elsewhere":      {line(established, "192.168.7.20", cloud, 23, ""), nil},
		"led to our proxy":    {strings.Replace(line(established, "192.168.1.20", cloud, 80, ""), "bytes=812 src="+cloud, "bytes=812 src=192.168.1.1", 1), nil},
		"no ports":            {"ipv4 2 icmp 1 29 src=192.168.1.20 dst=198.51.100.7 type=8 code=0 id=1 src=198.51.100.7 dst=203.0.113.5 type=0 code=0 id=1 use=2", nil},
		"a port too large":    {line(established, "192.168.1.20", cloud, 65559, ""), nil}, // 23 in 16 bits
		"a name for a source": {strings.Replace(line(established, "192.168.1.20", cloud, 23, ""), "src=192.168.1.20", "src=camera", 1), nil},
		"cut off":             {established + " src=192.168.1.20 dst=", nil},
		"nothing":             {"", nil},
	} {
		got, err := Parse(strings.NewReader(tt.line+"\n"), household)
		if tt.want == nil {
			tt.want = []lan.Flow{}
		}
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %v, %v; want %v\n%s", name, got, err, tt.want, tt.line)
		}
	}
}

// TestCounts: by client and protocol, in order, also past a line without an end.
func TestCounts(t *testing.T) {
	var b strings.Builder
	for i := range 30 {
		fmt.Fprintln(&b, line(established, fmt.Sprintf("192.168.1.%d", 20-i%2), fmt.Sprintf("198.51.100.%d", i), 23, ""))
	}
	fmt.Fprintln(&b, line(established, "192.168.1.20", "198.51.100.1", 1883, strings.Repeat("x", 5000)+" src=10.0.0.1"))
	b.WriteString(line(established, "192.168.1.20", "198.51.100.1", 80, "")) // no newline
	got, err := Parse(strings.NewReader(b.String()), household)
	said := fmt.Sprint(got)
	if err != nil || len(got) != 4 || got[0].Count != 15 || got[1].Port != 23 || got[2].Port != 80 || got[3].Port != 1883 || strings.Contains(said, "198.51") {
		t.Errorf("%s, %v", said, err)
	}
}

// TestTried: Telnet to one address again and again is one, to many as many as are
// noted.
func TestTried(t *testing.T) {
	var b strings.Builder
	for i := range 100 {
		fmt.Fprintln(&b, line(established, "192.168.1.20", fmt.Sprintf("198.51.100.%d", i), 23, ""))
		fmt.Fprintln(&b, line("ipv4 2 tcp 6 119 SYN_SENT", "192.168.1.30", "198.51.100.7", 23, "[UNREPLIED]"))
	}
	got, err := Parse(strings.NewReader(b.String()), household)
	if err != nil || len(got) != 2 || got[0].Count != maxTried || got[1].Count != 1 {
		t.Errorf("%v, %v", got, err)
	}
}

// TestBounds: neither a table without an end nor one of a thousand clients costs
// more than is reckoned with.
func TestBounds(t *testing.T) {
	long := strings.Repeat(line(established, "192.168.1.20", "198.51.100.1", 1883, "")+"\n", maxLines+5)
	if got, err := Parse(strings.NewReader(long), household); !errors.Is(err, ErrCut) || len(got) != 1 || got[0].Count != maxLines {
		t.Errorf("%v, %v", got, err)
	}
	wide, whole := household, netip.MustParsePrefix("10.0.0.0/8")
	wide.Inside = []netip.Prefix{whole}
	var b strings.Builder
	for i, a := 0, whole.Addr(); i < 2*maxClients; i, a = i+1, a.Next() {
		fmt.Fprintln(&b, line(established, a.String(), "198.51.100.1", 23, ""))
	}
	if got, err := Parse(strings.NewReader(b.String()), wide); err != nil || len(got) != maxClients {
		t.Errorf("%d clients, %v", len(got), err)
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	none, table := filepath.Join(dir, "none"), filepath.Join(dir, "table")
	if _, err := Load([]string{none}, household); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a table: %v", err)
	}
	if err := os.WriteFile(table, []byte(line(established, "192.168.1.20", "198.51.100.7", 23, "")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := Load([]string{none, table}, household); err != nil || len(got) != 1 {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := Load([]string{dir, table}, household); err == nil {
		t.Errorf("a folder gave %v", got)
	}
	broken := errors.New("broken")
	if got, err := Parse(iotest.ErrReader(broken), household); !errors.Is(err, broken) || got != nil {
		t.Errorf("%v, %v", got, err)
	}
}

// FuzzParse: whatever stands in the table, what is counted is from home, by a
// protocol of the list, and no more than there are lines.
func FuzzParse(f *testing.F) {
	f.Add([]byte(line(established, "192.168.1.20", "198.51.100.7", 23, "[ASSURED] mark=0 use=2")))
	f.Add([]byte("ipv6 10 udp 17 src=fd00:1::9 dst=2600::1 dport=5683 [UNREPLIED]\nudp 17 9 src=192.168.1.255 dst=::ffff:1.2.3.4 dport=5683"))
	f.Add([]byte("tcp src=192.168.1.2 src=192.168.1.3 dst=8.8.8.8 dst= dport=00023 dport=23 =\n= == src"))
	f.Add([]byte(strings.Repeat("tcp src=192.168.1.2 dst=8.8.8.8 dport=80 ", 99)))
	f.Fuzz(func(t *testing.T, table []byte) {
		list, err := Parse(strings.NewReader(string(table)), household)
		if err != nil || list == nil {
			t.Fatal(err)
		}
		lines := 1 + strings.Count(string(table), "\n")
		for _, flow := range list {
			_, listed := Of(flow.Transport, flow.Port)
			if !listed || !household.inside(flow.Client) || flow.Count < 1 || flow.Count > lines {
				t.Errorf("%+v of %d lines", flow, lines)
			}
		}
	})
}
