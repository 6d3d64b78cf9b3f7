package census

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

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
