// Package neigh hears what the kernel already knows: its table of neighbours,
// IPv4 and IPv6, read once by route netlink. It sends nothing and needs no
// capability.
package neigh

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/rtnl"
)

// Router is the field of lan.Heard that says that a neighbour called itself a
// router (RFC 4861, section 4.4, the R flag).
const Router = "neigh.router"

// Entry is one neighbour in the kernel's table.
type Entry struct {
	Addr   netip.Addr
	MAC    lan.MAC // zero while the kernel is still asking
	State  State
	Router bool
	// Confirmed is how long ago the kernel last had word from the neighbour.
	Confirmed time.Duration
}

// State is what the kernel thinks of a neighbour, one of NUD_* in
// <linux/neighbour.h>.
type State uint16

// Answered reports whether the neighbour has answered at some time, so that its
// hardware address is its own.
func (s State) Answered() bool {
	return s&(unix.NUD_REACHABLE|unix.NUD_STALE|unix.NUD_DELAY|unix.NUD_PROBE|unix.NUD_PERMANENT) != 0
}

// Fresh reports whether the neighbour answered within the last half minute or so
// (the kernel's reachable time).
func (s State) Fresh() bool { return s&unix.NUD_REACHABLE != 0 }

// Pending reports whether the kernel is still finding out.
func (s State) Pending() bool {
	return s&(unix.NUD_INCOMPLETE|unix.NUD_DELAY|unix.NUD_PROBE) != 0
}

// Read is the kernel's table for link: entries in scope or in one of its public
// prefixes, whatever their state, with no hardware address or one that can be a
// device's.
func Read(link lan.Link) ([]Entry, error) {
	var all []Entry
	err := rtnl.Dump(unix.RTM_GETNEIGH, make([]byte, unix.SizeofNdMsg), func(kind uint16, data []byte) error {
		if n, ok := decode(data); ok && kind == unix.RTM_NEWNEIGH {
			if e, ok := n.entry(link); ok {
				all = append(all, e)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the kernel's neighbour table: %w", err)
	}
	return all, nil
}

// source is the Source.
type source struct{}

var _ probes.Source = source{}

// New is the Source "neigh".
func New() probes.Source { return source{} }

// Name implements probes.Source.
func (source) Name() string { return "neigh" }

// Discover reads the table once. A sighting bears the time at which the kernel
// last had word from the neighbour: an entry may be hours old.
func (source) Discover(ctx context.Context, link lan.Link, see func(lan.Sighting)) error {
	all, err := Read(link)
	if err != nil {
		return err
	}
	now := time.Now()
	for _, e := range all {
		if ctx.Err() != nil {
			return nil
		}
		if !e.MAC.IsZero() && e.State.Answered() {
			see(e.Sighting("neigh", link, now))
		}
	}
	return nil
}

// Sighting is e as source heard it at now on link.
func (e Entry) Sighting(source string, link lan.Link, now time.Time) lan.Sighting {
	heard := lan.Heard{}
	if e.Router {
		heard.Set(Router, "yes")
	}
	if !e.State.Fresh() {
		now = now.Add(-e.Confirmed)
	}
	return lan.Sighting{Source: source, At: now, Link: link.Name, MAC: e.MAC, Addr: e.Addr, Heard: heard}
}
