// Package ports is the port engine: it finds out which TCP ports of the whole
// home's devices are open, all devices at once, each at its own pace.
//
// It never finishes a conversation: a raw SYN is answered by the kernel's RST,
// a connect is torn down at once, and no byte is ever written.
package ports

import (
	"context"
	"net/netip"

	"github.com/homesweep/homesweep/probes/lan"
)

// Target is one device's address and what to ask of it.
type Target struct {
	Addr  netip.Addr
	MAC   lan.MAC  // where a raw engine sends; zero when not known
	Ports []uint16 // asked in this order
	// Rate is the most probes a second for this device; zero or less is
	// lan.Careful's.
	Rate float64
	// AtOnce is the most questions that may wait for an answer where each of
	// them is a connection; zero or less is lan.Careful's. One that is overdue
	// by the device's own measure, as those are that a firewall drops, counts no
	// more.
	AtOnce int
	// Found, if not nil, is called from the scan's goroutine with each port as
	// soon as it is proven open, while others are still being asked, unless the
	// device may yet turn out to accept every port. It should return quickly.
	// Result.Open holds all of them, those not mentioned before included.
	Found func(port uint16)
	// Stop, if not nil, ends the asking of this device when it is closed.
	Stop <-chan struct{}
}

// Options of an engine. It is shared by all scans and never changed.
type Options struct {
	// Allow is asked before each question, from the scan's goroutine; what it
	// refuses is not asked. Required.
	Allow func(netip.Addr) error
	Pace  lan.Pace
	// InFlight is how many connections may be open at a time, where each question is
	// one; zero or less is the pace's.
	InFlight int
	// Alive asks a device in person whether it is still there, when it has
	// fallen silent in the middle of its ports. It may take seconds and is
	// called from goroutines of the engine's own, one a target at a time. Nil
	// takes silence for silence.
	Alive func(ctx context.Context, link lan.Link, t Target) bool
}

// Result is what one target's ports came to. A port that was not asked (the
// scope refused, the device went away, the scan was cut short) is counted
// nowhere, so Closed, Filtered, Silent and Open may add up to less than the ports.
type Result struct {
	Open     []uint16 // in ascending order; empty when Everything
	Closed   int      // the device said that nobody listens there
	Filtered int      // a firewall said that nobody may know
	Silent   int      // asked, in most cases twice, without an answer
	// Everything says that the device accepts each port, even such as nobody
	// uses: a tarpit or a proxy answers, and an open port means nothing.
	Everything bool
	// Unreachable says that the kernel could not find the device any more.
	Unreachable bool
	// Suffered says that the device answered at first and died while it was
	// asked: Alive said no.
	Suffered bool
	// Lapsed says that the device answered and then was away for a while: it left
	// several questions in a row unanswered, until they were asked again or for
	// good. It is a hint only: packets are lost, too.
	Lapsed bool
}

// Stats is what a scan cost and how it went.
type Stats struct {
	Sent     int // questions sent, those of the second pass included
	Received int // answers that belonged to a question
	Drops    int // frames lost in the kernel for want of room; raw engine only
	Passes   int // 2 when silent ports were asked again, more for devices that lose packets
	Requeued int // questions put back because this machine was short of something
}

func (s *Stats) add(o Stats) {
	s.Sent += o.Sent
	s.Received += o.Received
	s.Drops += o.Drops
	s.Requeued += o.Requeued
	s.Passes = max(s.Passes, o.Passes)
}

// Engine scans. It is safe for concurrent use; scans share the pace
// and nothing else.
type Engine interface {
	// Name is "raw" or "connect".
	Name() string
	// Scan asks all targets, interleaved, and returns when all are decided or
	// ctx ends, whose error it then returns. From one goroutine it calls sent
	// (which may be nil) with the number of questions sent since it called
	// last, and done exactly once for each target as soon as that target's
	// ports are decided. Both should return quickly. When Scan ends early, done
	// is called for the rest with what is known so far; only if it could not
	// begin at all, such as for lack of permission (fs.ErrPermission), is done
	// never called.
	Scan(ctx context.Context, link lan.Link, targets []Target, sent func(n int), done func(Target, Result)) (Stats, error)
}
