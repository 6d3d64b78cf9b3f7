package census

import (
	"slices"
	"strconv"
	"strings"
)

const (
	// crowd is from how many IPv4 addresses on a hardware address may belong to
	// others: a repeater puts its own on the frames of those behind it.
	crowd = 3
	// proxyField says that the hardware address answers for most of the network
	// (RFC 1027), and for how many addresses.
	proxyField = "arp.proxy"
)

// crowds finds the hardware addresses that answer for others, and marks the pairs
// in which they do.
func (f *fold) crowds() {
	at := make([][]*pairAt, len(f.nodes))
	for i := range f.spots {
		s := &f.spots[i]
		for j := range s.pairs {
			if p := &s.pairs[j]; p.kind != booked && s.addr.Is4() {
				at[p.node] = append(at[p.node], &pairAt{pair: p, spot: s})
			}
		}
	}
	for i, list := range at {
		n := &f.nodes[i]
		if n.self {
			continue
		}
		said := proxied(n.cells)
		if said > 0 || len(list) > maxAddrs {
			n.alibi = max(said, len(list), maxAddrs+1)
			f.expose(i, list, true)
		} else if len(list) >= crowd {
			f.expose(i, list, false)
		}
	}
}

// proxied is for how many addresses the node was heard to answer; 0 when nobody
// said so.
func proxied(cells []*cell) int {
	for _, c := range cells {
		for _, w := range c.words {
			if w.key == proxyField {
				n, _ := strconv.Atoi(w.value)
				return max(n, 1)
			}
		}
	}
	return 0
}

// pairAt is a pair, its spot and by which words the address is known.
type pairAt struct {
	*pair
	spot  *spot
	words []string
	set   int // of addresses that share a word, counted from 1; 0 without any
}

// expose marks the addresses in list that are not n's own: they have names or
// identities that n's own address does not have, or stand in the router's books
// under another hardware address. A proxy's nameless ones are nobody's.
func (f *fold) expose(n int, list []*pairAt, proxy bool) {
	own := texts(slices.DeleteFunc(slices.Clone(f.nodes[n].cells), func(c *cell) bool { return c.place.addr.IsValid() })...)
	sets := sort(list)
	anchor, surest := -1, 9
	for i, p := range list {
		doubt := 3
		switch {
		case p.lent(n):
			doubt = 0
		case p.leased():
			doubt = 9
		case slices.ContainsFunc(p.cell.voices, func(v voice) bool { return v.source == "dhcp" }):
			doubt = 1
		case overlap(own, p.words):
			doubt = 2
		case p.contested(n):
			doubt = 4
		}
		if doubt < surest && (!proxy || doubt < 3) {
			anchor, surest = i, doubt
		}
	}
	for i, p := range list {
		switch {
		case i == anchor || p.foreign:
		case !p.lent(n) && p.leased():
			p.foreign = true
		case p.set == 0:
			p.foreign = proxy
		case proxy:
			p.foreign = anchor < 0 || p.set != list[anchor].set
		default:
			p.foreign = sets > 1 && (anchor < 0 || p.set != list[anchor].set)
		}
		if p.foreign && f.nodes[n].alibi <= maxAddrs {
			f.nodes[n].alibi++
		}
	}
}

// sort puts the addresses that share a word into one set and gives their number.
func sort(list []*pairAt) (sets int) {
	for i, p := range list {
		p.words = texts(p.cell)
		if p.spot.lone != nil {
			p.words = append(p.words, texts(p.spot.lone)...)
		}
		if len(p.words) == 0 {
			continue
		}
		for _, q := range list[:i] {
			if q.set > 0 && overlap(p.words, q.words) {
				p.set = q.set
				break
			}
		}
		if p.set == 0 {
			sets++
			p.set = sets
		}
	}
	return sets
}

// lent reports whether the books give the address to node n, and leased whether
// they give it to anybody.
func (p *pairAt) lent(n int) bool {
	return slices.ContainsFunc(p.spot.pairs, func(q pair) bool { return q.lent && q.node == n })
}

func (p *pairAt) leased() bool {
	return slices.ContainsFunc(p.spot.pairs, func(q pair) bool { return q.lent })
}

// contested reports whether another node was heard at the address.
func (p *pairAt) contested(n int) bool {
	return slices.ContainsFunc(p.spot.pairs, func(q pair) bool { return q.kind != booked && q.node != n })
}

// texts are the names and identities in cells, names in their plain form.
func texts(cells ...*cell) (list []string) {
	for _, c := range cells {
		for _, n := range c.names {
			if p := plain(n.text); p != "" {
				list = append(list, p)
			}
		}
		for _, id := range c.ids {
			list = append(list, id.text)
		}
	}
	return list
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(x string) bool { return slices.Contains(b, x) })
}

// plain is a name as two sources may both write it: in lower case, without the
// home's domain, letters and digits only.
func plain(name string) string {
	if !strings.Contains(name, " ") {
		name, _, _ = strings.Cut(name, ".")
	}
	return strings.Map(letter, name)
}

// letter is r in lower case, or -1.
func letter(r rune) rune {
	switch {
	case r >= 'A' && r <= 'Z':
		return r - 'A' + 'a'
	case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r > 0x7f:
		return r
	}
	return -1
}
