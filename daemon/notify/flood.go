package notify

import "github.com/homesweep/homesweep/probes/lan"

// weight is how much an event matters where there is no room for all: its severity.
// What only few events can say of a whole home weighs as much as a problem that is
// to be mended soon; good news weighs nothing.
func weight(e *lan.Event) lan.Severity {
	switch e.What {
	case lan.FindingFixed:
		return 0
	case lan.GatewayChanged, lan.SecondDHCP, lan.PortMapped, lan.PairingOpen:
		return max(e.Severity, lan.Soon)
	}
	return e.Severity
}

// thin leaves at most so many of list, in their order. Those that weigh least go, of
// these the oldest, which are first in list; out are those that went.
func thin[T any](list []T, most int, weigh func(T) lan.Severity) (kept, out []T) {
	over := len(list) - most
	if over <= 0 {
		return list, nil
	}
	var drop [lan.ActNow + 1]int
	for _, one := range list {
		drop[weigh(one)]++
	}
	for i := range drop {
		drop[i] = min(drop[i], over)
		over -= drop[i]
	}
	kept = make([]T, 0, most)
	for _, one := range list {
		if w := weigh(one); drop[w] > 0 {
			drop[w]--
			out = append(out, one)
			continue
		}
		kept = append(kept, one)
	}
	return kept, out
}

func (h *held) weight() lan.Severity { return weight(h.Event) }

// weight is that of the weightiest event.
func (p *parcel) weight() (w lan.Severity) {
	for _, e := range p.Message.Events {
		w = max(w, weight(e))
	}
	return w
}
