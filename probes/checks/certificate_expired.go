package checks

import (
	"cmp"
	"context"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

// An expired certificate that somebody vouched for makes browsers warn, and people
// used to warnings click them away. One that a device signed for itself is warned
// of anyhow, so its date is for information. A router's clock may stand at 1970
// until it has met the internet: then no date can be judged.
var _ = register(probes.Check{
	ID:        "certificate-expired",
	Topic:     "The date of its certificate",
	Title:     "Its certificate has expired",
	Advice:    "Your browser warns before it opens the device's page, and a warning that you are used to cannot tell you of a stranger in between. Check that the device's date is right. Then renew the certificate in its settings, or let it make a new one; a restart or an update often does.",
	Guideline: 5, Provision: "5.5-1", Severity: lan.WhenYouCan, Touch: lan.Ask,
	Applies: func(_ lan.Device, s lan.Service) bool { return s.Heard[lan.TLSNotAfter] != "" },
	Run: func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		return expired(p, time.Now()), nil
	},
})

// sane is before any clock that is right.
var sane = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// expired judges the dates of the pass's certificate at now.
func expired(p *probes.Pass, now time.Time) lan.Verdict {
	h := p.Service.Heard
	p.Saw("read the certificate of "+p.Service.Key(), "valid from "+cmp.Or(h[identify.TLSNotBefore], "a date unknown")+" to "+h[lan.TLSNotAfter])
	until, err := time.Parse(time.RFC3339, h[lan.TLSNotAfter])
	switch {
	case err != nil:
		return lan.Undecided
	case now.Before(sane):
		p.Saw("looked at our own clock", "It is not set yet, so no date can be judged.")
		return lan.Undecided
	case now.Before(until):
		return lan.Pass
	case h[identify.TLSSelfSigned] != "":
		p.Grade(lan.ForInfo)
	}
	return lan.Fail
}
