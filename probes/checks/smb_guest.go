package checks

import (
	"context"
	"net"
	"slices"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/shares"
)

// A folder is asked for without a name or password ([MS-NLMP] anonymous); no file
// in it is looked at or written. Nearly every file server lets nobody in as far as
// the list, so only a folder that opens is a problem.
var _ = register(probes.Check{
	ID:        "smb-guest",
	Topic:     "Shared folders for visitors without a password",
	Title:     "Anyone on your network can open its shared folders without a password",
	Advice:    "A folder on it is open to guests: whoever is on your Wi-Fi can read it, and a virus may well change it. In the device's file sharing settings turn off guest access for the folder, or for all, and give each person at home a user with a password.",
	Guideline: 5, Provision: "5.5-4", Severity: lan.Soon, Touch: lan.Ask,
	Applies: func(_ lan.Device, s lan.Service) bool { return s.Name == "microsoft-ds" },
	Run: func(ctx context.Context, p *probes.Pass) (verdict lan.Verdict, err error) {
		if p.Service.Heard[identify.SMBDialect] == "1.0" {
			p.Saw("wanted to ask for its folders", "It speaks SMB 1 only, in which we do not ask.")
			return lan.Undecided, nil
		}
		err = call(ctx, p, p.Service.Endpoint(), func(conn net.Conn) error {
			answer, err := shares.Ask(conn, p.Service.Address.WithZone("").String())
			if err != nil && !slices.ContainsFunc(answer.Shares, func(s shares.Share) bool { return s.Open }) {
				return err
			}
			verdict = guestVerdict(p, answer) // what is open is open, however the talk ended
			return nil
		})
		return verdict, err
	},
})

// guestVerdict judges by the folders. One that asks for a name may still take
// "guest" for one, which is a login and was not tried; so it is never a sure pass.
func guestVerdict(p *probes.Pass, a shares.Answer) lan.Verdict {
	said := "logged in without a name or password"
	switch {
	case a.Nobody:
		p.Saw(said, "refused")
		return lan.LikelyPass
	case !a.Listed:
		p.Saw(said, "it let us in and showed nothing")
		return lan.LikelyPass
	}
	verdict := lan.LikelyPass
	for _, share := range a.Shares {
		heard := "refused"
		switch {
		case share.Write:
			heard, verdict = "open, and it says that we might write there", lan.Fail
		case share.Open:
			heard, verdict = "open", lan.Fail
		}
		p.Saw("asked for the folder \""+share.Name+"\" without a name or password", heard)
	}
	if len(a.Shares) == 0 {
		p.Saw(said+" and asked for the list of folders", "it names none")
	}
	if a.More && verdict != lan.Fail {
		return lan.Undecided // the others were not asked for
	}
	return verdict
}
