package identify

import (
	"github.com/homesweep/homesweep/probes/discover/wsd"
	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(&query{service: "ws-discovery", port: wsd.Port, ask: wsd.Probe, parse: parseWSD}, asks)

// parseWSD reads what the device's target services are.
func parseWSD(svc *lan.Service, question, answer []byte) bool {
	heard, ok := wsd.Matched(question, answer, svc.Address)
	svc.Heard.Merge(heard)
	return ok
}
