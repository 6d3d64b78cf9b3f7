package ports

// A host that accepts a connection to a port which nobody uses accepts any: a
// tarpit or a proxy answers in the place of services, and its open ports mean
// nothing. So a few improbable ports are asked among the first.
const (
	decoyAfter = 5  // questions that come first
	decoyFew   = 3  // decoys asked of each host; if all are open it is decided
	decoyMost  = 5  // decoys asked when only some of them are open
	decoysFrom = 10 // ports to ask, below which a host is not tried so
	decoyAbove = 20_000
	// decoyTries bounds the repetitions of a decoy where another one is open:
	// a tarpit may answer only so many a second.
	decoyTries = 8
	// opensPerTry is how many open ports, and no closed one, make the silence
	// of all decoys worth another try.
	opensPerTry = 4
	// hereProxied is how many answers of a SYN proxy, and no others, show that
	// all ports are behind it.
	hereProxied = 3
)

// Decoys are the ports beside those wanted that each host of some ports is asked:
// at most so many, drawn anew for each scan, all above the given one.
func Decoys() (most int, above uint16) { return decoyMost, decoyAbove }

// decoys are decoyMost questions of a host, one after another.
type decoys struct {
	from   int // the first one's place; 0 is no decoys
	asked  int // how many of them are asked
	listed bool
	// everything says that the host accepts whatever it is asked.
	everything bool
}

// hold reports whether question i is a decoy only, and none of the ports that
// are to be asked.
func (d *decoys) hold(i int) bool {
	return d.from > 0 && !d.listed && i >= d.from && i < d.from+decoyMost
}

// spare reports whether question i is a decoy that is not asked yet.
func (d *decoys) spare(i int) bool { return d.hold(i) && i >= d.from+d.asked }

// passed reports whether the decoys asked among questions all showed that the host
// does not accept just anything, as far as they can.
func (d *decoys) passed(questions []question) bool {
	for _, q := range questions[d.from : d.from+d.asked] {
		if q.state != silent && q.state != closed && q.state != filtered {
			return false
		}
	}
	return !d.everything
}

// judge decides whether the host accepts everything, and asks more decoys, or
// the silent ones again, while that may still turn out to be so.
func (h *host) judge() {
	d := &h.decoys
	if h.proxies >= hereProxied && h.opens+h.refusals == 0 {
		d.everything = true
	}
	if d.from == 0 || d.everything {
		return
	}
	count := [filtered + 1]int{}
	for _, q := range h.questions[d.from : d.from+d.asked] {
		count[min(q.state, filtered)]++
	}
	switch {
	case count[open] >= decoyFew:
		d.everything = true
	case count[pending]+count[asked] > 0:
	case count[open] > 0 && d.asked == decoyFew:
		d.asked = decoyMost
		h.hurry(1)
	case count[open] > 0 && count[open]+count[silent] >= decoyFew:
		h.hurry(decoyTries)
	case count[silent] == d.asked && h.refusals == 0:
		h.hurry(uint8(min(1+h.opens/opensPerTry, decoyTries)))
	}
}

// hurry has the undecided decoys asked next that were asked less than so many
// times.
func (h *host) hurry(tries uint8) {
	for i := h.decoys.from; i < h.decoys.from+h.decoys.asked; i++ {
		if q := &h.questions[i]; q.state <= silent && q.tries < tries {
			q.state = pending
			h.urgent = append(h.urgent, uint16(i))
		}
	}
}
