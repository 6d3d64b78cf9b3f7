package listen

import (
	"net/netip"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/wire"
)

// listener is one Discover.
type listener struct {
	*Source
	link    lan.Link
	see     func(lan.Sighting)
	decoder *wire.Decoder
	gate    *gate
	ears    map[uint16][]hearer
	owners  map[netip.Addr]lan.MAC // who sent from an address last

	looked, forgot, told time.Time
	lost                 int
}

// hearer is an Ear, with the memory that it began.
type hearer struct {
	hear   func([]byte) (lan.Sighting, bool)
	memory Memory
}

func (s *Source) begin(link lan.Link, see func(lan.Sighting)) *listener {
	now := s.now()
	l := &listener{
		Source: s, link: link, see: see, decoder: wire.NewDecoder(), gate: newGate(), ears: map[uint16][]hearer{},
		owners: map[netip.Addr]lan.MAC{}, looked: now, forgot: now,
	}
	for _, e := range s.ears {
		h := hearer{hear: e.Hear}
		if e.Begin != nil {
			h.memory = e.Begin(link)
		}
		l.ears[e.Port] = append(l.ears[e.Port], h)
	}
	return l
}

// look does what is due by the clock.
func (l *listener) look(sock socket) {
	now := l.now()
	if now.Sub(l.looked) < tick {
		return
	}
	l.looked = now
	l.lost = sock.Drops()
	if now.Sub(l.forgot) >= forget {
		l.forgot = now
		l.gate.forget(now)
		for _, ears := range l.ears {
			for _, e := range ears {
				if e.memory != nil {
					e.memory.Forget(now)
				}
			}
		}
	}
	l.report(now)
}

// report tells of a flood, once an hour.
func (l *listener) report(now time.Time) {
	left := l.gate.take()
	l.dropped.Add(int64(left))
	if left == 0 || !l.told.IsZero() && now.Sub(l.told) < again {
		return
	}
	l.told = now
	l.flooded(Flood{Link: l.link.Name, From: l.gate.loudest(), Left: l.gate.total, Lost: l.lost})
}

// end tells of what the last look could not.
func (l *listener) end() { l.report(l.now()) }
