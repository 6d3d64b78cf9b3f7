package watch

import (
	"net/netip"
	"slices"
	"time"

	"github.com/homesweep/homesweep/daemon/census"
	"github.com/homesweep/homesweep/probes/lan"
)

// aim is what an inspection must not hit. Anybody on the link can send a frame with
// another's address in it, or answer for that address; neither may bring down
// questions on a device that is to be left alone, or more of them than it bears.
type aim struct {
	all  []lan.Device // all there are
	kept []lan.Device // those among them that are remembered, as they are
	skip map[string]bool
	gone func(id string) bool
	now  time.Time
}

// aim is what an inspection at now must not hit. h.mu is held.
func (h *Home) aim(now time.Time) aim {
	return aim{
		all: h.merged().Devices, kept: census.Unite(slices.Clone(h.latest.Devices), h.decisions), skip: h.skip(), now: now,
		gone: func(id string) bool { return gone(h.roll.presence(id).State) },
	}
}

// at is d with the addresses at which it may be asked, those at which it was heard just
// now among them, and what was heard, but for what names an address of another's. ok
// is false when there is none left.
func (a aim) at(d lan.Device, heard []lan.Sighting) (_ lan.Device, _ []lan.Sighting, ok bool) {
	all := d.Addresses
	for _, s := range heard {
		if s.Addr.IsValid() && !s.Claim {
			all = union(all, []netip.Addr{s.Addr.WithZone("").Unmap()})
		}
	}
	d.Addresses = slices.DeleteFunc(slices.Clone(all), func(addr netip.Addr) bool { return a.astray(d, addr) })
	heard = slices.DeleteFunc(heard, func(s lan.Sighting) bool {
		return s.Addr.IsValid() && a.astray(d, s.Addr.WithZone("").Unmap())
	})
	return d, heard, len(all) == 0 || len(d.Addresses) > 0
}

// astray reports whether what is sent to addr for d's sake may be meant for another:
// for one that is to be left alone, for one that bears less, or, unless the address
// is remembered as d's, for anybody who is there.
func (a aim) astray(d lan.Device, addr netip.Addr) bool {
	own := holds(a.kept, d.ID, addr)
	return slices.ContainsFunc(a.all, func(o lan.Device) bool {
		switch {
		case o.ID == d.ID || !shares(d, o, addr):
			return false
		case a.skip[o.ID] || o.Resting(a.now):
			return true
		case o.Class() == lan.Fragile && d.Class() != lan.Fragile:
			return !own || holds(a.kept, o.ID, addr)
		}
		return !own && !a.gone(o.ID)
	})
}

// holds reports whether the device with that ID has addr.
func holds(list []lan.Device, id string, addr netip.Addr) bool {
	return slices.ContainsFunc(list, func(d lan.Device) bool { return d.ID == id && slices.Contains(d.Addresses, addr) })
}

// shares reports whether addr, of d's, is o's too: a link-local one is somebody on each
// link.
func shares(d, o lan.Device, addr netip.Addr) bool {
	return slices.Contains(o.Addresses, addr) && (o.Link == d.Link || !addr.IsLinkLocalUnicast())
}

// LeftAlone are the addresses to which nothing is sent, whoever is said to have them:
// those of the devices that the owner wants left alone, and those of the ones in
// suffered that are resting. An address that another had before the one that rests is
// not among them: who makes itself suffer must not hide others.
func (h *Home) LeftAlone(suffered []lan.Device) (list []netip.Addr) {
	now := h.o.Now()
	h.mu.Lock()
	skip, all := h.skip(), h.merged().Devices
	h.mu.Unlock()
	for _, d := range all {
		if skip[d.ID] {
			list = append(append(list, d.Addresses...), h.roll.haunts(d.ID)...)
		}
	}
	for _, d := range suffered {
		if !d.Resting(now) {
			continue
		}
		for _, addr := range d.Addresses {
			if !slices.ContainsFunc(all, func(o lan.Device) bool {
				return o.ID != d.ID && !o.Resting(now) && shares(d, o, addr) && since(o, addr).Before(since(d, addr))
			}) {
				list = append(list, addr)
			}
		}
	}
	return list
}

// since is from when on d is known to have addr.
func since(d lan.Device, addr netip.Addr) time.Time {
	for _, f := range d.Identity {
		if f.Field == lan.FieldAddress && f.Value == addr.String() && !f.FirstSeen.IsZero() {
			return f.FirstSeen
		}
	}
	return d.FirstSeen
}

// haunts are the addresses at which the device was heard lately that nobody has.
func (r *roll) haunts(id string) (list []netip.Addr) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, at := range r.said.at[id] {
		if _, taken := r.addrs[at]; !taken {
			list = append(list, at.addr)
		}
	}
	return list
}
