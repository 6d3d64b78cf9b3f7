package presence

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// station is one simulated device. Its truth is on or off the network; what
// anybody hears of it is what its radio lets through.
type station struct {
	device lan.Device
	loss   func(s *station, w *week) float64 // of one question and its answer
	life   func(s *station, w *week)         // moves it on and off, once a step
	chatty time.Duration                     // between announcements of its own, on average
	source string                            // by which these are heard
	wifi   bool
	sleeps bool // off the network only to sleep: never gone

	on     bool
	since  time.Time // of on or off
	deaf   time.Time // until then its radio hears nothing at all
	renew  time.Time // next DHCP renewal
	silent bool      // leaves without a goodbye
	plan   []time.Time
}

// kindred is one line of the household: how many of what, and how they live.
type kindred struct {
	n      int
	kind   lan.Kind
	wifi   bool
	source string
	chatty time.Duration
	loss   func(*station, *week) float64
	life   func(*station, *week)
	sleeps bool
}

// household is forty devices.
func household() []kindred {
	return []kindred{
		{1, "router", false, "ssdp", 15 * time.Minute, flat(0.001), stays, false},
		{1, "ap", false, "mdns", time.Hour, flat(0.002), stays, false},
		{1, "nas", false, "mdns", 40 * time.Minute, hibernates, stays, false},
		{1, "server", false, "mdns", time.Hour, flat(0.002), stays, false},
		{2, "printer", true, "mdns", 2 * time.Hour, flat(0.45), stays, false},
		{2, "tv", true, "ssdp", 30 * time.Minute, standby, stays, false},
		{1, "console", true, "ssdp", 20 * time.Minute, flat(0.05), evenings, false},
		{1, "media", true, "mdns", 30 * time.Minute, flat(0.1), stays, false},
		{3, "speaker", true, "mdns", 20 * time.Minute, flat(0.1), stays, false},
		{1, "hub", false, "mdns", time.Hour, flat(0.01), stays, false},
		{6, "plug", true, "mdns", 6 * time.Hour, lossy, stays, false},
		{2, "plug", true, "mdns", 6 * time.Hour, lossy, unplugged, false},
		{3, "bulb", true, "mdns", 12 * time.Hour, lossy, stays, false},
		{1, "bulb", true, "mdns", 12 * time.Hour, lossy, dies, false},
		{2, "camera", true, "wsd", time.Hour, flat(0.15), stays, false},
		{5, "phone", true, "mdns", 25 * time.Minute, dozing, commutes, false},
		{3, "computer", true, "mdns", 5 * time.Minute, flat(0.05), lids, false},
		{1, "energy", true, "mdns", time.Hour, flat(0.2), sunshine, false},
		{1, "appliance", true, "mdns", 4 * time.Hour, flat(0.1), stays, false},
		{1, "appliance", true, "mdns", time.Hour, flat(0.1), naps, true},
		{1, "unknown", true, "mdns", 30 * time.Minute, dozing, commutes, false},
	}
}

// flat is a loss that is always the same.
func flat(p float64) func(*station, *week) float64 {
	return func(*station, *week) float64 { return p }
}

// lossy is a small radio at the edge of the Wi-Fi: 5 to 20 % lost, and nothing
// at all for a minute or two when it changes its access point.
func lossy(s *station, w *week) float64 {
	if w.rand.Float64() < w.odds(8*time.Hour) {
		s.deaf = w.now.Add(time.Minute + w.upTo(90*time.Second))
	}
	return 0.05 + 0.15*float64(w.now.Hour())/23
}

// dozing is a phone: good while somebody holds it, 30 to 60 % lost while the
// radio sleeps from beacon to beacon (DTIM), and now and then deaf for minutes.
func dozing(s *station, w *week) float64 {
	if w.rand.Float64() < w.odds(2*time.Hour) {
		s.deaf = w.now.Add(w.upTo(5 * time.Minute))
	}
	if h := w.now.Hour(); h < 7 || h > 22 || w.now.Minute()%20 > 5 {
		return 0.3 + 0.3*w.rand.Float64()
	}
	return 0.1
}

