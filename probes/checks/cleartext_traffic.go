package checks

import (
	"context"
	"fmt"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/conntrack"
	"github.com/homesweep/homesweep/probes/lan"
)

// The router counts connections by their port and never looks into them, so that
// what is found is at most likely. Phones and computers are nobody's business.
var _ = register(probes.Check{
	ID:        "cleartext-traffic",
	Topic:     "What it sends to the internet in clear text",
	Title:     "It speaks to the internet without encryption",
	Advice:    "Whoever is on the way, the provider or another network, can read and change what it says. Update it, look in its app for a setting named TLS, SSL or secure, or ask its maker; if it can do without the internet, keep it from there.",
	Guideline: 5, Provision: "5.5-1", Severity: lan.WhenYouCan, Touch: lan.Listen,
	Applies: func(d lan.Device, s lan.Service) bool { return s.Port == 0 && !d.Personal() && len(d.Clear) > 0 },
	Run: func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		verdict, worst := lan.Undecided, lan.ForInfo
		for _, f := range p.Device.Clear {
			p.Saw("counted the connections that the router tracks, without looking into them", flowWords(f))
			v, s := clearText(f)
			if v.Problem() {
				verdict, worst = v, max(worst, s)
			}
			if scans(f) {
				p.Title = "It looks for Telnet all over the internet"
				p.Advice = "Devices that somebody else has taken over do that to find more of them. Unplug it, reset it to factory settings, update it and give it a new password before it goes online again."
			}
		}
		if verdict == lan.Undecided {
			p.Saw("", "Nearly every device asks by plain HTTP whether it is online, and signed updates come that way. It may be no more than that.")
			return verdict, nil
		}
		p.Grade(worst)
		return verdict, nil
	},
})

// Bounds from which what is counted says something.
const (
	manyAttempts = 20 // Telnet at once: no camera, and no person, does that
	oftenAtOnce  = 5  // of HTTP; one or two are the question whether it is online
	oftenDays    = 3
)

// scans reports whether f is that of a device that looks for others.
func scans(f lan.Flow) bool {
	return f.Transport == lan.TCP && f.Port == 23 && f.Count >= manyAttempts
}

// clearText judges one protocol: how sure it is, and how much it matters.
func clearText(f lan.Flow) (lan.Verdict, lan.Severity) {
	switch {
	case scans(f):
		return lan.LikelyFail, lan.ActNow
	case f.Port == 23, f.Port == 554: // passwords; pictures
		return lan.LikelyFail, lan.Soon
	case f.Port != 80:
		return lan.LikelyFail, lan.WhenYouCan
	case f.Count >= oftenAtOnce && f.Days >= oftenDays:
		return lan.LikelyFail, lan.ForInfo
	}
	return lan.Undecided, lan.ForInfo
}

// flowWords is f in words.
func flowWords(f lan.Flow) string {
	p, counted := conntrack.Of(f.Transport, f.Port)
	if !counted {
		p.Name = "Port"
	}
	text := fmt.Sprintf("%s (%s/%d) to the internet: %d or more at once", p.Name, f.Transport, f.Port, f.Count)
	if f.Days > 1 {
		text += fmt.Sprintf(", on %d days of late", f.Days)
	}
	return text
}
