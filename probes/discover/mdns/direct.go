package mdns

import (
	"context"
	"io"
	"log"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/mdns"

	"github.com/homesweep/homesweep/probes/lan"
)

// maxAnswersKept is how many answers to one question are kept.
const maxAnswersKept = 64

// silent swallows the library's log: it writes two lines a bad packet, and
// everybody on the network can send those.
var silent = log.New(io.Discard, "", 0)

// direct asks for each of kinds at once, in a packet of its own from a port of
// its own, with the unicast-response bit set (RFC 6762, section 5.4). It is a
// second opinion: the library sees one instance a packet, and a type that cannot
// be asked for is left out.
func direct(ctx context.Context, ifi *net.Interface, kinds []string, period time.Duration, got func(claim) bool) {
	var wait sync.WaitGroup
	for _, kind := range kinds {
		wait.Go(func() {
			for _, c := range second(ctx, ifi, kind, period) {
				got(c)
			}
		})
	}
	wait.Wait()
}

// second is the library's opinion about one type.
func second(ctx context.Context, ifi *net.Interface, kind string, period time.Duration) (found []claim) {
	hints := make(chan *mdns.ServiceEntry, maxAnswersKept)
	// IPv6 is off because the library would join its group on an interface of
	// the kernel's choice; IPv6 addresses come with the answers all the same.
	_ = mdns.QueryContext(ctx, &mdns.QueryParam{
		Service: kind, Domain: "local", Timeout: period, Interface: ifi,
		Entries: hints, WantUnicastResponse: true, DisableIPv6: true, Logger: silent,
	})
	// Only now does the library leave the entries alone. It never closes the
	// channel.
	for len(hints) > 0 {
		if c, ok := fromHint(<-hints, kind); ok {
			found = append(found, c)
		}
	}
	return found
}

// fromHint checks that e is of the type asked for: the library reports whatever
// its sockets hear.
func fromHint(e *mdns.ServiceEntry, kind string) (c claim, ok bool) {
	suffix := "." + kind + ".local."
	cut := len(e.Name) - len(suffix)
	if cut <= 0 || !strings.EqualFold(e.Name[cut:], suffix) {
		return c, false
	}
	c = claim{full: e.Name, kind: kind, instance: e.Name[:cut], host: e.Host, port: e.Port, text: e.InfoFields}
	ips := []net.IP{e.AddrV4}
	if e.AddrV6IPAddr != nil {
		ips = append(ips, e.AddrV6IPAddr.IP)
	}
	for _, ip := range ips {
		if a, ok := netip.AddrFromSlice(ip); ok {
			c.addrs = append(c.addrs, a.Unmap())
		}
	}
	return c, true
}

// joinsHere reports whether the kernel's own choice for mDNS is link. The
// library joins the group there, and must not do so on a router's way to the
// internet. No packet is sent.
func joinsHere(link lan.Link) bool {
	c, err := net.Dial("udp4", "224.0.0.251:5353")
	if err != nil {
		return false
	}
	defer c.Close()
	local, ok := c.LocalAddr().(*net.UDPAddr)
	return ok && slices.Contains(link.Addrs, local.AddrPort().Addr().Unmap())
}
