package checks

import (
	"context"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

// Nothing is ever set to see whether it can be. An agent that lets "public" read
// its own table of who may write (RFC 3415) has said it itself, where every
// community in it may.
var _ = register(probes.Check{
	ID:        "snmp-write",
	Topic:     "Changing its settings by SNMP",
	Title:     "Anyone on your network can probably change its settings (SNMP)",
	Advice:    "It says that the word \"public\", which everybody knows, is enough to change its settings. Turn SNMP off in the device's settings. If you need it, allow reading only and choose a word of your own.",
	Guideline: 5, Provision: "5.5-5", Severity: lan.Soon, Touch: lan.Ask,
	Applies: func(_ lan.Device, s lan.Service) bool {
		return s.Name == "snmp" && s.Heard[lan.SNMPCommunity] == "public"
	},
	Run: func(ctx context.Context, p *probes.Pass) (lan.Verdict, error) {
		views, err := identify.WriteViews(ctx, p.Reach, p.Service.Endpoint())
		if err != nil {
			return lan.Undecided, err
		}
		writers := 0
		for _, view := range views {
			if view != "" && view != "none" && view != "_none_" {
				writers++
			}
		}
		p.Saw("read who may write, and set nothing", heardOr("views for writing:", strings.Join(views, ", ")))
		switch {
		case len(views) == 0:
			p.Advice = "It does not show who may change its settings, and we never try."
			return lan.NotTested, nil
		case writers == len(views):
			return lan.LikelyFail, nil
		case writers == 0:
			return lan.LikelyPass, nil
		}
		return lan.Undecided, nil
	},
})
