// Package knock finds who is present without any capability: an empty datagram
// to each address makes the kernel itself ask by ARP who has it, and the
// kernel's table of neighbours then says who answered. It is the ordinary
// user's stand-in for an ARP sweep.
package knock

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/time/rate"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/discover/neigh"
	"github.com/homesweep/homesweep/probes/lan"
)

const (
	// discard is the UDP port whose service throws away what it gets (RFC 863).
	discard = 9
	// perSecond paces the knocks. Each unanswered one costs three ARP requests.
	perSecond = 200
	// patience is how long the kernel takes over one neighbour at most: 5 s
	// before it doubts an old entry, then three questions a second apart
	// (arp(7): delay_first_probe_time, ucast_solicit, retrans_time).
	patience = 9 * time.Second
	// interval is how often the table is read meanwhile.
	interval = 500 * time.Millisecond
	// most is how many addresses are knocked at: one /22.
	most = 1 << 10
)

// source is the Source.
type source struct{ allow func(netip.Addr) bool }

var _ probes.Source = source{}

// New is the Source "knock". allow is asked before each datagram, from one
// goroutine; what it refuses is not sent.
func New(allow func(netip.Addr) bool) probes.Source { return source{allow: allow} }

// Name implements probes.Source.
func (source) Name() string { return "knock" }

// Discover knocks once at every address of link's IPv4 networks and reports
// those that answer. A device that was known before is reported only when it
// has answered anew. It takes as long as the knocks (200 a second) and up to
// 9 s more.
func (s source) Discover(ctx context.Context, link lan.Link, see func(lan.Sighting)) error {
	asked := addresses(link)
	if len(asked) == 0 {
		return nil
	}
	d, err := open(link)
	if err != nil {
		return fmt.Errorf("knocking on %s: %w", link.Name, err)
	}
	defer d.Close()
	k := &knocks{link: link, see: see, open: map[netip.Addr]bool{}}
	if k.before, err = known(link); err != nil {
		return err
	}
	if err := k.send(ctx, d, asked, s.allow); err != nil {
		return fmt.Errorf("knocking on %s: %w", link.Name, err)
	}
	return k.wait(ctx, d)
}

// knocks is one run of Discover. It is used from one goroutine.
type knocks struct {
	link   lan.Link
	see    func(lan.Sighting)
	open   map[netip.Addr]bool        // knocked at, no answer so far
	before map[netip.Addr]neigh.State // entries with a hardware address at the start
}

func known(link lan.Link) (map[netip.Addr]neigh.State, error) {
	list, err := neigh.Read(link)
	if err != nil {
		return nil, err
	}
	all := map[netip.Addr]neigh.State{}
	for _, e := range list {
		if !e.MAC.IsZero() && e.State.Answered() {
			all[e.Addr] = e.State
		}
	}
	return all, nil
}

// send knocks at each address, and looks through the table now and then so that
// early answers are reported early.
func (k *knocks) send(ctx context.Context, d *door, asked []netip.Addr, allow func(netip.Addr) bool) error {
	pace := rate.NewLimiter(perSecond, 1)
	looked := time.Now()
	for _, addr := range asked {
		if err := pace.Wait(ctx); err != nil {
			return nil // ctx ended, or would before the next knock
		}
		if !allow(addr) {
			continue
		}
		if err := d.knock(addr); errors.Is(err, unix.ENETUNREACH) || errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES) {
			return err
		}
		k.open[addr] = true
		if time.Since(looked) >= interval {
			looked = time.Now()
			if _, err := k.look(d); err != nil {
				return err
			}
		}
	}
	return nil
}

// wait looks through the table until the kernel has made up its mind about
// every address, patience is at an end, or ctx is.
func (k *knocks) wait(ctx context.Context, d *door) error {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	enough := time.NewTimer(patience)
	defer enough.Stop()
	for {
		if pending, err := k.look(d); err != nil || !pending {
			return err
		}
		select {
		case <-tick.C:
		case <-enough.C:
			return nil
		case <-ctx.Done():
			return nil
		}
	}
}

// look reports who has answered by now, and whether the kernel is still finding
// out about any of those asked.
func (k *knocks) look(d *door) (pending bool, err error) {
	refused := d.refused()
	list, err := neigh.Read(k.link)
	if err != nil {
		return false, err
	}
	now := time.Now()
	for _, e := range list {
		if !k.open[e.Addr] {
			continue
		}
		switch {
		case k.answered(e) || refused[e.Addr]:
			k.tell(e.MAC, e.Addr, now)
			delete(refused, e.Addr)
		case e.State.Pending():
			pending = true
		}
	}
	for addr := range refused {
		if k.open[addr] { // its entry is gone already, but it has spoken
			k.tell(lan.MAC{}, addr, now)
		}
	}
	return pending, nil
}

// answered reports whether e answered since Discover began: it is fresh, or it
// has a hardware address that nobody knew before.
func (k *knocks) answered(e neigh.Entry) bool {
	_, old := k.before[e.Addr]
	return !e.MAC.IsZero() && (e.State.Fresh() || e.State.Answered() && !old)
}

func (k *knocks) tell(mac lan.MAC, addr netip.Addr, now time.Time) {
	delete(k.open, addr)
	k.see(lan.Sighting{Source: "knock", At: now, Link: k.link.Name, MAC: mac, Addr: addr, Heard: lan.Heard{}})
}

// addresses are those of link's IPv4 networks, without our own and without each
// network's own and broadcast address, on which some devices answer too.
func addresses(link lan.Link) []netip.Addr {
	skip := map[netip.Addr]bool{}
	for _, own := range link.Addrs {
		skip[own] = true
	}
	var all []netip.Addr
	for _, p := range link.Prefixes {
		if !p.Addr().Is4() {
			continue
		}
		p = p.Masked()
		for a := p.Addr(); p.Contains(a) && len(all) < most; a = a.Next() {
			if skip[a] || link.Edge(a) {
				continue
			}
			skip[a] = true
			all = append(all, a)
		}
	}
	return all
}
