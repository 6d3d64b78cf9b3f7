package mdns

import (
	"net/netip"
	"slices"
	"time"

	"github.com/miekg/dns"

	"github.com/homesweep/homesweep/probes/lan"
)

// hearing is one datagram being taken in.
type hearing struct {
	*Collector
	from  lan.Sighting
	tell  func(lan.Sighting)
	mine  func(netip.Addr) bool
	proxy bool

	told      int
	left      int
	withdrawn []*claim
}

// known are the addresses of a host met before, by its canonical name.
func (h *hearing) known(host string) []netip.Addr {
	key := h.key(lan.MAC{}, host)
	l, ok := h.hosts[key]
	switch {
	case !ok || !h.from.At.Before(l.until):
		return nil
	case l.mac == h.from.MAC:
		return []netip.Addr{h.from.Addr}
	}
	return h.addrs[key]
}

// place remembers who has the hosts that the sender has itself.
func (h *hearing) place(r *report) {
	for name, host := range r.hosts {
		key := h.key(lan.MAC{}, name)
		if held, ok := h.hosts[key]; ok && held.mac != h.from.MAC && h.from.At.Before(held.until) {
			continue // somebody else's until that ends
		}
		if !slices.ContainsFunc(host.addrs, h.mine) {
			continue
		}
		if !h.knows(key) {
			if len(h.hosts) >= maxHosts || h.called[h.from.MAC] >= perSender {
				h.left++
				continue
			}
			h.called[h.from.MAC]++
		}
		all := h.addrs[key]
		if host.flush {
			all = nil // RFC 6762 section 10.2
		}
		for _, a := range host.addrs {
			if !slices.Contains(all, a) && len(all) < maxAddrs {
				all = append(slices.Clip(all), a)
			}
		}
		h.hosts[key], h.addrs[key] = h.life(host.ttl), all
	}
}

// knows reports whether the sender holds the host already. One that another
// held until lately is let go of.
func (h *hearing) knows(key uint64) bool {
	held, ok := h.hosts[key]
	if ok && held.mac != h.from.MAC {
		h.drop(key)
		return false
	}
	return ok
}

func (h *hearing) life(ttl uint32) life {
	return life{h.from.MAC, h.from.At.Add(min(time.Duration(ttl)*time.Second, longest))}
}

// own takes what the sender says of a service of its own.
func (h *hearing) own(s *claim) {
	key := h.key(h.from.MAC, dns.CanonicalName(s.full))
	_, alive := h.lives[key]
	if s.gone() {
		h.withdrawn = append(h.withdrawn, s)
		h.end(key)
		return
	}
	if !alive && (len(h.lives) >= maxNames || h.per[h.from.MAC] >= perAddress) {
		h.left++
		return
	}
	if !alive {
		h.per[h.from.MAC]++
	}
	h.lives[key] = h.life(s.ttl)
	sight := s.sighting(h.link.Name, h.from.Addr, h.from.At)
	sight.MAC = h.from.MAC
	h.told++
	h.tell(sight)
}

// other takes what the sender says of another device: of one that sleeps, if
// asleep is not zero.
func (h *hearing) other(s *claim, asleep lan.MAC) {
	if s.gone() || s.bare() {
		return
	}
	for _, a := range s.addrs[:min(len(s.addrs), maxAddrs)] {
		if !h.inside(a) {
			continue
		}
		sight := s.sighting(h.link.Name, a, h.from.At)
		sight.Claim = true
		if h.proxy {
			sight.MAC = asleep
		}
		h.tell(sight)
	}
}

func (h *hearing) inside(a netip.Addr) bool { return h.link.Contains(a) || h.link.Exposes(a) }

// finish tells of hosts and goodbyes, and of the sender itself if nothing else
// did.
func (h *hearing) finish(r *report, services int) {
	for _, host := range r.hosts {
		mine := slices.ContainsFunc(host.addrs, h.mine)
		for _, a := range host.addrs[:min(len(host.addrs), maxAddrs)] {
			s := h.from
			s.Names = distinct(hostName(host.name))
			switch {
			case mine && a == h.from.Addr && services == 0:
				h.told++
				h.tell(s)
			case !h.mine(a) && h.inside(a):
				s.MAC, s.Addr, s.Claim = lan.MAC{}, a, true
				h.tell(s)
			}
		}
	}
	if !h.proxy && (len(h.withdrawn) > 0 || h.leaves(r)) {
		h.goodbye(r)
	} else if h.told == 0 && !h.proxy {
		h.tell(h.from)
	}
}

// leaves reports whether the sender takes back the address that it has.
func (h *hearing) leaves(r *report) bool {
	for _, host := range r.hosts {
		if slices.Contains(host.gone, h.from.Addr) && len(host.addrs) == 0 {
			return true
		}
	}
	return false
}

// goodbye tells that services ended. The device itself is gone when it takes its
// address back or nothing that is known of it lives on: phones and computers
// withdraw single services all day.
func (h *hearing) goodbye(r *report) {
	s := h.from
	s.Heard = lan.Heard{}
	for _, c := range h.withdrawn {
		s.Heard.Add(Withdrawn, c.kind)
	}
	s.Gone = h.leaves(r) || h.told == 0 && h.per[s.MAC] == 0
	h.tell(s)
}
