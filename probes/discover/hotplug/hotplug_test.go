package hotplug

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// late ends a test that waits for what never comes.
const late = 20 * time.Second

var (
	home  = lan.Link{Name: "br-lan", Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24"), netip.MustParsePrefix("fd00::/64")}, Public: []netip.Prefix{netip.MustParsePrefix("2001:db8::/64")}}
	guest = lan.Link{Name: "br-guest", Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.2.0/24")}}
)

// environment is what dnsmasq's script gives, as words NAME=value.
func environment(words ...string) func(string) string {
	return func(name string) string {
		for _, w := range words {
			if n, v, _ := strings.Cut(w, "="); n == name {
				return v
			}
		}
		return ""
	}
}

// TestFromEnvironment: the words of dnsmasq's script, and what is made of them on
// each link.
func TestFromEnvironment(t *testing.T) {
	mac := "MACADDR=02:11:22:33:44:55"
	for _, c := range []struct {
		words string
		want  string // a sighting, or nothing
	}{
		{"ACTION=add " + mac + " IPADDR=192.168.1.20 HOSTNAME=kettle DNSMASQ_INTERFACE=br-lan DNSMASQ_CLIENT_ID=01:02:11:22:33:44:55", "br-lan 02:11:22:33:44:55 192.168.1.20 [kettle] \"\" gone=false"},
		{"ACTION=add " + mac + " IPADDR=192.168.1.20 HOSTNAME=", "br-lan 02:11:22:33:44:55 192.168.1.20 [] \"\" gone=false"},
		{"ACTION=add " + mac + " IPADDR=192.168.1.20 DNSMASQ_CLIENT_ID=ff:11:22:33:44:00:04:aa:bb:cc", "br-lan 02:11:22:33:44:55 192.168.1.20 [] \"duid:0004aabbcc\" gone=false"},
		{"ACTION=add " + mac + " IPADDR=192.168.1.20 DNSMASQ_CLIENT_ID=not_hex", "br-lan 02:11:22:33:44:55 192.168.1.20 [] \"\" gone=false"},
		{"ACTION=update " + mac + " IPADDR=192.168.2.9 DNSMASQ_INTERFACE=br-guest", "br-guest 02:11:22:33:44:55 192.168.2.9 [] \"\" gone=false"},
		{"ACTION=update " + mac + " IPADDR=192.168.1.20 HOSTNAME=kettle", ""}, // its book read anew
		{"ACTION=update " + mac + " IPADDR=192.168.1.20 INTERFACE=br-lan", "br-lan 02:11:22:33:44:55 192.168.1.20 [] \"\" gone=false"},
		{"ACTION=remove " + mac + " IPADDR=192.168.1.20", "br-lan 02:11:22:33:44:55 192.168.1.20 [] \"\" gone=true"},
		{"ACTION=add MACADDR=00:01:00:01:2a:2b:2c:2d:02:11:22:33:44:55 DNSMASQ_MAC=02:11:22:33:44:55 IPADDR=fd00::9 HOSTNAME=kettle", "br-lan 02:11:22:33:44:55 fd00::9 [kettle] \"duid:000100012a2b2c2d021122334455\" gone=false"},
		{"ACTION=add MACADDR=00:03:00:01:02:11:22:33:44:55 IPADDR=2001:db8::9", "br-lan  2001:db8::9 [] \"duid:00030001021122334455\" gone=false"},
		{"ACTION=add MACADDR= DNSMASQ_MAC= DNSMASQ_CLIENT_ID=00:03:00:01:02:11:22:33:44:55 IPADDR=2001:db8::9", "br-lan  2001:db8::9 [] \"duid:00030001021122334455\" gone=false"},
		{"ACTION=add " + mac + " IPADDR=192.168.1.20 DNSMASQ_INTERFACE=br-guest", ""}, // whose network is not that
		{"ACTION=add " + mac + " IPADDR=10.0.0.1", ""},
		{"ACTION=add MACADDR=06-02:11:22 IPADDR=192.168.1.20", ""},
		{"ACTION=add MACADDR=01:00:5e:00:00:01 IPADDR=192.168.1.20", ""},
		{"ACTION=add IPADDR=fd00::9", ""}, {"ACTION=add " + mac, ""}, {mac + " IPADDR=192.168.1.20", ""},
		{"ACTION=tftp " + mac + " IPADDR=192.168.1.20", ""}, {"", ""},
		{"ACTION=add " + mac + " IPADDR=192.168.1.20 HOSTNAME=" + strings.Repeat("x", maxValue+1), "br-lan 02:11:22:33:44:55 192.168.1.20 [] \"\" gone=false"},
	} {
		var got []string
		if e, ok := FromEnvironment(environment(strings.Fields(c.words)...)); ok {
			for _, l := range []lan.Link{home, guest} {
				if s, on := e.sighting(l, time.Unix(1, 0)); on {
					got = append(got, fmt.Sprintf("%s %s %s %v %q gone=%v", s.Link, s.MAC, s.Addr, s.Names, s.ID, s.Gone))
				}
			}
		}
		if text := strings.Join(got, "; "); text != c.want {
			t.Errorf("%s\n\tgives %s\n\twant  %s", c.words, text, c.want)
		}
	}
}

// TestName: a stranger's words are made fit, and are one name.
func TestName(t *testing.T) {
	e := Event{Action: add, MAC: lan.MAC{2, 1}, Addr: netip.MustParseAddr("192.168.1.20")}
	for name, want := range map[string]string{"kettle": "[kettle]", "two words": "[]", "*": "[]", "a\tb": "[]", "esc\x1b[2J": "[esc[2J]", strings.Repeat("x", 300): "[" + strings.Repeat("x", lan.MaxName) + "]"} {
		e.Name = name
		if s, ok := e.sighting(home, time.Unix(1, 0)); !ok || fmt.Sprint(s.Names) != want {
			t.Errorf("%q is %q, %v", name, s.Names, ok)
		}
	}
}

// ear listens on a link until it is stopped.
type listening struct {
	seen  chan lan.Sighting
	ended chan error
	stop  context.CancelFunc
}

func listen(s probes.Source, l lan.Link) *listening {
	ctx, cancel := context.WithCancel(context.Background())
	h := &listening{make(chan lan.Sighting, waiting), make(chan error, 1), cancel}
	go func() { h.ended <- s.Discover(ctx, l, func(one lan.Sighting) { h.seen <- one }) }()
	return h
}

// next is what is seen next.
func (h *listening) next(t *testing.T) lan.Sighting {
	t.Helper()
	select {
	case s := <-h.seen:
		return s
	case err := <-h.ended:
		t.Fatalf("it ended: %v", err)
	case <-time.After(late):
		t.Fatal("nothing is seen")
	}
	return lan.Sighting{}
}

func (h *listening) end(t *testing.T) {
	t.Helper()
	h.stop()
	if err := <-h.ended; err != nil {
		t.Error(err)
	}
}

// await sends until somebody listens.
func await(t *testing.T, path string, e Event) {
	t.Helper()
	for begin := time.Now(); ; {
		err := Send(path, e)
		if err == nil {
			return
		}
		if time.Since(begin) > late {
			t.Fatal(err)
		}
	}
}

func at(addr string) Event {
	return Event{Action: add, MAC: lan.MAC{2, 0, 0, 0, 0, 9}, Addr: netip.MustParseAddr(addr), Name: "kettle"}
}

// TestLinksShareASocket: each link hears what concerns it, until the last one stops;
// then the socket is gone, and may be opened again.
func TestLinksShareASocket(t *testing.T) {
	for _, path := range []string{Path(t.TempDir()), Path(filepath.Join(t.TempDir(), strings.Repeat("deep", 30)))} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		s := New(path)
		for range 3 {
			a := listen(s, home)
			await(t, path, at("192.168.1.20"))
			if got := a.next(t); got.Link != "br-lan" || got.Source != Name || got.Addr.String() != "192.168.1.20" || time.Since(got.At) > time.Hour {
				t.Errorf("%+v", got)
			}
			b := listen(s, guest)
			for len(b.seen) == 0 { // until it listens as well
				await(t, path, at("192.168.2.20"))
			}
			if got := b.next(t); got.Link != "br-guest" {
				t.Errorf("%+v", got)
			}
			if info, err := os.Stat(path); err != nil || info.Mode() != os.ModeSocket|0o600 {
				t.Errorf("%v, %v", info, err)
			}
			a.end(t)
			if len(a.seen) > 0 {
				t.Errorf("the home hears of the guests: %+v", a.next(t))
			}
			if err := Send(path, at("192.168.2.21")); err != nil {
				t.Errorf("one that stops shuts out the others: %v", err)
			}
			b.end(t)
			if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("it stays: %v", err)
			}
			if err := Send(path, at("192.168.1.20")); err == nil {
				t.Error("nobody listens, and it is taken")
			}
		}
	}
}

