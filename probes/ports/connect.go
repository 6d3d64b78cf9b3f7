package ports

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/lan"
)

const (
	maxInFlight = 64 // half-open connections of a scan
	perHost     = 2  // of one host, one of a fragile device
)

// connect is the engine that needs no permission.
type connect struct{ Options }

// NewConnect is the engine that asks by connect(2), at most 64 at a time and
// two a host, and resets what opens at once. It works for IPv4 and IPv6 and
// needs no capability.
func NewConnect(o Options) Engine { return &connect{o} }

func (c *connect) Name() string { return "connect" }

func (c *connect) Scan(ctx context.Context, link lan.Link, targets []Target, sent func(int), done func(Target, Result)) (Stats, error) {
	return c.scan(ctx, link, targets, newGate(), since(time.Now()), sent, done)
}

func (c *connect) scan(ctx context.Context, link lan.Link, targets []Target, pace *gate, clock func() time.Duration, sent func(int), done func(Target, Result)) (Stats, error) {
	poll, err := newPoller(ctx)
	if err != nil {
		return Stats{}, fmt.Errorf("ports: cannot watch connections: %w", err)
	}
	defer poll.close()
	s := &schedule{
		hosts: newHosts(targets, atOnce), most: inFlight(),
		road: &connectRoad{link: link, allow: c.Allow, poll: poll, clock: clock, calls: map[int]call{}, fds: map[netip.AddrPort]int{}},
		gate: pace, clock: clock, sent: sent, done: done,
	}
	return s.run(ctx)
}

// atOnce is how many half-open connections t bears.
func atOnce(t Target) int {
	if t.Rate > 0 && t.Rate <= lan.Fragile.Rate() {
		return lan.Fragile.AtOnce()
	}
	return perHost
}

// inFlight leaves half of the files we may open to the rest of the program.
func inFlight() int {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return maxInFlight
	}
	return int(max(1, min(maxInFlight, limit.Cur/2)))
}
