package checks

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

// An expired certificate that a public authority vouched for makes browsers warn, and
// people used to warnings click them away. Of one that a device or its maker signed
// they warn anyhow, so its date is for information. A router's clock may stand at 1970
// until it has met the internet: then no date can be judged.
var _ = register(probes.Check{
	ID:        "certificate-expired",
	Topic:     "The date of its certificate",
	Title:     "Its certificate has expired",
	Advice:    "Browsers and apps now warn of it or turn away. Once you are used to clicking such warnings away, you would not notice a stranger in between. Check that the device's date is right. Then renew the certificate in its settings; a restart or an update often does it.",
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
	case h[identify.TLSSelfSigned] != "" || !slices.ContainsFunc(strings.Fields(h[identify.TLSNames]), public):
		p.Advice = "By itself it does no harm: this certificate was never one that a browser trusts. Check that the device's date is right, and look for an update."
		p.Grade(lan.ForInfo)
	}
	return lan.Fail
}

// private are the ends of names that homes use among themselves, which no public
// authority vouches for (RFC 6762 section 3 and appendix G; RFC 8375).
var private = []string{"local", "lan", "home", "internal", "intranet", "private", "corp", "arpa", "box", "localdomain"}

// public reports whether name is one of the internet's.
func public(name string) bool {
	_, err := netip.ParseAddr(name)
	end := name[strings.LastIndexByte(name, '.')+1:]
	return err != nil && end != name && !slices.Contains(private, strings.ToLower(end))
}
