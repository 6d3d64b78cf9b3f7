package watch

import "time"

// anew is how long after the last sweep one begins for what has changed around the
// home, so that a router that is being set up is not swept for all the while.
const anew = 15 * time.Minute

// Relink has the links looked for at once. It is safe for concurrent use.
func (h *Home) Relink() { poke(h.relinked) }

// Anew takes in that something has changed around the home: an interface came, the
// router was set up otherwise. The next sweep begins soon, within the quiet hours after
// them. It is safe for concurrent use.
func (h *Home) Anew() {
	h.mu.Lock()
	h.changes = true
	h.mu.Unlock()
	poke(h.planned)
}
