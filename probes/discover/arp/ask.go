package arp

import (
	"context"
	"net/netip"
	"time"

	"golang.org/x/time/rate"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/wire"
)

const (
	// widest is the shortest prefix swept whole. Of a wider one only the block
	// of this size around our own address is: homes number from the bottom of a
	// range, and 65,536 questions are no longer polite.
	widest = 22
	// A question to all costs a Wi-Fi of slow stations up to a millisecond of its
	// air, because it goes out at the rate of the slowest. A /24 is soon over;
	// beyond, most of the air is left to others.
	brisk    = 600 // questions a second, for as many addresses as a /24 has
	polite   = 250
	briskFor = 256
	// burst lets a slow timer or a busy router catch up on 20 ms, without
	// bunching questions.
	burst = 12
	// patience is for how long a full send queue is tried again.
	patience = time.Second
)

// addresses are those worth asking on link: allowed, and neither our own nor a
// network's own or broadcast address, at which some devices answer twice.
func addresses(link lan.Link, allow func(netip.Addr) error) []netip.Addr {
	var list []netip.Addr
	known := map[netip.Addr]bool{}
	for _, own := range link.Addrs {
		known[own] = true
	}
	for _, p := range link.Prefixes {
		if !p.Addr().Is4() {
			continue
		}
		block, ok := sweepable(link, p.Masked())
		if !ok {
			continue
		}
		for a := block.Addr(); block.Contains(a); a = a.Next() {
			if !known[a] && !link.Edge(a) && allow(a) == nil {
				list = append(list, a)
			}
			known[a] = true
		}
	}
	return list
}

// sweepable is the part of p that is swept; ok is false if we have no address
// on p's network to ask from. p itself may be a part of that network in which
// our address is not.
func sweepable(link lan.Link, p netip.Prefix) (block netip.Prefix, ok bool) {
	own, ok := link.Source4(p.Addr())
	if !ok || p.Bits() >= widest {
		return p, ok
	}
	return netip.PrefixFrom(own, widest).Masked(), p.Contains(own)
}

// ask sends every question, whatever was said before it, then those that stayed
// without an answer again, and waits for the last answers. The end of ctx is no error.
func (s *Source) ask(ctx context.Context, sock socket, link lan.Link, list []netip.Addr, heard func(netip.Addr) bool) error {
	pace := rate.NewLimiter(perSecond(len(list)), burst)
	frames := wire.NewBuilder(link)
	for round := range rounds {
		for _, a := range list {
			if round > 0 && heard(a) || s.fresh(a) {
				continue
			}
			if pace.Wait(ctx) != nil {
				return nil
			}
			if err := who(ctx, sock, frames, link, a); err != nil {
				return err
			}
		}
	}
	pause(ctx, linger)
	return nil
}

// perSecond is how many questions a second are asked of n addresses.
func perSecond(n int) rate.Limit {
	if n <= briskFor {
		return brisk
	}
	return polite
}

// who asks one question. That the scope refuses it by now is no error.
func who(ctx context.Context, sock socket, frames *wire.Builder, link lan.Link, a netip.Addr) error {
	own, ok := link.Source4(a)
	if !ok {
		return nil
	}
	frame, err := frames.ARPRequest(own, a, lan.MAC{})
	if err != nil {
		return err
	}
	return wire.SendSoon(ctx, sock, frame, patience)
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
