package census

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// words fills in what was heard of g, whoever heard it.
func (f *fold) words(g *group, d *lan.Device) {
	var (
		words  []word
		ports  []port
		latest time.Time
	)
	for _, c := range g.cells {
		for _, v := range c.voices {
			if !v.spoke {
				continue
			}
			d.Sources = append(d.Sources, v.source)
			if !shows(v.source, c.framed) || v.last.Before(f.since) || v.link == "" {
				continue
			}
			if d.Link == "" || v.last.After(latest) || v.last.Equal(latest) && v.link < d.Link {
				d.Link, latest = v.link, v.last
			}
		}
		for _, one := range c.words {
			if w := slot(&words, lan.MaxFields, one.key, compareWord, newWord); w != nil {
				w.merge(one)
			}
		}
		for _, one := range c.ports {
			if p := slot(&ports, maxPorts, one.Endpoint, comparePort, newPort); p != nil {
				p.merge(one)
			}
		}
	}
	slices.Sort(d.Sources)
	d.Sources = slices.Compact(d.Sources)
	d.Sources = d.Sources[:min(len(d.Sources), maxNames)]
	for _, w := range words {
		if !wordLists[w.key] {
			d.Heard.Set(w.key, w.value)
			continue
		}
		for _, one := range w.list {
			d.Heard.Add(w.key, one)
		}
	}
	for _, p := range ports {
		if p.announced && !p.gone.After(p.last) {
			d.Announced = append(d.Announced, p.Endpoint)
		}
	}
}

func (p *port) merge(one port) {
	if one.gone.After(p.gone) {
		p.gone = one.gone
	}
	switch {
	case !one.announced:
	case !p.announced:
		p.announced, p.span = true, one.span
	default:
		p.join(one.span)
	}
}

// namesOf are the names that g gave itself or has in the router's books; if there
// is none, those that others call it by.
func namesOf(g *group) (names []string) {
	list := slices.Clone(spoken(g.cells, func(c *cell) []said { return c.names }))
	lan.Sort(list, func(a, b said) int {
		return cmp.Or(cmp.Compare(weight(a.source), weight(b.source)), strings.Compare(a.text, b.text))
	})
	for _, n := range list {
		names = addOne(names, n.text, maxNames)
	}
	if len(names) == 0 {
		for _, c := range g.claims {
			for _, n := range c.names {
				names = addOne(names, n.text, maxNames)
			}
		}
	}
	slices.Sort(names)
	return names
}

// spoken are the names or the identities in cells, each once a source.
func spoken(cells []*cell, of func(*cell) []said) (list []said) {
	for _, c := range cells {
		for _, n := range of(c) {
			if s := slot(&list, maxAddrs, saidKey{n.text, n.source}, compareSaid, newSaid); s != nil {
				s.hear(n.span)
			}
		}
	}
	return list
}

// hearsay hands what others said of an address to the one device that has it.
func (f *fold) hearsay(byRoot map[int]*group) {
	for _, c := range f.claims {
		g := (*group)(nil)
		i, found := slices.BinarySearchFunc(f.spots, c.place, func(s spot, p place) int { return s.place.compare(p) })
		n, heard := f.byMAC[c.mac]
		switch {
		case found && len(f.spots[i].holders) > 0:
			g = byRoot[f.root(f.spots[i].holders[0])]
		case heard:
			g = byRoot[f.root(n)]
		}
		if g != nil && !g.self {
			g.claims = append(g.claims, c)
		}
	}
}
