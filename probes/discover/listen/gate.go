package listen

import (
	"hash/maphash"
	"maps"
	"slices"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of what is passed on and remembered.
const (
	every      = time.Minute // from one telling of the same thing to the next
	maxTalkers = 1024        // stations
	maxWords   = 2048        // different things said by all of them within every
	perTalker  = 64          // and by one
	perMinute  = 128         // sightings of one station passed on within every
)

// gate keeps a listener from repeating itself, and its reader from a flood: the
// same thing passes once a minute, and a station that says more than a home's
// devices do is only noted to be there. What is remembered of a thing said is
// its hash. It is used from one goroutine.
type gate struct {
	seed    maphash.Seed
	talkers map[lan.MAC]*talker
	words   int
	pruned  time.Time

	left  int // not yet taken
	total int
}

// talker is one station.
type talker struct {
	words  []word
	since  time.Time // when the count of passed began
	passed int
	left   int
}

// word is one thing that was said.
type word struct {
	hash   uint64
	at     time.Time // when it passed last
	source string
	gone   bool
}

func newGate() *gate { return &gate{seed: maphash.MakeSeed(), talkers: map[lan.MAC]*talker{}} }

// pass reports whether s, said by from, is to be passed on, and what of it.
func (g *gate) pass(from lan.MAC, s lan.Sighting) (lan.Sighting, bool) {
	hash := g.hash(s)
	t := g.talkers[from]
	if t == nil {
		if t = g.meet(from, s.At); t == nil {
			g.leave(from, 1)
			return s, false
		}
	}
	if s.At.Sub(t.since) >= every {
		t.since, t.passed = s.At, 0
	}
	if at := slices.IndexFunc(t.words, func(w word) bool { return w.hash == hash }); at >= 0 {
		if s.At.Sub(t.words[at].at) < every || t.passed >= perMinute {
			return s, false
		}
		t.words[at].at = s.At
		t.passed++
		return s, true
	}
	room := g.room(t, s.At)
	g.talkers[from] = t // making room may have let go of it
	if !room {
		g.leave(from, 1)
		return g.sign(t, s)
	}
	g.say(t, word{hash, s.At, s.Source, s.Gone})
	return s, true
}

// say remembers w. A goodbye makes all that was said before in its protocol news
// again, and the other way round.
func (g *gate) say(t *talker, w word) {
	before := len(t.words)
	t.words = slices.DeleteFunc(t.words, func(old word) bool { return old.source == w.source && old.gone != w.gone })
	t.words = append(t.words, w)
	g.words += len(t.words) - before
	t.passed++
}

// sign is what passes of a station for whose words there is no room: that it is
// there, once a minute and protocol.
func (g *gate) sign(t *talker, s lan.Sighting) (lan.Sighting, bool) {
	if s.Claim || s.Gone || slices.ContainsFunc(t.words, func(w word) bool { return w.source == s.Source && s.At.Sub(w.at) < every }) {
		return s, false
	}
	if len(t.words) >= perTalker {
		oldest := slices.MinFunc(t.words, func(a, b word) int { return a.at.Compare(b.at) })
		t.words = slices.DeleteFunc(t.words, func(w word) bool { return w == oldest })
		g.words--
	}
	t.words = append(t.words, word{at: s.At, source: s.Source})
	g.words++
	return lan.Sighting{Source: s.Source, At: s.At, Link: s.Link, MAC: s.MAC, Addr: s.Addr}, true
}

// meet is a station that was not known; nil if there are too many.
func (g *gate) meet(mac lan.MAC, now time.Time) *talker {
	if len(g.talkers) >= maxTalkers {
		g.prune(now)
	}
	if len(g.talkers) >= maxTalkers {
		return nil
	}
	t := &talker{since: now}
	g.talkers[mac] = t
	return t
}

// room reports whether one more word of t can be remembered.
func (g *gate) room(t *talker, now time.Time) bool {
	if len(t.words) >= perTalker || g.words >= maxWords {
		g.prune(now)
	}
	return len(t.words) < perTalker && g.words < maxWords && t.passed < perMinute
}

// prune is forget, but at most once a second: in a flood every frame would ask
// for it.
func (g *gate) prune(now time.Time) {
	if now.Sub(g.pruned) >= time.Second {
		g.pruned = now
		g.forget(now)
	}
}

// forget lets go of what may be told again anyway.
func (g *gate) forget(now time.Time) {
	maps.DeleteFunc(g.talkers, func(_ lan.MAC, t *talker) bool {
		before := len(t.words)
		t.words = slices.DeleteFunc(t.words, func(w word) bool { return now.Sub(w.at) >= every })
		g.words += len(t.words) - before
		return len(t.words) == 0
	})
}

// leave counts n things of from that were left out.
func (g *gate) leave(from lan.MAC, n int) {
	g.left += n
	g.total += n
	if t := g.talkers[from]; t != nil {
		t.left += n
	}
}

// take is what was left out since it was called last.
func (g *gate) take() (left int) {
	left, g.left = g.left, 0
	return left
}

// loudest is the station by which more than half was left out.
func (g *gate) loudest() lan.MAC {
	for mac, t := range g.talkers {
		if t.left > g.total/2 {
			return mac
		}
	}
	return lan.MAC{}
}

// hash is the same for two sightings that say the same.
func (g *gate) hash(s lan.Sighting) uint64 {
	var h maphash.Hash
	h.SetSeed(g.seed)
	part := func(text string) {
		h.WriteString(text)
		h.WriteByte(0)
	}
	h.Write(s.MAC[:])
	part(s.Source)
	part(s.Addr.String())
	part(s.ID)
	for _, n := range s.Names {
		part(n)
	}
	for _, k := range slices.Sorted(maps.Keys(s.Heard)) {
		part(k)
		part(s.Heard[k])
	}
	for _, ep := range s.Endpoints {
		part(ep.String())
	}
	for _, b := range []bool{s.Gone, s.Claim} {
		if b {
			h.WriteByte(1)
		} else {
			h.WriteByte(2)
		}
	}
	return h.Sum64()
}
