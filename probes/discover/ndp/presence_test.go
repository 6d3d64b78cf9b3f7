package ndp

import (
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/vishvananda/netlink"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/discover/arp"
	"github.com/homesweep/homesweep/probes/discover/neigh"
	"github.com/homesweep/homesweep/probes/lan"
)

// BenchmarkPresence24 is the raw rung's presence phase on a /24 with IPv6: all
// its sources side by side, as a sweep runs them. It is to take 1.2 s at most.
func BenchmarkPresence24(b *testing.B) {
	p, link := household(b)
	link.Prefixes = append(link.Prefixes, netip.MustParsePrefix("192.0.2.0/24"))
	link.Addrs = append(link.Addrs, addr("192.0.2.1"))
	give := func(name string, list ...string) {
		end, err := netlink.LinkByName(name)
		for _, a := range list {
			n, e := netlink.ParseIPNet(a)
			if e == nil && err == nil {
				err = netlink.AddrAdd(end, &netlink.Addr{IPNet: n})
			}
		}
		if err != nil {
			b.Error(err)
		}
	}
	give("home0", "192.0.2.1/24")
	p.Do(func() { give("eth0", "192.0.2.20/24", "192.0.2.130/24", "192.0.2.240/24") })
	allow := within(link)
	var seen map[netip.Addr]bool
	var longest time.Duration
	for b.Loop() {
		start := time.Now()
		seen = map[netip.Addr]bool{}
		var mu sync.Mutex
		var sources sync.WaitGroup
		for _, s := range []probes.Source{arp.New(allow), New(allow), neigh.New()} {
			sources.Go(func() {
				if err := s.Discover(b.Context(), link, func(s lan.Sighting) {
					mu.Lock()
					defer mu.Unlock()
					seen[s.Addr] = true
				}); err != nil {
					b.Error(err)
				}
			})
		}
		sources.Wait()
		longest = max(longest, time.Since(start))
	}
	for _, a := range append(theirs, "192.0.2.20", "192.0.2.130", "192.0.2.240") {
		if !seen[addr(a)] {
			b.Errorf("%s was not seen", a)
		}
	}
	b.ReportMetric(longest.Seconds(), "longest-s")
	b.ReportMetric(float64(len(seen)), "addresses")
}
