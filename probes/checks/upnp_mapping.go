package checks

import (
	"context"
	"fmt"
	"slices"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// What a router says that it lets in from the internet is the one exposure that
// can be seen from inside. The sweep has read it (probes/igd).
var _ = register(probes.Check{
	ID:        "upnp-mapping",
	Topic:     "Doors that are open to the internet (UPnP)",
	Title:     "Doors from the internet into your home are open right now",
	Advice:    "Programs and devices at home had the router open them; games and calls may need theirs. Look at each below. If you do not know one, turn it off in the app of the device that it leads to, or delete it in the router's settings under UPnP. Then turn UPnP port forwarding off.",
	Guideline: 6, Provision: "5.6-1", Severity: lan.WhenYouCan, Touch: lan.Ask,
	Applies: func(d lan.Device, s lan.Service) bool { return s.Port == 0 && gateway(d) != "" },
	Run: func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		const asked = "asked the router which doors are open"
		list, worst := p.Device.Mappings, lan.ForInfo
		for _, m := range list {
			p.Saw(asked, fmt.Sprintf("its %s port %d leads to %s port %d (%s)", m.Transport, m.External, m.Client, m.Port, m.For))
			worst = max(worst, pressing(m))
		}
		switch {
		case len(list) > 0:
			p.Grade(worst)
			return lan.Fail, nil
		case list == nil:
			p.Saw(asked, "it would not say")
			return lan.Undecided, nil
		}
		p.Saw(asked, "none")
		return lan.Pass, nil
	},
})

// pressing is how much a mapping matters: games and calls have theirs in UDP and
// close them again.
func pressing(m lan.Mapping) lan.Severity {
	switch {
	case slices.Contains(delicate[m.Transport], m.Port):
		return lan.Soon
	case m.Transport == lan.UDP:
		return lan.ForInfo
	}
	return lan.WhenYouCan
}

// delicate are the ports at which devices are controlled, watched or hold files,
// or answer at length to whoever uses another's name.
var delicate = map[lan.Transport][]uint16{lan.TCP: {
	21, 22, 23, 80, 81, 139, 443, 445, 548, 554, 873, 1883, 2323, 3306, 3389, 5000, 5001, 5555, 5900,
	8000, 8080, 8081, 8123, 8443, 8554, 8888, 9000, 34567, 37777,
}, lan.UDP: {53, 69, 111, 123, 137, 161, 389, 623, 1900, 3702, 5353, 5683, 11211}}
