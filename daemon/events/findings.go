package events

import (
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// happenings are the changes of findings that are told. A problem that nobody looked
// for before is new to the owner like any other.
var happenings = map[lan.Change]lan.Happening{
	lan.Appeared: lan.FindingNew, lan.Uncompared: lan.FindingNew, lan.Worsened: lan.FindingWorse, lan.Fixed: lan.FindingFixed,
}

// The checks that have a word of their own among the happenings.
const (
	pairingCheck = "pairing-open"
	mappingCheck = "upnp-mapping"
	forwardCheck = "port-forward"
)

// findings tells what became of problems.
func (b *between) findings(list []lan.FindingChange) {
	for _, c := range list {
		d := b.now[c.Device]
		if d == nil {
			continue
		}
		what, told := happenings[c.Change]
		if !told || what != lan.FindingFixed && (c.Check == mappingCheck && len(b.opened(d)) > 0 || c.Check == forwardCheck && b.openedTo(d)) {
			continue // told as what was opened
		}
		if c.Check == pairingCheck && what == lan.FindingNew {
			what = lan.PairingOpen
		}
		b.say(d, lan.Event{What: what, Check: c.Check, Service: c.Service, Severity: c.Severity, Now: c.Title, Words: sentence(what, called(*d), c.Title)})
	}
}

// sentence is what happened to the problem with that title.
func sentence(what lan.Happening, name, title string) string {
	title = strings.TrimSuffix(short(title), ".")
	switch what {
	case lan.FindingWorse:
		return "A problem of " + name + " got worse: " + title + "."
	case lan.FindingFixed:
		return "Fixed on " + name + ": " + title + "."
	case lan.PairingOpen:
		return name + " was left open for pairing."
	}
	return "New on " + name + ": " + title + "."
}
