package checks

import (
	"context"
	"slices"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// Who may ask a container engine for its version (Docker Engine API, GET
// /version) may also start a container that has the whole machine in it. It has
// no login: only a certificate that it asks for keeps strangers out.
var _ = register(probes.Check{
	ID:        "docker-open",
	Topic:     "Its container engine (Docker)",
	Title:     "Anyone on your network can take over this machine (Docker)",
	Advice:    "Docker's remote door is open without a password. Whoever reaches it can read and change everything on the machine. Remove \"-H tcp://\" or the \"hosts\" line from Docker's settings and restart it. To use it from afar, go by SSH or let it ask for certificates.",
	Guideline: 5, Provision: "5.5-5", Severity: lan.ActNow, Touch: lan.Ask,
	Applies: func(_ lan.Device, s lan.Service) bool {
		return (s.Name == "http" || s.Name == "https") && slices.Contains([]string{"Docker", "Libpod"}, s.Product)
	},
	Run: func(ctx context.Context, p *probes.Pass) (lan.Verdict, error) {
		return readable(ctx, p, "/version", `"ApiVersion"`)
	},
})
