package ui

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// How many passwords wait to be looked at. With fewer strangers than have places in
// the crowd, and fewer of one network, there is always one who can leave for another.
const (
	maxWaiting = 32 // of strangers
	maxLane    = 8  // of one network, or of browsers that were let in before
	comeAgain  = 5 * time.Second
	patience   = 20 * time.Second // the answer must be out after 30
)

// knownLane is that of browsers that were let in before.
const knownLane = "known"

// queue is the way to the check of a password, which is heavy on a router: one at a
// time, the one that waits longest first. Of each lane no more than one stands in
// it, the others wait behind that: a host that tries from addresses without end
// keeps who comes from elsewhere for one check at most. Safe for concurrent use.
type queue struct {
	check chan struct{} // holds one while a password is looked at

	mu        sync.Mutex
	lanes     map[string]*lane
	strangers int
}

// lane is those of one network, or of browsers that were let in before.
type lane struct {
	whose string
	all   int
	first chan struct{} // holds one while one of them stands in the queue
}

func newQueue() *queue { return &queue{check: make(chan struct{}, 1), lanes: map[string]*lane{}} }

// laneOf is whose lane r's log-in waits in.
func laneOf(r *http.Request, known bool) string {
	if known {
		return knownLane
	}
	return network(address(r.RemoteAddr)).String()
}

// enter gives one a place in whose lane, to be left; nil when there is none.
func (q *queue) enter(whose string) *lane {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.lanes[whose]
	if l == nil {
		l = &lane{whose: whose, first: make(chan struct{}, 1)}
	}
	if l.all >= maxLane || whose != knownLane && q.strangers >= maxWaiting {
		return nil
	}
	if whose != knownLane {
		q.strangers++
	}
	l.all++
	q.lanes[whose] = l
	return l
}

// leave gives a place in l up.
func (q *queue) leave(l *lane) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if l.whose != knownLane {
		q.strangers--
	}
	if l.all--; l.all == 0 {
		delete(q.lanes, l.whose)
	}
}

// turn waits until it is the turn of one in l, which lasts until done; the error is
// ctx's.
func (q *queue) turn(ctx context.Context, l *lane) (done func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case l.first <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	select {
	case q.check <- struct{}{}:
		return func() { <-q.check; <-l.first }, nil
	case <-ctx.Done():
		<-l.first
		return nil, ctx.Err()
	}
}
