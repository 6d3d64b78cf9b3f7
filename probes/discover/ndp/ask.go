package ndp

import (
	"context"
	"math/rand/v2"
	"net/netip"
	"time"

	"golang.org/x/time/rate"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/wire"
)

const (
	// perSecond paces the solicitations. They wake one station each, or the few
	// that share its group.
	perSecond = 400
	burst     = 4
	// maxAsked bounds them: the last leaves 0.4 s before the end.
	maxAsked = 256
	// narrow is the widest IPv6 prefix of which every address is asked: only a
	// person's -target is as narrow.
	narrow = 128 - 8
	// answerWithin is how long hosts may take to say which groups they listen
	// to; each picks a moment of its own.
	answerWithin = 700 * time.Millisecond
	// maxEchoes is how many of our addresses ask all nodes, and between them is
	// how long the answers to one have before the next.
	maxEchoes = 4
	between   = 60 * time.Millisecond
	// patience is for how long a full send queue is tried again.
	patience = 200 * time.Millisecond
)

// questions are what is asked on one link.
type questions struct {
	link  lan.Link
	local netip.Addr   // our link-local address
	from  []netip.Addr // our addresses that ask all nodes, a link-local one first
	whom  []target     // neighbours that are asked one by one
}

// target is one neighbour; its MAC is zero when not known.
type target struct {
	addr netip.Addr
	mac  lan.MAC
}

// questions gathers what to ask on link; there are none without a link-local
// address of ours. A node answers an echo request to all from one address, of
// the kind that the question came from, so it is asked from one of each network.
// A question from an address of the internet goes no further than others.
func (s *Source) questions(link lan.Link) questions {
	q := questions{link: link, local: local(link)}
	if !q.local.IsValid() {
		return questions{}
	}
	q.from = voices(link)
	q.whom = s.targets(link)
	return q
}

func (q questions) none() bool { return len(q.from)+len(q.whom) == 0 }

// local is link's own link-local address, zero when it has none.
func local(link lan.Link) netip.Addr {
	for _, a := range link.Addrs {
		if a.Is6() && a.IsLinkLocalUnicast() {
			return a
		}
	}
	return netip.Addr{}
}

// voices are our addresses to ask all nodes from: one of each IPv6 network that
// is in scope or public.
func voices(link lan.Link) []netip.Addr {
	var from []netip.Addr
	used := map[netip.Prefix]bool{}
	add := func(a netip.Addr) {
		network := netip.PrefixFrom(a, 64).Masked()
		if !used[network] && len(from) < maxEchoes {
			used[network] = true
			from = append(from, a)
		}
	}
	if a := local(link); link.Contains(a) {
		add(a)
	}
	for _, a := range link.Addrs {
		if a.Is6() && (link.Contains(a) || link.Exposes(a)) {
			add(a)
		}
	}
	return from
}

// targets are the neighbours to ask one by one: those that answered the kernel
// some time ago, and all of a prefix that is narrow enough.
func (s *Source) targets(link lan.Link) []target {
	var list []target
	seen := map[netip.Addr]bool{}
	for _, own := range link.Addrs {
		seen[own] = true
	}
	add := func(t target) {
		if !seen[t.addr] && len(list) < maxAsked && link.Contains(t.addr) && s.allow(t.addr) == nil {
			seen[t.addr] = true
			list = append(list, t)
		}
	}
	entries, _ := s.table(link) // without the table the others still answer
	for _, e := range entries {
		switch {
		case !e.Addr.Is6() || e.MAC.IsZero() || !e.State.Answered():
		case e.State.Fresh():
			seen[e.Addr] = true
		default:
			add(target{e.Addr, e.MAC})
		}
	}
	for _, p := range link.Prefixes {
		if p = p.Masked(); p.Addr().Is6() && p.Bits() >= narrow {
			for a := p.Addr(); p.Contains(a); a = a.Next() {
				add(target{addr: a})
			}
		}
	}
	return list
}

// ask sends every question once. The end of ctx is no error.
func (q questions) ask(ctx context.Context, sock socket) error {
	frames := wire.NewBuilder(q.link)
	id := uint16(rand.Uint32())
	for i, from := range q.from {
		if i > 0 {
			pause(ctx, between)
		}
		frame, err := frames.EchoRequest6(from, id, uint16(i))
		if err := send(ctx, sock, frame, err); err != nil {
			return err
		}
		if from != q.local {
			continue
		}
		frame, err = frames.MLDQuery(from, answerWithin)
		if err := send(ctx, sock, frame, err); err != nil {
			return err
		}
	}
	pace := rate.NewLimiter(perSecond, burst)
	for _, t := range q.whom {
		if pace.Wait(ctx) != nil {
			return nil
		}
		frame, err := frames.NeighborSolicitation(q.local, t.addr, t.mac)
		if err := send(ctx, sock, frame, err); err != nil {
			return err
		}
	}
	return nil
}

// send sends frame, unless building it came to err. That the scope refuses it by
// now is no error.
func send(ctx context.Context, sock socket, frame []byte, err error) error {
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
