package census

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

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
	slices.SortFunc(list, func(a, b lan.Suggestion) int {
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
	slices.SortStableFunc(reasons, func(a, b reason) int { return cmp.Compare(b.weight, a.weight) })
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

// sameFields are the fields in which two devices of one model agree by nature,
// and one device always does.
var sameFields = []struct {
	key, what string
	weight    float64
}{
	{lan.DHCPParams, "ask the router for the same settings in the same order", 0.25},
	{lan.DHCPVendor, "use the same address software (%s)", 0.1},
	{lan.DHCPOptions, "write their request for an address in the same way", 0.1},
}

// likenesses are what two devices have in common.
func likenesses(d, other lan.Device) (list []reason) {
	if name := common(d, other); name != "" {
		weight := 0.5
		if generic[plain(name)] {
			weight = 0.25
		}
		list = append(list, reason{fmt.Sprintf("Both call themselves “%s”.", name), weight})
	}
	for _, f := range sameFields {
		if v := d.Heard[f.key]; v != "" && v == other.Heard[f.key] {
			list = append(list, reason{"Both " + strings.Replace(f.what, "%s", v, 1) + ".", f.weight})
		}
	}
	if d.Model != "" && d.Made() == other.Made() {
		list = append(list, reason{fmt.Sprintf("Both are a %s.", d.Made()), 0.2})
	}
	for _, key := range slices.Sorted(maps.Keys(d.Heard)) {
		if strings.HasSuffix(key, ".ssid") && other.Heard[key] == d.Heard[key] {
			list = append(list, reason{fmt.Sprintf("Both were on the Wi-Fi “%s”.", d.Heard[key]), 0.05})
			break
		}
	}
	return list
}

// atOdds reports whether what two devices say of themselves cannot be one's.
func atOdds(d, other lan.Device) bool {
	differ := func(a, b string) bool { return a != "" && b != "" && a != b }
	mine, theirs := hostNames(d), hostNames(other)
	return differ(d.Heard[lan.DHCPVendor], other.Heard[lan.DHCPVendor]) || differ(d.Model, other.Model) ||
		d.Kind.Known() && other.Kind.Known() && d.Kind != other.Kind ||
		len(mine) > 0 && len(theirs) > 0 && common(d, other) == ""
}

// common is a name that both devices go by, one of their own rather than a
// generic one.
func common(d, other lan.Device) (name string) {
	theirs := hostNames(other)
	mine := hostNames(d)
	for _, n := range mine {
		same := slices.ContainsFunc(theirs, func(t string) bool { return plain(t) == plain(n) })
		if same && (name == "" || generic[plain(name)] && !generic[plain(n)]) {
			name = n
		}
	}
	return name
}

// hostNames are the names that d gave itself, in order; a name that the owner or
// somebody else gave it proves nothing.
func hostNames(d lan.Device) (names []string) {
	for _, f := range d.Identity {
		if f.Field == lan.FieldName && f.Confidence > sureClaimed && f.Source != "owner" && plain(f.Value) != "" {
			names = append(names, f.Value)
		}
	}
	for _, key := range []string{lan.DHCPHostname, lan.LLMNRName, lan.NetBIOSName} {
		if v := d.Heard[key]; plain(v) != "" {
			names = append(names, v)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// generic are names that many devices come with, in plain form.
var generic = words(`iphone ipad ipod watch applewatch macbook macbookpro macbookair imac macmini appletv homepod android
	galaxy pixel phone tablet laptop desktop computer pc localhost unknown device linux ubuntu debian raspberrypi openwrt
	esp espressif esp8266 esp32 wlan wlan0 eth0 dhcp host client router gateway camera ipcam printer tv smarttv`)

// known is what the owner knows d by.
func known(d lan.Device) string {
	if len(d.Names) > 0 {
		return "“" + d.Names[0] + "”"
	}
	if made := d.Made(); made != "" {
		return "the " + made
	}
	return "a device"
}

// lasted is a time in the words of a household.
func lasted(d time.Duration) string {
	count := func(n int, unit string) string {
		if n == 1 {
			return "1 " + unit
		}
		return fmt.Sprintf("%d %ss", n, unit)
	}
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < time.Hour:
		return count(int(d/time.Minute), "minute")
	case d < 48*time.Hour:
		return count(int(d/time.Hour), "hour")
	}
	return count(int(d/(24*time.Hour)), "day")
}
