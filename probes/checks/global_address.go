package checks

import (
	"context"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// An IPv6 address from the provider's prefix is one of the internet: there is no
// address translation before it, and only the router's firewall (RFC 6092) keeps
// strangers away. That cannot be seen from inside, so it is unknown, never a
// failure.
var _ = register(probes.Check{
	ID:        "global-address",
	Topic:     "Reachable from the internet",
	Title:     "It has an internet address of its own",
	Advice:    "",
	Guideline: 6, Provision: "5.6-1", Severity: lan.ForInfo, Touch: lan.Listen,
	Applies: func(d lan.Device, s lan.Service) bool { return s.Port == 0 && len(d.Exposed) > 0 },
	Run: func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		p.Saw("heard which addresses it uses", exposure(p.Device))
		if p.Device.Reachable != nil {
			p.Saw("", "What the router lets in from the internet was read, and is told with the doors that it keeps open.")
			return lan.Undecided, nil
		}
		p.Saw("", "Whether your router lets anybody in from the internet cannot be seen from here: its firewall decides.")
		p.Advice = "Look in the router's settings for the IPv6 firewall: it should be on, with no exception for this device that you do not need."
		return lan.Undecided, nil
	},
})

// maxExposed is how many addresses are named; a device may go through many.
const maxExposed = 4

// exposure names d's internet addresses in a sentence.
func exposure(d lan.Device) string {
	var list []string
	for _, a := range d.Exposed[:min(len(d.Exposed), maxExposed)] {
		list = append(list, a.String())
	}
	if len(d.Exposed) > maxExposed {
		list = append(list, "and more")
	}
	return "It has an internet address: " + strings.Join(list, ", ") + "."
}
