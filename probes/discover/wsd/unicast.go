package wsd

import (
	"bytes"
	"net/netip"

	"github.com/homesweep/homesweep/probes/lan"
)

// Probe asks one device, by itself, for everything that it is, in the version
// that computers, printers and cameras speak (WS-Discovery 1.1, section 5.2.2).
func Probe() []byte { return questions()[0] }

// Matched reads what device answers to probe: its own target services, at least
// one. ok is false for anything else, an answer to another message and one about
// another device's addresses among it. It is pure, bounded by the datagram and
// safe for concurrent use.
func Matched(probe, answer []byte, device netip.Addr) (h lan.Heard, ok bool) {
	_, id, _ := bytes.Cut(probe, []byte("<wsa:MessageID>"))
	id, _, asked := bytes.Cut(id, []byte("<"))
	kind, matches := Parse(answer)
	if !asked || kind != "ProbeMatches" || !bytes.Contains(answer, id) {
		return nil, false
	}
	s := lan.Sighting{Heard: lan.Heard{}}
	for _, m := range matches {
		if eps, _ := own(m.xaddrs, device); m.id != "" && (len(eps) > 0 || len(m.xaddrs) == 0) {
			m.tell(&s)
			ok = true
		}
	}
	return s.Heard, ok
}
