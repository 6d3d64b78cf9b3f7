package checks

import (
	"context"
	"slices"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/proof"
)

// A command line without a login, or the protected page of a known family that
// opens to anybody. A web page that merely answers proves nothing: many are
// meant to be read.
var _ = register(probes.Check{
	ID:        "no-login",
	Topic:     "Control without a password",
	Title:     "Anyone on your network can control it without a password",
	Advice:    "A guest, or an infected device on your Wi-Fi, could change its settings. Open its page or its maker's app and set a password. If it has no such setting, look for an update; until there is one, keep it on a guest network.",
	Guideline: 5, Provision: "5.5-5", Severity: lan.ActNow, Touch: lan.Ask,
	Applies: func(_ lan.Device, s lan.Service) bool {
		return s.Name == "http" || s.Name == "https" || s.Name == "telnet"
	},
	Run: noLogin,
})

// asksEachTime are the logins that go with every question, so that no earlier one
// can have opened the door.
var asksEachTime = []string{"basic", "digest", "telnet"}

func noLogin(ctx context.Context, p *probes.Pass) (lan.Verdict, error) {
	if p.Service.Name == "telnet" {
		switch p.Service.Heard[lan.TelnetPrompt] {
		case "shell":
			p.Saw(greeted(p.Service), "a command line, without being asked who we are: "+p.Service.Heard[lan.TelnetBanner])
			return lan.Fail, nil
		case "login", "password":
			return lan.Pass, nil
		}
		return lan.Undecided, nil
	}
	verdict := lan.NotApplicable
	for _, record := range p.Knowledge.Logins.Documented(p.Device, p.Service) {
		door, state, err := proof.Look(ctx, p, record)
		if err != nil {
			return lan.Undecided, err
		}
		if door == nil {
			continue
		}
		switch {
		case state == proof.Open && slices.Contains(asksEachTime, record.Auth):
			return lan.Fail, nil
		case state == proof.Open:
			p.Saw("", "It may also be that somebody is logged in from this computer: some devices know a visitor by the address alone.")
			return lan.LikelyFail, nil
		case state == proof.Closed:
			verdict = lan.Pass
		case verdict == lan.NotApplicable:
			verdict = lan.Undecided
		}
	}
	return verdict, nil
}
