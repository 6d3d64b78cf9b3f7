package mdns

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/grandcat/zeroconf"
)

// meta is the type whose instances are types.
const meta = "_services._dns-sd._udp"

// browse asks on ifi for the instances of one type for a while, and hands each
// to got until that has enough. It returns when the library's last word is in.
func browse(ctx context.Context, ifi *net.Interface, serviceType string, period time.Duration, got func(claim) bool) error {
	if ctx.Err() != nil {
		return nil
	}
	// A resolver dies with its first question, so each question has its own.
	r, err := resolver(*ifi)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, period)
	defer cancel()
	entries := make(chan *zeroconf.ServiceEntry, 64)
	err = r.Browse(ctx, serviceType, "local.", entries)
	if err != nil {
		cancel()
	}
	// The library closes the channel when ctx ends, and hangs for ever on a
	// channel that nobody reads.
	enough := false
	for e := range entries {
		if !enough && !got(fromZeroconf(e, serviceType)) {
			enough = true
			cancel()
		}
	}
	return err
}

// resolver asks over both families, or over IPv4 where there is no IPv6.
func resolver(ifi net.Interface) (*zeroconf.Resolver, error) {
	here := zeroconf.SelectIfaces([]net.Interface{ifi})
	r, err := zeroconf.NewResolver(here)
	if err != nil {
		r, err = zeroconf.NewResolver(here, zeroconf.SelectIPTraffic(zeroconf.IPv4))
	}
	return r, err
}

func fromZeroconf(e *zeroconf.ServiceEntry, serviceType string) claim {
	c := claim{kind: strings.ToLower(serviceType), instance: e.Instance, host: e.HostName, port: e.Port, text: e.Text}
	for _, ip := range append(e.AddrIPv4, e.AddrIPv6...) {
		if a, ok := netip.AddrFromSlice(ip); ok {
			c.addrs = append(c.addrs, a.Unmap())
		}
	}
	return c
}
