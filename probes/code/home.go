package code

import (
	"fmt"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// place is where a provision stands among provisions; one that is not of them
// comes last.
func place(id string) int {
	for i := range provisions {
		if provisions[i].id == id {
			return i
		}
	}
	return len(provisions)
}

// home is what was seen of each guideline on all devices together, from what was
// seen on each.
func (b book) home(devices []lan.Device) []lan.Guideline {
	list := make([]lan.Guideline, len(guidelines))
	for i := range list {
		list[i] = rollUp(i, devices)
	}
	seen := b.provisions(devices)
	for i, p := range provisions {
		g := &list[p.guideline-1]
		g.Provisions = append(g.Provisions, seen[i])
	}
	return list
}

// rollUp is the guideline that stands at i, on all devices.
func rollUp(i int, devices []lan.Device) lan.Guideline {
	about := guidelines[i]
	g := lan.Guideline{Number: i + 1, Title: about.title, Verdict: lan.NotApplicable, Why: about.why, Instead: about.instead}
	n, others := map[lan.Verdict]int{}, 0
	for _, d := range devices {
		of := d.Guidelines[i]
		if of.Verdict == lan.NotApplicable {
			others++
			continue
		}
		n[of.Verdict]++
		g.Verdict = worse(g.Verdict, of.Verdict)
		g.Checked, g.Possible = g.Checked+of.Checked, g.Possible+of.Possible
		if of.Verdict.Problem() {
			g.Devices = append(g.Devices, d.ID)
		}
	}
	slices.Sort(g.Devices)
	if len(devices) == 0 {
		g.Verdict = lan.Undecided
	}
	g.Words = counted(n, len(devices)-others, others)
	if about.none == never && n[lan.Undecided] == len(devices)-others && len(devices) > others {
		g.Words = cannotTell + ": " + never
	}
	return g
}

// counted says on how many devices what was seen, where they differ or have a
// problem; others are those that the Code does not speak of.
func counted(n map[lan.Verdict]int, devices, others int) string {
	var parts []string
	for _, of := range counts {
		switch count := n[of.verdict]; {
		case count == 0:
		case count == devices && !of.verdict.Problem():
			return of.all
		case len(parts) == 0:
			parts = append(parts, fmt.Sprintf("%d of %s: %s", count, plural(devices), of.some))
		default:
			parts = append(parts, fmt.Sprintf("%d %s", count, of.some))
		}
	}
	switch {
	case devices > 0:
		return strings.Join(parts, "; ") + "."
	case others > 0:
		return "The Code speaks of none of the devices found."
	}
	return "No device was looked at."
}

// counts are the verdicts in the order that they are told in, of some devices and
// of all.
var counts = []struct {
	verdict   lan.Verdict
	some, all string
}{
	{lan.Fail, "problem found", ""},
	{lan.LikelyFail, "probably a problem", ""},
	{lan.LikelyPass, "nothing worrying seen", "Nothing worrying seen."},
	{lan.Undecided, "could not be told", cannotTell + "."},
	{lan.NotTested, "not checked", "Not checked."},
	{lan.Stale, "not checked lately", "Not checked lately."},
}

func plural(devices int) string {
	if devices == 1 {
		return "1 device"
	}
	return fmt.Sprintf("%d devices", devices)
}

// provisions is what was seen of each provision on all devices, in the order of
// the table.
func (b book) provisions(devices []lan.Device) []lan.Provision {
	list, rolls := make([]lan.Provision, len(provisions)), make([]roll, len(provisions))
	for i, p := range provisions {
		list[i] = lan.Provision{ID: p.id, Meaning: p.meaning, Status: p.status, Seen: p.seen}
		if p.reported {
			list[i].Meaning += secondHand
		}
	}
	for _, c := range b.checks {
		if i := place(c.Provision); i < len(list) {
			list[i].Checks = append(list[i].Checks, c.ID)
		}
	}
	for _, d := range devices {
		for _, g := range d.Guidelines {
			for _, p := range g.Provisions {
				if i := place(p.ID); i < len(list) {
					rolls[i].add(p.Verdict)
				}
			}
		}
	}
	for i := range list {
		if rolls[i].possible > 0 {
			list[i].Verdict = rolls[i].worst
		}
		list[i].Why = unseen(list[i], rolls[i])
	}
	return list
}

// unseen is why p was not seen everywhere; empty if it was.
func unseen(p lan.Provision, r roll) string {
	switch {
	case r.possible > 0 && r.checked == r.possible:
		return ""
	case r.checked > 0:
		return "On some devices no check of it came to an answer."
	case r.possible > 0:
		return "No check of it came to an answer."
	case len(p.Checks) > 0:
		return "There was nothing that it could be looked at on."
	case p.ID == "5.1-3" || p.ID == "5.5-6":
		return "See 5.5-1: a login that travels unprotected is told there."
	case p.ID == "5.3-16":
		return "Each device's own entry says whether its model shows."
	case p.ID == "5.13-1B":
		return "See guideline 3: known holes are told there."
	case p.Seen == not:
		return "It cannot be seen from the network."
	case p.Seen == records:
		return "Published records may tell of it; none of our checks reads them for that."
	}
	return "None of our checks looks at it."
}
