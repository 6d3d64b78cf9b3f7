package ports

import (
	"context"
	"sync"
)

const (
	// silentRun is how many questions in a row a host that has answered may
	// leave unanswered before it is asked whether it is still there; after a yes
	// twice as many, and so on.
	silentRun = 24
	// maxChecks bounds the goroutines that ask so.
	maxChecks = 8
)

// canary watches over one host: it sees when the host falls silent.
type canary struct {
	patience int  // silences in a row that worry; 0 is any number
	quiet    int  // silences in a row by now
	asking   bool // the host is being asked, and meanwhile nothing else of it
	queued   bool // the schedule knows that it is to be asked
	lost     bool // the kernel did not find it
	dead     bool // it did not answer
}

// silence notes a question without an answer.
func (c *canary) silence() {
	c.quiet++
	c.asking = c.asking || c.patience > 0 && c.quiet >= c.patience
}

// worried notes that the kernel did not find the host. It is false when nobody
// can be asked whether that is so. Of a host that was there after all the word
// is then worth no more than a silence.
func (c *canary) worried() bool {
	if c.patience == silentRun {
		c.quiet = silentRun
	}
	c.lost = true
	c.silence()
	return c.patience > 0
}

// heard takes in whether the host is there.
func (c *canary) heard(there bool) {
	c.asking, c.queued, c.dead = false, false, !there
	c.quiet, c.patience = 0, 2*c.patience
}

// checks asks worrying hosts in person, a few at a time.
type checks struct {
	alive   func(context.Context, Target) bool // nil when nobody can
	post    func(context.Context, answer)
	waiting []*host
	running int
	group   sync.WaitGroup
}

// begin asks h, or whoever has waited longest when h is nil, as soon as there is
// room for it.
func (c *checks) begin(ctx context.Context, h *host) {
	if h != nil {
		h.canary.queued = true
		c.waiting = append(c.waiting, h)
	}
	for ; len(c.waiting) > 0 && c.running < maxChecks; c.running++ {
		h := c.waiting[0]
		c.waiting = c.waiting[1:]
		addr, t := h.addr, h.targets[0]
		c.group.Go(func() {
			says := missing
			if c.alive(ctx, t) {
				says = present
			}
			c.post(ctx, answer{addr: addr, says: says})
		})
	}
}
