package presence

import (
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// Patience is how long a kind of device may be quiet.
type Patience struct {
	// Quiet is after how long without the surest evidence it is asked.
	Quiet time.Duration
	// Asks is how many questions in a row must stay unanswered, Gap apart: at
	// least two, and over longer than an access point needs to start again and
	// its stations to return (about four minutes) where the device lives on Wi-Fi.
	Asks int
	Gap  time.Duration
	// Sleeps is for how long a device of the kind may be silent unless it usually
	// answers while quiet; zero when none of the kind sleeps that deep.
	Sleeps time.Duration
	// Gone is what it is when it is gone: Away for what people carry or switch
	// off, Offline for what should be on.
	Gone lan.State
}

// Limit is how long after it went a device is found to be gone at the latest,
// provided that it is asked and the link works.
func (p Patience) Limit() time.Duration {
	return max(p.Quiet+time.Duration(p.Asks)*p.Gap, p.Sleeps)
}

// patience is the table. Its figures are this project's own choice, tried in
// the simulated week of this package's tests, from what users of other tools
// report: 15 minutes ended most false alarms
// (https://github.com/AlexRosbach/LanLens/issues/44), and one missed reply is
// the commonest cause of them
// (https://github.com/netalertx/NetAlertX/issues/447).
var patience = map[lan.Kind]Patience{
	// A phone dozes, misses most of what is sent to it while its radio sleeps,
	// and leaves without a word: half an hour, with questions over ten minutes.
	"phone": {Quiet: 18 * time.Minute, Asks: 6, Gap: 2 * time.Minute, Gone: lan.Away},
	// A closed lid ends a laptop's presence at once; open, it talks all the time.
	"computer": {Quiet: 9 * time.Minute, Asks: 6, Gap: time.Minute, Gone: lan.Away},
	// People switch these off, and who did so wants no alarm.
	"console": {Quiet: 9 * time.Minute, Asks: 6, Gap: time.Minute, Gone: lan.Away},
	"tv":      {Quiet: 9 * time.Minute, Asks: 6, Gap: time.Minute, Gone: lan.Away},
	"media":   {Quiet: 9 * time.Minute, Asks: 6, Gap: time.Minute, Gone: lan.Away},

	// Small radios with lossy Wi-Fi that should be on day and night.
	"plug":    {Quiet: 4 * time.Minute, Asks: 6, Gap: time.Minute, Gone: lan.Offline},
	"bulb":    {Quiet: 4 * time.Minute, Asks: 6, Gap: time.Minute, Gone: lan.Offline},
	"camera":  {Quiet: 4 * time.Minute, Asks: 6, Gap: time.Minute, Gone: lan.Offline},
	"speaker": {Quiet: 9 * time.Minute, Asks: 6, Gap: time.Minute, Gone: lan.Offline},
	"hub":     {Quiet: 4 * time.Minute, Asks: 6, Gap: time.Minute, Gone: lan.Offline},
	"energy":  {Quiet: 9 * time.Minute, Asks: 6, Gap: time.Minute, Gone: lan.Offline},
	"voip":    {Quiet: 9 * time.Minute, Asks: 6, Gap: time.Minute, Gone: lan.Offline},

	// On a cable, and others depend on them. A restart takes two minutes.
	"router": {Quiet: 3 * time.Minute, Asks: 5, Gap: time.Minute, Gone: lan.Offline},
	"ap":     {Quiet: 3 * time.Minute, Asks: 5, Gap: time.Minute, Gone: lan.Offline},
	"server": {Quiet: 3 * time.Minute, Asks: 5, Gap: time.Minute, Gone: lan.Offline},
	"nvr":    {Quiet: 3 * time.Minute, Asks: 5, Gap: time.Minute, Gone: lan.Offline},
	// Disks that spin up keep it from answering for half a minute.
	"nas": {Quiet: 3 * time.Minute, Asks: 5, Gap: time.Minute, Gone: lan.Offline},
	// Asleep, a printer answers some of the questions.
	"printer": {Quiet: 7 * time.Minute, Asks: 8, Gap: time.Minute, Gone: lan.Offline},

	// A fridge answers whenever asked. A sensor on a battery switches its radio
	// off and wakes once or twice a day; it is told apart by hardly ever answering.
	"appliance": {Quiet: time.Hour, Asks: 5, Gap: 2 * time.Minute, Sleeps: 26 * time.Hour, Gone: lan.Offline},
}

// stranger is the patience with what nobody has recognised: it may be a guest's
// phone.
var stranger = Patience{Quiet: 18 * time.Minute, Asks: 6, Gap: 2 * time.Minute, Gone: lan.Away}

// PatienceOf is the patience with devices of that kind.
func PatienceOf(kind lan.Kind) Patience {
	if p, ok := patience[kind]; ok {
		return p
	}
	return stranger
}

// weights say how surely one sighting means that the device itself is here now.
// An access point that lists a station has its radio in hand; a bridge has seen
// a frame of it; an ARP or neighbour answer may come from a sleep proxy; a
// renewed lease and an announcement are heard once and may be repeated by
// others.
var weights = map[string]float64{
	"hostapd": 1, "iwinfo": 1, "wifi": 1,
	"fdb": 0.95, "bridge": 0.95,
	"arp": 0.9, "ndp": 0.9, "neigh": 0.9, "knock": 0.9, "icmp": 0.9, "icmp6": 0.9, Asked: 0.9,
	"dhcp": 0.8, "dhcp6": 0.8, "hotplug": 0.8,
	"mdns": 0.7, "ssdp": 0.7, "wsd": 0.7, "llmnr": 0.7, "netbios": 0.7,
	"leases": 0, // a lease says that it was given an address, not that it is here
}

// Weigh is how surely a sighting by source means that the device is here, from
// 0 to 1; a source without a figure is a protocol that the device itself spoke.
func Weigh(source string) float64 {
	if w, ok := weights[source]; ok {
		return w
	}
	return 0.6
}
