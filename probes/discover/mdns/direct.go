package mdns

import (
	"context"
	"io"
	"log"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/mdns"

	"github.com/homesweep/homesweep/probes/lan"
)

// wellKnown are the types of home devices that are asked for directly, whether
// or not anybody lists them: some devices answer their own type only, and some
// only questions that want a unicast answer. Names by IANA's service registry
// and the makers' developer pages.
var wellKnown = []string{
	"_http._tcp", "_https._tcp", "_ipp._tcp", "_ipps._tcp", "_printer._tcp", "_pdl-datastream._tcp", "_uscan._tcp",
	"_googlecast._tcp", "_airplay._tcp", "_raop._tcp", "_hap._tcp", "_hap._udp", "_matterc._udp", "_hue._tcp",
	"_shelly._tcp", "_esphomelib._tcp", "_sonos._tcp", "_spotify-connect._tcp", "_androidtvremote2._tcp",
	"_axis-video._tcp", "_rtsp._tcp", "_home-assistant._tcp", "_mqtt._tcp", "_ssh._tcp", "_smb._tcp",
	"_workstation._tcp", "_device-info._tcp", "_amzn-wplay._tcp", "_meshcop._udp", "_wled._tcp", "_miio._udp",
	"_companion-link._tcp",
}

const (
	directAtOnce = 12 // questions; each has sockets of its own
	maxHints     = 64 // answers kept of one
)

// silent swallows the library's log: it writes two lines a bad packet, and
// everybody on the network can send those.
var silent = log.New(io.Discard, "", 0)

// direct asks for the well-known types from ephemeral ports, with the
// unicast-response bit set (RFC 6762, section 5.4). It is a second opinion: the
// library sees one instance a packet, and a type that cannot be asked for is
// left out.
func direct(ctx context.Context, ifi *net.Interface, period time.Duration, b *book) {
	some(directAtOnce, wellKnown, func(kind string) {
		if ctx.Err() != nil {
			return
		}
		hints := make(chan *mdns.ServiceEntry, maxHints)
		// IPv6 is off because the library would join its group on an interface
		// of the kernel's choice; IPv6 addresses come with the answers all the
		// same.
		_ = mdns.QueryContext(ctx, &mdns.QueryParam{
			Service: kind, Domain: "local", Timeout: period, Interface: ifi,
			Entries: hints, WantUnicastResponse: true, DisableIPv6: true, Logger: silent,
		})
		// Only now does the library leave the entries alone. It never closes
		// the channel.
		for len(hints) > 0 {
			if c, ok := fromHint(<-hints, kind); ok {
				b.add(c)
			}
		}
	})
}

// fromHint checks that e is of the type asked for: the library reports whatever
// its sockets hear.
func fromHint(e *mdns.ServiceEntry, kind string) (c claim, ok bool) {
	suffix := "." + kind + ".local."
	cut := len(e.Name) - len(suffix)
	if cut <= 0 || !strings.EqualFold(e.Name[cut:], suffix) {
		return c, false
	}
	c = claim{kind: kind, instance: e.Name[:cut], host: e.Host, port: e.Port, text: e.InfoFields}
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
