package ports

import (
	"net/netip"
	"slices"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// manyPorts is how many ports to ask leave too few others for decoys, which are
// then drawn from among them.
const manyPorts = 10_000

// maxQuestions is how many questions are held at a time, at ten bytes each, before
// further hosts wait for others to be decided: all ports of 32 devices.
const maxQuestions = 2 << 20

// newHosts makes the hosts of targets, one for each address, in order. atOnce is
// how many questions a target bears at once (0 is no bound), and draw gives a
// random number below n.
func newHosts(targets []Target, atOnce func(Target) int, draw func(n int) int) []*host {
	var list []*host
	byAddr := make(map[netip.Addr]*host, len(targets))
	for _, t := range targets {
		addr := t.Addr.Unmap().WithZone("")
		h := byAddr[addr]
		if h == nil {
			h = &host{addr: addr, mac: t.MAC, atOnce: atOnce(t), passes: 1, few: anyPorts, number: len(list)}
			byAddr[addr], list = h, append(list, h)
		}
		if t.Rate <= 0 {
			t.Rate = lan.Careful.Rate()
		}
		// The slower of the paces.
		h.gap = max(h.gap, time.Duration(float64(time.Second)/t.Rate))
		h.targets = append(h.targets, t)
	}
	w, held := &writer{known: likely(), draw: draw}, 0
	for _, h := range list {
		if held >= maxQuestions {
			h.unwritten = w
			continue
		}
		w.write(h)
		held += len(h.questions)
	}
	return list
}

// writer writes hosts' questions.
type writer struct {
	ports []uint16        // in the order to ask
	place [1 << 16]uint16 // of each port in ports, counted from 1
	known *portSet        // ports that somebody uses
	draw  func(n int) int
}

// write writes h's questions: its targets' ports in order, and the decoys after
// the first few.
func (w *writer) write(h *host) {
	w.ports = w.ports[:0]
	clear(w.place[:])
	for _, t := range h.targets {
		w.add(t.Ports)
	}
	listed := len(w.ports) >= manyPorts
	if list := w.decoys(listed); len(w.ports) >= decoysFrom && len(list) == decoyMost {
		h.decoys = decoys{from: decoyAfter, asked: decoyFew, listed: listed}
		order := slices.Insert(slices.Clone(w.ports), decoyAfter, list...)
		w.ports = w.ports[:0]
		clear(w.place[:])
		w.add(order)
	}
	h.questions, h.byPort = make([]question, len(w.ports)), make([]uint16, 0, len(w.ports))
	for i, p := range w.ports {
		h.questions[i].port = p
	}
	for _, i := range w.place {
		if i > 0 {
			h.byPort = append(h.byPort, i-1)
		}
	}
}

// add writes down the ports that are not there yet.
func (w *writer) add(list []uint16) {
	for _, p := range list {
		if p != 0 && w.place[p] == 0 {
			w.ports = append(w.ports, p)
			w.place[p] = uint16(len(w.ports))
		}
	}
}

// decoys are ports that nobody uses: on no list of ours, and not to be asked
// anyway, or, when there is hardly another, not among the first of those.
func (w *writer) decoys(listed bool) (list []uint16) {
	for range 64 * decoyMost { // three in four are fit
		p := uint16(decoyAbove + w.draw(1<<16-decoyAbove))
		fit := w.place[p] == 0
		if listed {
			fit = w.place[p] > decoyAfter
		}
		if fit && !w.known.has(p) && !slices.Contains(list, p) {
			if list = append(list, p); len(list) == decoyMost {
				break
			}
		}
	}
	return list
}
