package ports

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/lan"
)

// connect is the engine that needs no permission.
type connect struct {
	Options
	entries *table // the machine's connection table
	pace    *gate
	flying  *atomic.Int64        // connections under way, of all scans
	clock   func() time.Duration // since the engine was made
}

func newConnect(o Options) *connect {
	return &connect{o, &table{root: conntrackRoot}, newGate(o.Pace), new(atomic.Int64), since(time.Now())}
}

// NewConnect is the engine that asks by connect(2), at most as many at a time as
// the pace and each target allow, and resets what opens at once. It works for
// IPv4 and IPv6 and needs no capability.
func NewConnect(o Options) Engine { return newConnect(o) }

func (c *connect) Name() string { return "connect" }

func (c *connect) Scan(ctx context.Context, link lan.Link, targets []Target, sent func(int), done func(Target, Result)) (Stats, error) {
	poll, err := newPoller(ctx)
	if err != nil {
		return Stats{}, fmt.Errorf("ports: cannot watch connections: %w", err)
	}
	defer poll.close()
	s := &schedule{
		most: c.inFlight(), gate: c.pace, table: c.entries, abroad: c.flying, clock: c.clock, sent: sent, done: done,
		road: &connectRoad{
			link: link, allow: c.Allow, poll: poll, table: c.entries, clock: c.clock,
			calls: map[int]call{}, fds: map[netip.AddrPort]int{},
		},
		checks: checks{alive: c.asker(link)},
	}
	return s.run(ctx, newHosts(targets, atOnce, rand.IntN))
}

// asker is Alive on link, nil when there is none.
func (o Options) asker(link lan.Link) func(context.Context, Target) bool {
	if o.Alive == nil {
		return nil
	}
	return func(ctx context.Context, t Target) bool { return o.Alive(ctx, link, t) }
}

// atOnce is how many connections t bears.
func atOnce(t Target) int {
	if t.AtOnce <= 0 {
		return lan.Careful.AtOnce()
	}
	return t.AtOnce
}

// inFlight leaves half of the files we may open to the rest of the program.
func (o Options) inFlight() int {
	most := o.Pace.InFlight()
	if o.InFlight > 0 {
		most = o.InFlight
	}
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return most
	}
	return int(max(1, min(uint64(most), limit.Cur/2)))
}
