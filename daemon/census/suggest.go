package census

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

const (
	maxSuggestions = 32
	leastSure      = 0.5 // a suggestion below is not worth the owner's time
)

// reason is one thing that speaks for two devices being one, and how much.
type reason struct {
	text   string
	weight float64
}

// Suggest guesses which devices are one that only the owner can tell to be: a
// phone that came back under a new private address, a laptop on cable and Wi-Fi.
// here are the devices present, known those of memory, told what the owner
// decided: what was split is not suggested again. At most one suggestion a
// device, the surest first. Nothing acts on them.
func Suggest(here, known []lan.Device, told []lan.Decision) []lan.Suggestion {
	w := willOf(told, remember(known))
	present := map[string]bool{}
	for _, d := range here {
		present[d.ID] = true
	}
	gone := slices.DeleteFunc(slices.Clone(known), func(d lan.Device) bool { return present[d.ID] })
	var list []lan.Suggestion
	for _, d := range here {
		if d.Self {
			continue
		}
		best := lan.Suggestion{Confidence: leastSure}
		for _, old := range gone {
			best = better(best, d, old, returned(d, old), w)
		}
		for _, other := range here {
			if !other.Self && newer(d, other) {
				best = better(best, d, other, together(d, other), w)
			}
		}
		if best.Device != "" {
			list = append(list, best)
		}
	}
	lan.Sort(list, func(a, b lan.Suggestion) int {
		return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), strings.Compare(a.Device, b.Device))
	})
	return list[:min(len(list), maxSuggestions)]
}

// newer reports whether d is the one of two devices to be merged into the other:
// the one that came later.
func newer(d, other lan.Device) bool {
	return cmp.Or(d.FirstSeen.Compare(other.FirstSeen), strings.Compare(d.ID, other.ID)) > 0
}

// better is best, or the suggestion that d is other if it is surer.
func better(best lan.Suggestion, d, other lan.Device, reasons []reason, w will) lan.Suggestion {
	if len(reasons) < 2 || w.root(d.ID) == w.root(other.ID) || w.refused(d, other) {
		return best
	}
	doubt := 1.0
	lan.Sort(reasons, func(a, b reason) int { return cmp.Compare(b.weight, a.weight) })
	texts := make([]string, len(reasons))
	for i, r := range reasons {
		texts[i] = r.text
		doubt *= 1 - r.weight
	}
	sure := math.Round((1-doubt)*100) / 100
	if sure < best.Confidence || sure == best.Confidence && best.Same != "" && best.Same < other.ID {
		return best
	}
	return lan.Suggestion{Device: d.ID, Same: other.ID, Reasons: texts, Confidence: sure}
}

// refused reports whether the owner said that the two are not one.
func (w will) refused(d, other lan.Device) bool {
	of := func(d lan.Device, handle string) bool {
		return d.ID == handle ||
			slices.ContainsFunc(macsOf(d), func(m lan.MAC) bool { return m.String() == handle }) ||
			slices.ContainsFunc(d.Identity, func(f lan.Fact) bool { return f.Field == lan.FieldIdentity && f.Value == handle })
	}
	return slices.ContainsFunc(w.splits, func(s two) bool {
		return s.device == d.ID && of(other, s.value) || s.device == other.ID && of(d, s.value)
	})
}

// returned are the reasons for d to be old, who left before d came. It is for
// what makes up its hardware address only: a factory-given one does not change.
func returned(d, old lan.Device) []reason {
	if !private(d) || !private(old) || !old.LastSeen.Before(d.FirstSeen) || atOdds(d, old) {
		return nil
	}
	list := append(likenesses(d, old), reason{fmt.Sprintf(
		"The newcomer has a private hardware address, as %s had, which was last heard %s before it came.",
		known(old), lasted(d.FirstSeen.Sub(old.LastSeen))), 0.3})
	if len(list) == 1 {
		return nil
	}
	return list
}

// together are the reasons for two devices that are both there to be one with two
// connections: on one network no two devices keep the same name.
func together(d, other lan.Device) []reason {
	name := common(d, other)
	if name == "" || generic[plain(name)] || atOdds(d, other) {
		return nil
	}
	list := likenesses(d, other)
	if len(d.MACs) > 0 && len(other.MACs) > 0 {
		list = append(list, reason{"Both are there at the same time, as a device with two connections is (cable and Wi-Fi).", 0.1})
	}
	return list
}

// private reports whether all of d's hardware addresses are made up by itself.
func private(d lan.Device) bool {
	return len(d.MACs) > 0 && !slices.ContainsFunc(d.MACs, func(m lan.MAC) bool { return !m.IsLocal() })
}