// TestStrangeDatagrams are left out; what comes after them is heard.
func TestStrangeDatagrams(t *testing.T) {
	path := Path(t.TempDir())
	h := listen(New(path), home)
	await(t, path, at("192.168.1.20"))
	h.next(t)
	conn, err := net.Dial("unixgram", path)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, b := range []string{"", "{", "null", `{"what":"dhcp"}`, `{"addr":"x"}`, strings.Repeat("x", 2*maxDatagram), `{"what":"dhcp","action":"add","mac":"02:00:00:00:00:01","addr":"fe80::1%eth0"}`} {
		if _, err := conn.Write([]byte(b)); err != nil {
			t.Fatal(err)
		}
	}
	if err := Send(path, at("192.168.1.21")); err != nil {
		t.Fatal(err)
	}
	if got := h.next(t); got.Addr.String() != "192.168.1.21" {
		t.Errorf("%+v", got)
	}
	h.end(t)
}

// TestTooLong: what is longer than an event can be is none, however it goes on.
func TestTooLong(t *testing.T) {
	b, err := json.Marshal(at("192.168.1.20"))
	if err != nil {
		t.Fatal(err)
	}
	for more, want := range map[int]bool{0: true, maxDatagram - len(b): true, maxDatagram - len(b) + 1: false} {
		if _, err := Parse(append(b[:len(b):len(b)], strings.Repeat(" ", more)...)); (err == nil) != want {
			t.Errorf("%d bytes more: %v", more, err)
		}
	}
}

