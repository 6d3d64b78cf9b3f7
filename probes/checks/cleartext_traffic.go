package checks

import (
	"context"
	"fmt"
	"slices"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/conntrack"
	"github.com/homesweep/homesweep/probes/lan"
)

// The router counts connections by their port and never looks into them, so that
// what is found is at most likely. Phones and computers are nobody's business.
var _ = register(probes.Check{
	ID:        lan.ClearTraffic,
	Topic:     "What it sends to the internet in clear text",
	Title:     "It speaks to the internet without encryption",
	Advice:    "Whoever is on the way, the provider or another network, can read and change what it says. Update it, look in its app for a setting named TLS, SSL or secure, or ask its maker; if it can do without the internet, keep it from there.",
	Guideline: 5, Provision: "5.5-1", Severity: lan.WhenYouCan, Touch: lan.Listen,
	Applies: func(d lan.Device, s lan.Service) bool {
		return s.Port == 0 && !d.Personal() && slices.ContainsFunc(d.Clear, func(f lan.Flow) bool { return !online(f) })
	},
	Run: func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		worst := lan.ForInfo
		for _, f := range p.Device.Clear {
			if online(f) {
				continue
			}
			p.Saw("counted the connections that the router tracks, without looking into them", flowWords(f))
			worst = max(worst, clearText(f))
			if scans(f) {
				p.Title = "It looks for Telnet all over the internet"
				p.Advice = "Devices that somebody else has taken over do that to find more of them. Unplug it, reset it to factory settings, update it and give it a new password before it goes online again."
			}
		}
		p.Grade(worst)
		return lan.LikelyFail, nil
	},
})

// Bounds from which what is counted says something.
const (
	manyAttempts = 20 // addresses tried by Telnet in two minutes: no camera, and no person, does that
	oftenTracked = 5  // connections of HTTP; one or two are the question whether it is online
	oftenDays    = 3
)

// scans reports whether f is that of a device that looks for others.
func scans(f lan.Flow) bool {
	return f.Transport == lan.TCP && f.Port == 23 && f.Count >= manyAttempts
}

// online reports whether f may be no more than the question whether the device is
// online, which nearly every one asks by plain HTTP, or a signed update.
func online(f lan.Flow) bool {
	return f.Port == 80 && (f.Count < oftenTracked || f.Days < oftenDays)
}

// clearText is how much a protocol matters.
func clearText(f lan.Flow) lan.Severity {
	switch {
	case scans(f):
		return lan.ActNow
	case f.Port == 23, f.Port == 554: // passwords; pictures
		return lan.Soon
	case f.Port == 80:
		return lan.ForInfo
	}
	return lan.WhenYouCan
}

// flowWords is f in words.
func flowWords(f lan.Flow) string {
	p, counted := conntrack.Of(f.Transport, f.Port)
	if !counted {
		p.Name = "Port"
	}
	what := "connections"
	if p.Tried {
		what = "addresses"
	}
	text := fmt.Sprintf("%s (%s/%d) to the internet: %d or more %s tracked", p.Name, f.Transport, f.Port, f.Count, what)
	if f.Days > 1 {
		text += fmt.Sprintf(", on %d days of late", f.Days)
	}
	if !f.Seen.IsZero() {
		text += ", last on " + f.Seen.Format("2 January 2006")
	}
	return text
}
