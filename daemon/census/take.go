package census

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// take notes what s says. It reports whether that may change who is who.
func (c *cell) take(s lan.Sighting) (changed bool) {
	before := len(c.voices) + len(c.ids)
	if v := slot(&c.voices, maxNames, voiceKey{s.Source, s.Link}, compareVoice, newVoice); v != nil {
		when(&v.spoke, &v.span, &v.gone, s)
	}
	for _, ep := range s.Endpoints {
		if p := slot(&c.ports, maxPorts, ep, comparePort, newPort); p != nil {
			when(&p.announced, &p.span, &p.gone, s)
		}
	}
	if !s.Gone { // a goodbye tells nothing else
		for _, n := range s.Names {
			note(&c.names, maxNames, n, lan.MaxName, s)
		}
		note(&c.ids, maxIDs, s.ID, lan.MaxValue, s)
		c.hear(s)
	}
	return len(c.voices)+len(c.ids) != before
}

// when notes the time of a word or of a goodbye.
func when(spoke *bool, said *span, gone *time.Time, s lan.Sighting) {
	switch {
	case s.Gone:
		if s.At.After(*gone) {
			*gone = s.At
		}
	case !*spoke:
		*spoke, *said = true, span{s.At, s.At}
	default:
		said.add(s.At)
	}
}

// hear notes the fields of s.
func (c *cell) hear(s lan.Sighting) {
	for key, value := range s.Heard {
		longest := lan.MaxValue
		if wordLists[key] {
			longest = lan.MaxRaw
		}
		if value = printable(value, longest); value == "" || len(key) > maxKey {
			continue
		}
		if key == lan.OUIVendor && s.MAC.IsLocal() {
			continue // a private address has no maker
		}
		one := word{key: key, value: value, source: s.Source, span: span{s.At, s.At}}
		w := slot(&c.words, lan.MaxFields, key, compareWord, newWord)
		if w == nil {
			continue
		}
		if wordLists[key] {
			w.learn(value)
		}
		w.merge(one)
	}
}

// maxKey is the longest key of a field that is kept, in bytes; lan.Heard has the
// same bound.
const maxKey = 96

// learn adds the words of text to a list.
func (w *word) learn(text string) {
	for one := range strings.FieldsSeq(text) {
		slot(&w.list, lan.MaxFields, one, strings.Compare, strings.Clone)
	}
}

// merge keeps the better of w's value and one's.
func (w *word) merge(one word) {
	for _, text := range one.list {
		w.learn(text)
	}
	if w.value == "" {
		w.value, w.source, w.span = one.value, one.source, one.span
		return
	}
	if cmp.Or(cmp.Compare(weight(w.source), weight(one.source)), one.last.Compare(w.last),
		cmp.Compare(one.value, w.value), strings.Compare(one.source, w.source)) > 0 {
		w.value, w.source, w.span = one.value, one.source, one.span
	}
}

// note keeps one name or identity.
func note(list *[]said, limit int, text string, longest int, s lan.Sighting) {
	if text = printable(text, longest); text == "" {
		return
	}
	if n := slot(list, limit, saidKey{text, s.Source}, compareSaid, newSaid); n != nil {
		n.hear(span{s.At, s.At})
	}
}

// hear widens the span of a said that may be fresh.
func (n *said) hear(s span) {
	if !n.heard {
		n.heard, n.span = true, s
		return
	}
	n.join(s)
}

// claim notes what is said of somebody else.
func (c *Census) claim(where place, s lan.Sighting) {
	found := slot(&c.claims, maxClaims, claimKey{where, s.MAC, s.Source}, compareClaim, newClaim)
	if found == nil {
		return
	}
	(*found).said.hear(span{s.At, s.At})
	for _, n := range s.Names {
		note(&(*found).names, maxNames/4, n, lan.MaxName, s)
	}
}

type (
	voiceKey struct{ source, link string }
	saidKey  struct{ text, source string }
	claimKey struct {
		place  place
		mac    lan.MAC
		source string
	}
)

func compareVoice(v voice, k voiceKey) int {
	return cmp.Or(strings.Compare(v.source, k.source), strings.Compare(v.link, k.link))
}

// compareSaid puts the better source first.
func compareSaid(n said, k saidKey) int {
	return cmp.Or(cmp.Compare(weight(n.source), weight(k.source)), strings.Compare(n.text, k.text), strings.Compare(n.source, k.source))
}

func compareWord(w word, key string) int {
	return cmp.Or(cmp.Compare(fieldRank(w.key), fieldRank(key)), strings.Compare(w.key, key))
}

func comparePort(p port, ep lan.Endpoint) int {
	return cmp.Or(strings.Compare(string(p.Transport), string(ep.Transport)), cmp.Compare(p.Port, ep.Port),
		p.Addr.Compare(ep.Addr), compareBool(p.TLS, ep.TLS))
}

func compareClaim(c *claim, k claimKey) int {
	return cmp.Or(c.place.compare(k.place), compareMAC(c.mac, k.mac), strings.Compare(c.source, k.source))
}

func newVoice(k voiceKey) voice    { return voice{source: k.source, link: k.link} }
func newSaid(k saidKey) said       { return said{text: k.text, source: k.source} }
func newWord(key string) word      { return word{key: key} }
func newPort(ep lan.Endpoint) port { return port{Endpoint: ep} }
func newClaim(k claimKey) *claim   { return &claim{claimKey: k} }

// printable is lan.Printable, at less cost for what is printable already.
func printable(s string, longest int) string {
	if len(s) > longest {
		return lan.Printable(s, longest)
	}
	for i := range len(s) {
		if s[i] <= ' ' && (s[i] != ' ' || i == 0 || i == len(s)-1 || s[i-1] == ' ') || s[i] >= 0x7f {
			return lan.Printable(s, longest)
		}
	}
	return s
}

// during is what c heard from from on and before to.
func (c *cell) during(from, to time.Time) *cell {
	in := func(s span) bool { return !s.last.Before(from) && s.last.Before(to) }
	part := &cell{place: c.place, framed: c.framed}
	part.voices = slices.DeleteFunc(slices.Clone(c.voices), func(v voice) bool { return !in(v.span) })
	part.names = slices.DeleteFunc(slices.Clone(c.names), func(n said) bool { return !in(n.span) })
	part.ids = slices.DeleteFunc(slices.Clone(c.ids), func(n said) bool { return !in(n.span) })
	part.words = slices.DeleteFunc(slices.Clone(c.words), func(w word) bool { return !in(w.span) })
	part.ports = slices.DeleteFunc(slices.Clone(c.ports), func(p port) bool { return !in(p.span) })
	return part
}
