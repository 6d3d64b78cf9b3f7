package report

import (
	"github.com/homesweep/homesweep/probes/lan"
)

// comparing is two sweeps being compared.
type comparing struct {
	old, now *sight
	out      lan.Changes
	missed   int // devices of then that the newer sweep could not have met
	blind    int // devices of now that the earlier sweep could not have met
	unsure   int // problems of devices of now of which nobody knows what they were
}

// Compare says what is different in now from the earlier sweep old of the same
// home. Devices are known again by ID, by an identity or by the hardware address
// that the maker gave, never by an address alone or a private hardware address.
//
// What one of the sweeps could not have seen (it went less far, looked at other
// networks, was cut short, left a device alone) is no difference: a device that it
// could not have met did not join and has not gone, a problem that was not looked
// at now is "no longer told" and never fixed, and one that was not looked at then
// is "not comparable" and not new.
func Compare(old, now lan.Sweep) lan.Changes {
	old, now = ordered(old), ordered(now)
	c := &comparing{old: sightOf(old), now: sightOf(now)}
	c.out.Since = old.Finished
	if old.Finished.IsZero() {
		c.out.Since = old.Started
	}
	p := pair(old.Devices, now.Devices)
	for i := range now.Devices {
		d := &now.Devices[i]
		switch j := p.then[i]; j {
		case unsure:
			c.unsure += problemsOf(d)
		case absent:
			c.joined(d)
		default:
			c.stayed(&old.Devices[j], d)
		}
	}
	for j := range old.Devices {
		if !p.taken[j] {
			c.gone(&old.Devices[j])
		}
	}
	c.notes(p)
	lan.Sort(c.out.Findings, func(a, b lan.FindingChange) int {
		if by := turn[a.Change] - turn[b.Change]; by != 0 {
			return by
		}
		return int(b.Severity) - int(a.Severity)
	})
	return c.out
}

// turn is the order in which the changes of findings are told.
var turn = map[lan.Change]int{
	lan.Appeared: 1, lan.Worsened: 2, lan.Eased: 3, lan.Fixed: 4, lan.Untold: 5, lan.Uncompared: 6,
}

// device notes what became of d.
func (c *comparing) device(d *lan.Device, change lan.Change, what []lan.Detail) {
	ch := lan.DeviceChange{Device: d.ID, Name: called(*d), Change: change, What: what, Problems: problemsOf(d)}
	ch.Words = deviceWords(ch)
	c.out.Devices = append(c.out.Devices, ch)
}

// problemsOf is how many problems d has.
func problemsOf(d *lan.Device) (n int) {
	for i := range d.Findings {
		if d.Findings[i].Verdict.Problem() {
			n++
		}
	}
	return n
}

// finding notes what became of f, of which then is the severity it had.
func (c *comparing) finding(d *lan.Device, f *lan.Finding, change lan.Change, then lan.Severity) {
	ch := lan.FindingChange{
		Ref: lan.Ref{Device: d.ID, Check: f.Check, Service: f.Service}, Name: called(*d), Change: change,
		Title: f.Title, Severity: f.Severity, Was: then,
	}
	ch.Words = findingWords(ch)
	c.out.Findings = append(c.out.Findings, ch)
}

// joined is a device that was not among those of then.
func (c *comparing) joined(d *lan.Device) {
	change := lan.Appeared
	if c.old.meets(d, c.now) {
		c.device(d, lan.Joined, nil)
	} else {
		c.blind++
		change = lan.Uncompared
	}
	for _, f := range folded(d) {
		if f.Verdict.Problem() {
			c.finding(d, f, change, f.Severity)
		}
	}
}

// gone is a device of then that is not among those of now. Its problems are not
// fixed by that.
func (c *comparing) gone(d *lan.Device) {
	if !c.now.meets(d, c.old) {
		c.missed++
		return
	}
	c.device(d, lan.Gone, []lan.Detail{{Field: lan.FieldName, Was: name(*d)}, {Field: lan.FieldAddress, Was: address(*d)}})
}

// stayed is a device that is in both.
func (c *comparing) stayed(then, d *lan.Device) {
	if what := c.details(then, d); len(what) > 0 {
		c.device(d, lan.Altered, what)
	}
	before, after := folded(then), folded(d)
	for _, f := range after {
		if f.Verdict.Problem() {
			was, known := sameFinding(before, f)
			c.told(then, d, was, f, known)
		}
	}
	for _, f := range before {
		if now, known := sameFinding(after, f); f.Verdict.Problem() && !now.Verdict.Problem() {
			c.untold(then, d, f, now, known)
		}
	}
}

// told is a problem of now, which was was then.
func (c *comparing) told(then, d *lan.Device, was, f *lan.Finding, known bool) {
	service, _ := serviceOf(d, f.Service)
	switch {
	case was.Verdict.Problem() && (f.Severity > was.Severity || f.Severity == was.Severity && f.Verdict < was.Verdict):
		c.finding(d, f, lan.Worsened, was.Severity)
	case was.Verdict.Problem() && f.Severity < was.Severity:
		c.finding(d, f, lan.Eased, was.Severity)
	case was.Verdict.Problem():
	case was.Verdict == lan.Pass || was.Verdict == lan.LikelyPass:
		c.finding(d, f, lan.Appeared, f.Severity)
	case !known && !(boundless(d) && service.Transport == lan.TCP) && c.old.checks(then, f, service, c.now):
		c.finding(d, f, lan.Appeared, f.Severity)
	default:
		c.finding(d, f, lan.Uncompared, f.Severity)
	}
}

// untold is a problem f of then that is none now: fixed if the check says so, or
// if its service was asked for over TCP and is closed on a device that answered at
// others. That nobody answers over UDP fixes nothing.
func (c *comparing) untold(then, d *lan.Device, f, now *lan.Finding, known bool) {
	service, was := serviceOf(then, f.Service)
	_, open := serviceOf(d, f.Service)
	change := lan.Untold
	switch {
	case now.Verdict == lan.Pass || now.Verdict == lan.LikelyPass:
		change = lan.Fixed
	case !known && was && !open && !boundless(then) && c.now.asks(d, service):
		change = lan.Fixed
	}
	c.finding(d, f, change, f.Severity)
}
