package frail

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/lab"
	"github.com/homesweep/homesweep/daemon/lab/crowd"
	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ports"
	"github.com/homesweep/homesweep/probes/probetest/netns"
)

// throng is a house with a crowd in it.
func throng(t *testing.T, n int) (*crowd.Crowd, []crowd.Host) {
	t.Helper()
	netns.Enter(t)
	h, c, hosts, err := lab.Throng(lab.Street, n, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	return c, hosts
}

// TestCrowdIsWhatItSays has nmap, which nobody here wrote, judge the crowd: what
// is open on each host, what is closed and what a firewall drops.
func TestCrowdIsWhatItSays(t *testing.T) {
	nmap, err := exec.LookPath("nmap")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("CI must have nmap (Debian package nmap)")
		}
		t.Skip("nmap is not installed")
	}
	c, hosts := throng(t, 40)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var list []string
	for _, p := range ports.Home() {
		list = append(list, strconv.Itoa(int(p)))
	}
	out, err := exec.CommandContext(ctx, nmap, "-sS", "-n", "-T4", "-oG", "-", "-p", strings.Join(list, ","), lab.Street.String()).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	found := grepable(string(out))
	for _, h := range hosts {
		got, up := found[h.Addr]
		if !up {
			t.Errorf("%s (%s, walled: %v) was not found", h.Addr, h.MAC, h.Walled)
			continue
		}
		rest := "closed"
		if h.Walled {
			rest = "filtered"
		}
		if !slices.Equal(got.open, h.Open) || got.rest != rest && len(got.open) < len(list) {
			t.Errorf("%s: nmap found %v open and the rest %s, the truth is %v and %s", h.Addr, got.open, got.rest, h.Open, rest)
		}
	}
	if len(found) != len(hosts)+1 { // and ourselves
		t.Errorf("nmap found %d hosts, %d are there", len(found)-1, len(hosts))
	}
	t.Logf("%+v", c.Count())
}

// verdict is what nmap says of one host.
type verdict struct {
	open []uint16
	rest string
}

var (
	nmapOpen = regexp.MustCompile(`(\d+)/open/tcp`)
	nmapRest = regexp.MustCompile(`Ignored State: (\w+)`)
)

// grepable reads nmap's output -oG.
func grepable(text string) map[netip.Addr]verdict {
	found := map[netip.Addr]verdict{}
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) < 2 || words[0] != "Host:" {
			continue
		}
		addr := netip.MustParseAddr(words[1])
		v := found[addr]
		for _, m := range nmapOpen.FindAllStringSubmatch(line, -1) {
			port, _ := strconv.ParseUint(m[1], 10, 16)
			v.open = append(v.open, uint16(port))
		}
		if m := nmapRest.FindStringSubmatch(line); m != nil {
			v.rest = m[1]
		}
		slices.Sort(v.open)
		found[addr] = v
	}
	return found
}

// TestCrowdTalks holds conversations with the crowd by the kernel's own TCP.
func TestCrowdTalks(t *testing.T) {
	c, hosts := throng(t, 60)
	greeted, served, connections := 0, 0, 0
	for _, h := range hosts {
		for _, port := range h.Open {
			connections++
			switch text := converse(t, h.Addr, port); {
			case strings.HasPrefix(text, "HTTP/1.1 200 OK\r\n") && strings.HasSuffix(text, "</title>"):
				served++
			case text != "":
				greeted++
			}
		}
	}
	n := c.Count()
	if greeted == 0 || served == 0 || greeted+served != connections || n.Connections != connections {
		t.Errorf("%d connections made, %d counted; %d greeted, %d were served a page", connections, n.Connections, greeted, served)
	}
	if n.Bytes == 0 || n.Lost != 0 {
		t.Errorf("%+v", n)
	}
}

// converse asks for a page at an open port and gives all that comes until the
// other side has hung up, or has greeted.
func converse(t *testing.T, addr netip.Addr, port uint16) string {
	t.Helper()
	conn, err := net.DialTimeout("tcp", netip.AddrPortFrom(addr, port).String(), 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: crowd\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	var all bytes.Buffer
	for buf := make([]byte, 2048); ; {
		n, err := conn.Read(buf)
		all.Write(buf[:n])
		if err != nil || !strings.HasPrefix(all.String(), "HTTP/") && n > 0 {
			return all.String()
		}
	}
}

// TestEnginesFindTheCrowd: both engines find each open port of a crowd, and no
// other, whoever is behind a firewall.
func TestEnginesFindTheCrowd(t *testing.T) {
	_, hosts := throng(t, 40)
	for _, make := range []func(ports.Options) ports.Engine{ports.NewRaw, ports.NewConnect} {
		engine := make(ports.Options{Allow: func(netip.Addr) error { return nil }, Pace: lan.Fast})
		t.Run(engine.Name(), func(t *testing.T) { findAll(t, engine, hosts) })
	}
}

func findAll(t *testing.T, engine ports.Engine, hosts []crowd.Host) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	own, err := net.InterfaceByName(lab.Link)
	if err != nil {
		t.Fatal(err)
	}
	mac, _ := lan.MACFrom(own.HardwareAddr)
	link := lan.Link{
		Name: lab.Link, Index: own.Index, MAC: mac, MTU: own.MTU,
		Prefixes: []netip.Prefix{lab.Street}, Addrs: []netip.Addr{lab.Street.Addr().Next().Next()},
	}
	truth := map[netip.Addr][]uint16{}
	var targets []ports.Target
	for _, h := range hosts {
		truth[h.Addr] = h.Open
		targets = append(targets, ports.Target{Addr: h.Addr, MAC: h.MAC, Ports: ports.Home(), Rate: 250, AtOnce: 32})
	}
	_, err = engine.Scan(ctx, link, targets, nil, func(target ports.Target, r ports.Result) {
		if !slices.Equal(r.Open, truth[target.Addr]) {
			t.Errorf("%s: %v found, %v is open", target.Addr, r.Open, truth[target.Addr])
		}
		delete(truth, target.Addr)
	})
	if err != nil || len(truth) > 0 {
		t.Errorf("%d of %d hosts are undecided: %v", len(truth), len(hosts), err)
	}
}

// TestGoroutines prints how many goroutines the sweep of a big network takes at
// most, and holds them to what a turn of each device may take: 28 datagrams, four
// connections and a few of its own, for as many devices as have their turn.
func TestGoroutines(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	throng(t, 120)
	before, most := runtime.NumGoroutine(), 0
	ctx, done := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	watching.Go(func() {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for ctx.Err() == nil {
			most = max(most, runtime.NumGoroutine())
			<-tick.C
		}
	})
	s := sweepHouse(t, lab.Order{Rung: wiring.RungRaw, Touch: lan.Ask})
	done()
	watching.Wait()
	bound := lan.Normal.InFlight()*40 + len(s.Devices) + 100
	if t.Logf("%d devices, at most %d goroutines more than before, bound %d", len(s.Devices), most-before, bound); most-before > bound {
		t.Error("that is more than the bound")
	}
}
