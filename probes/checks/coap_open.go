package checks

import (
	"context"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

// The list of a CoAP server's resources (RFC 6690) is there to be found; whether
// they ask for a key cannot be seen without using them.
var _ = register(probes.Check{
	ID:        "coap-open",
	Topic:     "Smart-device control (CoAP)",
	Title:     "It tells anyone on your network what can be asked of it (CoAP)",
	Advice:    "Many small devices are made so; by itself it does no harm. We did not try whether it also obeys strangers. Keep it up to date, and if you do not trust it, keep it on a guest network.",
	Guideline: 6, Provision: "5.6-2", Severity: lan.ForInfo, Touch: lan.Ask,
	Applies: onService("coap"),
	Run: func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		code := p.Service.Heard[identify.CoAPCode]
		p.Saw("GET /.well-known/core", heardOr(code, p.Service.Heard[identify.CoAPCore]))
		switch code {
		case "2.05":
			return lan.Fail, nil
		case "4.01", "4.03": // RFC 7252 section 12.1.2: unauthorized, forbidden
			return lan.Pass, nil
		}
		return lan.Undecided, nil
	},
})