// TestInTheWay: a socket that was left behind is no hindrance; what is none, or
// somebody else's, is.
func TestInTheWay(t *testing.T) {
	path := Path(t.TempDir())
	stale, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	if err := New(path).Discover(t.Context(), home, nil); err == nil || !strings.Contains(err.Error(), "another homesweep answers") {
		t.Errorf("beside another: %v", err)
	}
	if err := stale.Close(); err != nil {
		t.Fatal(err)
	}
	h := listen(New(path), home)
	await(t, path, at("192.168.1.20"))
	h.next(t)
	h.end(t)
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := New(path).Discover(t.Context(), home, nil); err == nil || !strings.Contains(err.Error(), "is in the way") {
		t.Errorf("a file: %v", err)
	}
	if b, _ := os.ReadFile(path); string(b) != "mine" {
		t.Error("the file is gone")
	}
}

// TestDeafSocket: when the socket fails every link's listener ends with the reason,
// and may begin anew.
func TestDeafSocket(t *testing.T) {
	path := Path(t.TempDir())
	s := New(path).(*source)
	h := listen(s, home)
	await(t, path, at("192.168.1.20"))
	h.next(t)
	s.mu.Lock()
	conn := s.conn
	s.mu.Unlock()
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-h.ended; err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("%v", err)
	}
	h = listen(s, home)
	await(t, path, at("192.168.1.20"))
	h.next(t)
	h.end(t)
}

// TestFlood: who takes nothing in keeps nobody waiting, and hears again later.
func TestFlood(t *testing.T) {
	path := Path(t.TempDir())
	s := New(path)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	hold, first, ended := make(chan struct{}), make(chan struct{}, 1<<12), make(chan error, 1)
	go func() {
		ended <- s.Discover(ctx, home, func(lan.Sighting) { first <- struct{}{}; <-hold })
	}()
	await(t, path, at("192.168.1.20"))
	<-first
	for range 10 * waiting {
		if err := Send(path, at("192.168.1.20")); err != nil {
			t.Fatal(err)
		}
	}
	close(hold)
	<-first
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// FuzzParse: an event that is taken is of a device, and never of another link.
func FuzzParse(f *testing.F) {
	for _, addr := range []string{"192.168.1.20", "fd00::9", "::ffff:192.168.1.20"} {
		e := at(addr)
		e.Client, e.Link = "ff1122334400020000ab11", "br-lan"
		b, err := json.Marshal(e)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"action":"add","mac":"02-00-00-00-00-01","addr":"192.168.1.1","name":"\u202e \ud800"}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := Parse(b)
		if err != nil {
			return
		}
		s, ok := e.sighting(home, time.Unix(1, 0))
		if !ok {
			return
		}
		if s.MAC.IsGroup() || !home.Contains(s.Addr) && !home.Exposes(s.Addr) || s.MAC.IsZero() && s.ID == "" && s.Addr.Is4() {
			t.Errorf("%q gives %+v", b, s)
		}
		if slices.ContainsFunc(s.Names, func(n string) bool { return n != lan.Printable(n, lan.MaxName) }) {
			t.Errorf("%q gives the name %q", b, s.Names)
		}
	})
}

// FuzzFromEnvironment: what is taken can be sent, and comes out as it went in.
func FuzzFromEnvironment(f *testing.F) {
	f.Add("add", "02:11:22:33:44:55", "192.168.1.20", "kettle", "br-lan", "01:02")
	f.Add("add", "00:03:00:01:02:11:22:33:44:55", "fd00::1%x", "\xff", "", "ff")
	f.Fuzz(func(t *testing.T, action, mac, addr, name, link, client string) {
		e, ok := FromEnvironment(environment("ACTION="+action, "MACADDR="+mac, "IPADDR="+addr, "HOSTNAME="+name, "DNSMASQ_INTERFACE="+link, "DNSMASQ_CLIENT_ID="+client))
		if !ok {
			return
		}
		b, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Parse(b); err != nil && len(b) <= maxDatagram {
			t.Errorf("%s: %v", b, err)
		}
	})
}
