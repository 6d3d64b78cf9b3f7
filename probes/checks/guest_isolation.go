package checks

import (
	"context"
	"fmt"
	"slices"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// Only the router that homesweep runs on knows how its networks are kept apart.
var _ = register(probes.Check{
	ID:        "guest-isolation",
	Topic:     "Guests kept apart from the home's own devices",
	Title:     "The guest network is not kept apart from the home",
	Advice:    "Whoever is on it, a visitor's infected laptop too, reaches what is named below. In the router's firewall settings take away what lets it through; guests keep the internet.",
	Guideline: 6, Provision: "5.6-1", Severity: lan.WhenYouCan, Touch: lan.Listen,
	Applies: func(d lan.Device, s lan.Service) bool {
		return s.Port == 0 && d.Self && slices.ContainsFunc(d.Zones, func(z lan.Zone) bool { return z.Guest || len(z.Mixed) > 0 })
	},
	Run: func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		var gaps, some, mild, named []string
		for _, z := range p.Device.Zones {
			for _, name := range z.Mixed {
				if z.Guest {
					mild = append(mild, fmt.Sprintf("in “%s” the devices of guests can reach each other", name))
				} else {
					named = append(named, fmt.Sprintf("the wireless network “%s” lies in the home's own network “%s”", name, z.Name))
				}
			}
			gaps = append(gaps, reaches(z, p.Device.Zones)...)
			for _, rule := range z.Some {
				some = append(some, fmt.Sprintf("a rule lets “%s” reach %s", z.Name, rule))
			}
		}
		for _, text := range slices.Concat(gaps, named, some, mild) {
			p.Saw(isolationRead, text)
		}
		switch {
		case len(gaps) > 0:
			p.Steps = isolationSteps
			return lan.Fail, nil
		case len(named) > 0: // a name is no proof of whom it is for
			p.Steps = isolationSteps
			return lan.LikelyFail, nil
		case len(some) > 0:
			p.Grade(lan.ForInfo)
			p.Title = "Guests can reach something of the home"
			p.Advice = "If you opened it for them, such as a printer, nothing is wrong with that. If not, delete the rule in the router's firewall settings."
			return lan.Fail, nil
		case len(mild) > 0:
			p.Grade(lan.ForInfo)
			p.Title = "Guests' devices can reach each other"
			p.Advice = "To part guests from each other too, turn on Isolate Clients for the guest network in the router's wireless settings."
			return lan.Fail, nil
		}
		p.Saw(isolationRead, "no rule there lets guests reach the router's own pages or the home's devices")
		return lan.LikelyPass, nil // what else is loaded into the firewall is not seen
	},
})

const isolationRead = "read the router's firewall and wireless settings"

// isolationSteps are those of OpenWrt's page
// (openwrt.org/docs/guide-user/network/wifi/guestwifi/guest-wlan-webinterface).
var isolationSteps = []string{
	"Open the router's own page and go to Network, Firewall, and edit the guests' zone.",
	"Set Input to reject, and let traffic rules accept only DNS (port 53) and DHCP (port 67).",
	"Under Allow forward to destination zones leave wan alone. Press Save & Apply.",
	"If a guests' wireless network lies in the home's own, give it a network of its own under Network, Wireless.",
}

// reaches are the parts of the home that guests in z can connect to.
func reaches(z lan.Zone, all []lan.Zone) (gaps []string) {
	if !z.Guest {
		return nil
	}
	for _, to := range all {
		if slices.Contains(z.To, to.Name) && !to.Outside && !to.Guest && to.Name != z.Name {
			gaps = append(gaps, fmt.Sprintf("from “%s” the devices of “%s” can be connected to", z.Name, to.Name))
		}
	}
	if z.Router {
		gaps = append(gaps, fmt.Sprintf("from “%s” every port of the router is open, its settings too", z.Name))
	}
	return gaps
}
