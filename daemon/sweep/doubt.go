package sweep

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

const (
	// glance is how long a device has to answer that is said to start anew. Who
	// looks for an address has none to answer at, and does not before the probing
	// for it is over (RFC 5227, section 2.1.1); who has one answers at once.
	glance = time.Second
	// maxDoubts bounds how often one device is asked so: a forger may call as
	// often as it likes.
	maxDoubts = 3
	// most is how many devices at least are most.
	most = 3
)

// doubt is what is held of the word that a device started anew. The word alone
// counts for nothing: any device on the link can forge it, and would so hide
// another from the sweep. It is believed when the device itself bears it out: it
// does not answer at that moment, or it left unanswered meanwhile what it had
// answered before. All fields are guarded by canary.mu.
type doubt struct {
	said    int           // how often it was said
	pending chan struct{} // closed when it is found out whether that is so; nil before
	lapsed  bool          // the device did not answer where it had before
	over    bool          // nothing is asked of it any more
}

// raise notes that the device is said to have started anew, and reports whether
// to check. canary.mu is held.
func (p *pulse) raise() bool {
	if p.over || p.again || p.said >= maxDoubts {
		return false
	}
	if p.pending != nil {
		select {
		case <-p.pending:
		default:
			return false // it is being asked
		}
	}
	p.said++
	p.pending = make(chan struct{})
	return true
}

// check finds out whether the device did start anew.
func (p *pulse) check() {
	p.mu.Lock()
	done, open := p.pending, p.open
	p.mu.Unlock()
	defer close(done)
	if dozes(p.now()) {
		return
	}
	look, cancel := context.WithTimeout(p.ctx, glance)
	defer cancel()
	if p.run.Alive != nil && !p.run.Alive(look, p.link, p.device, open) && p.ctx.Err() == nil && p.others() {
		p.mu.Lock()
		p.again = true
		p.mu.Unlock()
	}
	p.anew()
}

// await waits until it is known whether the device started anew.
func (p *pulse) await() {
	p.mu.Lock()
	pending := p.pending
	p.mu.Unlock()
	if pending != nil {
		<-pending
	}
}

// unanswered notes that the device did not answer at ep, if it had before.
func (p *pulse) unanswered(ep lan.Endpoint) {
	p.mu.Lock()
	p.lapsed = p.lapsed || slices.ContainsFunc(p.open, func(open lan.Endpoint) bool {
		return open.Addr == ep.Addr && open.Transport == ep.Transport && open.Port == ep.Port
	})
	p.mu.Unlock()
	p.anew()
}

// anew ends the asking of a device that started anew. Of one whose ports are still
// being asked it is not known yet whether it was there at all.
func (p *pulse) anew() {
	p.mu.Lock()
	believed, borne := p.again, p.said > 0 && p.lapsed
	p.mu.Unlock()
	believed = believed || borne && p.others()
	p.mu.Lock()
	p.again = believed
	suffers := p.again && p.lively > 0 && !p.over && !p.everybody()
	p.mu.Unlock()
	if suffers {
		p.suffers(startedAnew)
	}
}

// everybody reports whether most devices are said to have started anew: then it
// was the network, or the power, or somebody who would have all of them left
// alone. canary.mu is held.
func (c *canary) everybody() bool {
	said := 0
	for _, p := range c.asked {
		if p.said > 0 {
			said++
		}
	}
	return said >= most && said*2 > len(c.asked)
}

// wonder tells the owner of a word that nothing bears out.
func (p *pulse) wonder() {
	p.mu.Lock()
	wonders, but := p.said > 0 && p.lively > 0 && p.suffered.At.IsZero(), "but went on answering"
	if p.again {
		but = "as most devices were"
	}
	p.mu.Unlock()
	if d := p.now(); wonders && !dozes(d) {
		p.run.note(fmt.Sprintf("%s was said to start anew while it was being asked, %s. "+
			"Another device may speak in its name, or it joined the network anew. It was asked like any other.", called(d), but))
	}
}
