package checks

import (
	"context"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// What a device announces of its pairing: HomeKit's status flags, whose bit 0 is
// "not paired" (HomeKit Accessory Protocol, table 6-8), and Matter's
// commissioning mode (Matter Core Specification, section 4.3.1.7).
var (
	hapFlags = [...]string{lan.MDNS("_hap._tcp", "sf"), lan.MDNS("_hap._udp", "sf")}
	matterCM = lan.MDNS("_matterc._udp", "CM")
)

// Who pairs first owns the device; the code that both ask for is on its label.
var _ = register(probes.Check{
	ID:        "pairing-open",
	Topic:     "Pairing with a smart home",
	Title:     "It is waiting for somebody to pair with it",
	Advice:    "Whoever has the code from its label or box can take it over, also somebody on your Wi-Fi. If you use it with Apple Home or Matter, add it in your app now. If you never will, turn that off in the maker's app, where it can be. Keep its code to yourself.",
	Guideline: 6, Provision: "5.6-1", Severity: lan.ForInfo, Touch: lan.Listen,
	Applies: func(d lan.Device, s lan.Service) bool {
		return s.Port == 0 && d.Heard[hapFlags[0]]+d.Heard[hapFlags[1]]+d.Heard[matterCM] != ""
	},
	Run: func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		verdict := lan.Undecided
		for _, field := range hapFlags {
			flags := p.Device.Heard[field]
			if n, err := strconv.ParseUint(flags, 0, 16); err == nil {
				p.Saw("heard its announcement for Apple Home", "sf="+flags)
				verdict = worse(verdict, n&1 == 1)
			}
		}
		switch mode := strings.TrimSpace(p.Device.Heard[matterCM]); mode {
		case "":
		case "0":
			p.Saw("heard its announcement for Matter", "CM=0")
			verdict = worse(verdict, false)
		default:
			p.Saw("heard its announcement for Matter", "CM="+mode)
			verdict = worse(verdict, true)
		}
		return verdict, nil
	},
})

// worse is fail where something is open, and else pass unless v is a problem.
func worse(v lan.Verdict, open bool) lan.Verdict {
	switch {
	case open:
		return lan.Fail
	case v.Problem():
		return v
	}
	return lan.Pass
}
