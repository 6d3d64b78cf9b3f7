package ports

import (
	"slices"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// newHosts makes the hosts of targets, one for each address, in order.
func newHosts(targets []Target, atOnce func(Target) int) []*host {
	var list []*host
	for _, t := range targets {
		addr := t.Addr.Unmap().WithZone("")
		i := slices.IndexFunc(list, func(h *host) bool { return h.addr == addr })
		if i < 0 {
			i = len(list)
			list = append(list, &host{addr: addr, mac: t.MAC, atOnce: atOnce(t), passes: 1})
		}
		list[i].add(t)
	}
	return list
}

// add takes over t's ports and the slower of the paces.
func (h *host) add(t Target) {
	if t.Rate <= 0 {
		t.Rate = lan.Careful.Rate()
	}
	h.gap = max(h.gap, time.Duration(float64(time.Second)/t.Rate))
	h.targets = append(h.targets, t)
	seen := make(map[uint16]bool, len(h.questions)+len(t.Ports))
	for _, q := range h.questions {
		seen[q.port] = true
	}
	for _, p := range t.Ports {
		if p != 0 && !seen[p] {
			seen[p] = true
			h.queue = append(h.queue, len(h.questions))
			h.questions = append(h.questions, question{port: p})
		}
	}
}
