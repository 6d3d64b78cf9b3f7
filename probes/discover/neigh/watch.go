package neigh

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"time"

	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/rtnl"
)

// ErrGone is the end of following a link whose interface no longer exists. One
// that comes back has another index: follow the link that is found then.
var ErrGone = errors.New("the interface is gone; look for the home's links again")

const (
	// room is the socket's buffer, in bytes: some 2,000 notices. Where the kernel
	// grants less, more dumps follow.
	room = 1 << 19
	// rest is the least time between two dumps of the table, so that a flood of
	// neighbours costs no more than it must.
	rest = 250 * time.Millisecond
)

// watcher is the Source that goes on listening.
type watcher struct{}

var _ probes.Source = watcher{}

// Watcher is the Source "neigh" for long listening: its Discover is Watch.
func Watcher() probes.Source { return watcher{} }

// Name implements probes.Source.
func (watcher) Name() string { return "neigh" }

// Discover implements probes.Source.
func (watcher) Discover(ctx context.Context, link lan.Link, see func(lan.Sighting)) error {
	return Watch(ctx, link, see)
}

// Watch tells link's neighbours as they are now and then each change, until ctx
// ends, which is not an error. It waits for the kernel's word and never polls.
// Only what the kernel has heard from a neighbour is told: an entry that fails
// or is removed says nothing, for the kernel may just not have asked.
func Watch(ctx context.Context, link lan.Link, see func(lan.Sighting)) error {
	tell := func(e Entry, now time.Time) {
		if e.heard() {
			see(e.Sighting("neigh", link, now))
		}
	}
	dump := func() error {
		all, err := Read(link)
		now := time.Now()
		for _, e := range all {
			tell(e, now)
		}
		return err
	}
	return Follow(ctx, link, dump, func(message []byte) {
		if n, ok := decode(message); ok {
			if e, ok := n.entry(link); ok {
				tell(e, time.Now())
			}
		}
	})
}

// heard reports whether the kernel has the neighbour's own word.
func (e Entry) heard() bool { return !e.MAC.IsZero() && e.State.Answered() }

// Follow joins the kernel's notices of neighbours and of link (rtnetlink(7),
// RTNLGRP_NEIGH and RTNLGRP_LINK) until ctx ends, which is not an error. It
// calls heard with every RTM_NEWNEIGH, of any family and interface, whose bytes
// are heard's for that call only, and dump
// whenever what was heard is not the whole: at the start, after notices were
// lost, and when link is up again. Both are called from this goroutine. An error
// of dump ends it, and so does ErrGone.
func Follow(ctx context.Context, link lan.Link, dump func() error, heard func(message []byte)) error {
	c, err := rtnl.Join(unix.RTMGRP_NEIGH|unix.RTMGRP_LINK, room)
	if err != nil {
		return fmt.Errorf("joining the kernel's notices of neighbours: %w", err)
	}
	defer c.Close()
	stop := context.AfterFunc(ctx, func() { c.Deadline(time.Unix(1, 0)) })
	defer stop()
	f := follower{link: link, heard: heard, stale: true}
	var last time.Time
	for {
		if f.stale && pause(ctx, rest-time.Since(last)) {
			// Joined before the dump, so that nothing falls between the two.
			f.stale, last = false, time.Now()
			if err := errors.Join(f.here(), dump()); err != nil {
				return err
			}
		}
		if ctx.Err() != nil {
			return nil
		}
		if err := f.receive(c); err != nil && ctx.Err() == nil {
			return err
		}
	}
}

// pause waits; false when ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// follower takes the notices.
type follower struct {
	link  lan.Link
	heard func(message []byte)
	up    bool // the link is running
	stale bool // something was not heard
}

// here asks whether the interface is still there: the notice of its end may be
// among the lost ones, or older than all.
func (f *follower) here() error {
	i, err := net.InterfaceByIndex(f.link.Index)
	if err != nil {
		return fmt.Errorf("%s: %w", f.link.Name, ErrGone)
	}
	f.up = i.Flags&net.FlagUp != 0
	return nil
}

// receive waits for the next notices and takes them.
func (f *follower) receive(c *rtnl.Conn) error {
	err := c.Receive(f.take)
	switch {
	case errors.Is(err, unix.ENOBUFS): // netlink(7): messages were dropped
		f.stale = true
		return nil
	case err == nil || errors.Is(err, ErrGone):
		return err
	}
	return fmt.Errorf("hearing the kernel's notices of neighbours: %w", err)
}

// take reads one notice: of a neighbour (struct ndmsg, its family first), or of
// an interface (struct ifinfomsg: family, index at 4, flags at 8). Bridges send
// notices of their ports, of family AF_BRIDGE, which are not the interface's.
func (f *follower) take(kind uint16, data []byte) error {
	switch {
	case len(data) < unix.SizeofNdMsg:
	case kind == unix.RTM_NEWNEIGH:
		f.heard(data)
	case kind != unix.RTM_NEWLINK && kind != unix.RTM_DELLINK,
		data[0] != unix.AF_UNSPEC, int(binary.NativeEndian.Uint32(data[4:])) != f.link.Index:
	case kind == unix.RTM_DELLINK:
		return fmt.Errorf("%s: %w", f.link.Name, ErrGone)
	default:
		up := binary.NativeEndian.Uint32(data[8:])&unix.IFF_UP != 0
		f.stale = f.stale || up && !f.up
		f.up = up
	}
	return nil
}
