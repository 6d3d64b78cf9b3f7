package checks

import (
	"context"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

// To offer recursion is every router's work and nobody else's, but for a filter
// of the owner's own. The offer (RA, RFC 1035 section 4.1.1) came with the answer
// to a question about the server itself, so nothing was looked up and nothing
// left the home; whether it would, is therefore only likely.
var _ = register(probes.Check{
	ID:        "open-resolver",
	Topic:     "Looking up names for others (DNS)",
	Title:     "It probably looks up internet names for anyone who asks",
	Advice:    "If you set it up as your own name server, such as Pi-hole, that is its work. Otherwise turn its DNS server off in its settings: one that the internet can reach is used to attack others.",
	Guideline: 6, Provision: "5.6-1", Severity: lan.ForInfo, Touch: lan.Ask,
	Applies: func(d lan.Device, s lan.Service) bool {
		return s.Name == "domain" && d.Kind != "router" && d.Kind != "ap" && gateway(d) == ""
	},
	Run: func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		offer := p.Service.Heard[identify.DNSRecursion]
		p.Saw("asked the name server for its version", heardOr("recursion is", offer))
		if offer != "available" {
			return lan.LikelyPass, nil // it said no more than that it does not
		}
		switch p.Device.Kind {
		case "camera", "nvr", "plug", "bulb", "printer", "appliance", "voip": // they have no business with names
			p.Grade(lan.WhenYouCan)
		}
		return lan.LikelyFail, nil
	},
})