// hibernates is a NAS whose disks stop: the first question after that takes
// half a minute to be answered.
func hibernates(s *station, w *week) float64 {
	if w.now.Minute()%30 == 0 {
		s.deaf = w.now.Add(45 * time.Second)
	}
	return 0.01
}

// standby is a TV that is lost more often while its screen is off.
func standby(_ *station, w *week) float64 {
	if h := w.now.Hour(); h < 18 {
		return 0.5
	}
	return 0.1
}

// stays never leaves.
func stays(s *station, w *week) { s.set(true, w) }

// evenings is on from seven to eleven and says goodbye.
func evenings(s *station, w *week) { s.set(w.now.Hour() >= 19 && w.now.Hour() < 23, w) }

// sunshine is a solar inverter: no sun, no radio.
func sunshine(s *station, w *week) {
	s.silent = true
	s.set(w.now.Hour() >= 7 && w.now.Hour() < 19, w)
}

// dies ends on the third day.
func dies(s *station, w *week) {
	s.silent = true
	s.set(w.now.Before(w.began.Add(3*24*time.Hour)), w)
}

// naps is a sensor on a battery: half a minute twice a day.
func naps(s *station, w *week) {
	s.silent = true
	s.set(w.now.Hour()%12 == 5 && w.now.Minute() == 10, w)
}

// commutes leaves for work or school for hours, goes shopping for minutes.
func commutes(s *station, w *week) {
	s.silent = true
	s.toggle(w, func(out bool) time.Duration {
		switch {
		case !out:
			return time.Hour + w.upTo(11*time.Hour)
		case w.rand.IntN(3) == 0:
			return time.Minute + w.upTo(25*time.Minute)
		}
		return 40*time.Minute + w.upTo(9*time.Hour)
	})
}

// lids is a laptop that is opened and closed, some with a goodbye; closed, it
// wakes for half a minute now and then.
func lids(s *station, w *week) {
	s.silent = w.now.Minute()%2 == 0
	s.toggle(w, func(out bool) time.Duration {
		if out && w.rand.IntN(2) == 0 {
			return 50*time.Minute + w.upTo(20*time.Minute)
		}
		if !out && w.rand.IntN(3) == 0 {
			return 30 * time.Second
		}
		return 20*time.Minute + w.upTo(6*time.Hour)
	})
}

// unplugged is a plug that is pulled for an hour or so every other day.
func unplugged(s *station, w *week) {
	s.silent = true
	s.toggle(w, func(out bool) time.Duration {
		if out {
			return 15*time.Minute + w.upTo(2*time.Hour)
		}
		return 24*time.Hour + w.upTo(48*time.Hour)
	})
}

// toggle turns s on and off, each for as long as lasts says.
func (s *station) toggle(w *week, lasts func(out bool) time.Duration) {
	if len(s.plan) == 0 {
		s.plan = append(s.plan, w.now.Add(lasts(false)))
		s.set(true, w)
	}
	if w.now.Before(s.plan[0]) {
		return
	}
	s.set(!s.on, w)
	s.plan[0] = w.now.Add(lasts(!s.on))
}

// settle makes the stations of a household.
func settle(r *rand.Rand) []*station {
	var all []*station
	for _, line := range household() {
		for range line.n {
			id := fmt.Sprintf("%02d-%s", len(all), line.kind)
			all = append(all, &station{
				device: lan.Device{ID: id, Kind: line.kind, Link: "br-lan"},
				loss:   line.loss, life: line.life, wifi: line.wifi, sleeps: line.sleeps, source: line.source,
				chatty: time.Duration(float64(line.chatty) * (0.5 + r.Float64())),
			})
		}
	}
	return all
}
