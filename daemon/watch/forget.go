package watch

import (
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// Forget lets go of all that is held in memory of the home and of what its owner said,
// and stops the sweep or inspection under way. What is written down is the caller's to
// erase, and to keep what was under way from being written after.
func (h *Home) Forget() {
	h.word.Lock()
	h.mu.Lock()
	for _, w := range []work{{stop: h.cancel}, h.visiting, h.asking} {
		w.halt()
	}
	h.latest, h.live, h.newcomers = lan.Sweep{}, nil, nil
	h.decisions, h.grants, h.touch = nil, nil, min(h.o.Default, lan.Ask)
	h.every, h.quiet, h.chosen, h.contact = max(h.o.Every, time.Minute), h.o.Quiet, nil, ""
	h.progress, h.o.Notes = lan.Progress{Running: h.cancel != nil}, nil
	h.wakeUp()
	h.mu.Unlock()
	h.word.Unlock()
	h.strangers.forget()
	h.errands.forget()
	h.met.forget()
	h.roll.muster(nil, h.o.Now())
	h.roll.take()
	poke(h.planned)
	poke(h.relinked)
}

func (l *strangers) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.all)
}

func (l *errands) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = nil
	clear(l.last)
}
