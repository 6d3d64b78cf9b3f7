package wifi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ubus"
)

// The fields of lan.Heard that say how a station is associated.
const (
	Iface     = "wifi.iface"          // the access point: "phy0-ap0"
	Signal    = "wifi.signal"         // in dBm: "-55"
	Band      = "wifi.band"           // "2.4 GHz"
	Connected = "wifi.connected_time" // in seconds
)

// Station is one device associated with an access point.
type Station struct {
	MAC       lan.MAC
	Iface     string
	Signal    int           // dBm; 0 when not known
	Band      string        // "2.4 GHz"; empty when not known
	Connected time.Duration // 0 when not known
	Idle      time.Duration // since its last frame; 0 when not known
}

// Bounds of what is read of one answer.
const (
	maxStations = 1024
	maxDepth    = 16
)

// ParseClients reads hostapd's answer to get_clients: the stations that are
// associated and, where there is a password, have shown that they know it.
func ParseClients(text []byte) ([]Station, error) {
	var answer struct {
		Freq    float64 `json:"freq"`
		Clients map[string]struct {
			Assoc      *bool   `json:"assoc"`
			Authorized *bool   `json:"authorized"`
			Signal     float64 `json:"signal"`
		} `json:"clients"`
	}
	if err := unmarshal(text, &answer); err != nil {
		return nil, err
	}
	var all []Station
	for _, word := range slices.Sorted(maps.Keys(answer.Clients)) {
		c := answer.Clients[word]
		mac, ok := station(word)
		if !ok || c.Assoc != nil && !*c.Assoc || c.Authorized != nil && !*c.Authorized || len(all) == maxStations {
			continue
		}
		all = append(all, Station{MAC: mac, Signal: dBm(c.Signal), Band: band(answer.Freq)})
	}
	return all, nil
}

// ParseAssociated reads iwinfo's answer to assoclist.
func ParseAssociated(text []byte) ([]Station, error) {
	var answer struct {
		Results []struct {
			MAC       string  `json:"mac"`
			Signal    float64 `json:"signal"`
			Inactive  float64 `json:"inactive"`       // milliseconds
			Connected float64 `json:"connected_time"` // seconds
			// Absent in older versions.
			Authorized *bool `json:"authorized"`
		} `json:"results"`
	}
	if err := unmarshal(text, &answer); err != nil {
		return nil, err
	}
	var all []Station
	for _, r := range answer.Results {
		mac, ok := station(r.MAC)
		if !ok || r.Authorized != nil && !*r.Authorized || len(all) == maxStations {
			continue
		}
		all = append(all, Station{
			MAC: mac, Signal: dBm(r.Signal),
			Connected: span(r.Connected, time.Second), Idle: span(r.Inactive, time.Millisecond),
		})
	}
	return all, nil
}

// ParseDevices reads iwinfo's answer to devices: the wireless interfaces.
func ParseDevices(text []byte) ([]string, error) {
	var answer struct {
		Devices []string `json:"devices"`
	}
	err := unmarshal(text, &answer)
	all := slices.DeleteFunc(answer.Devices, func(s string) bool { return !ifaceName(s) })
	return all[:min(len(all), maxIfaces)], err
}

// ParseInfo reads iwinfo's answer to info: the band, and whether the interface
// serves stations.
func ParseInfo(text []byte) (on string, serves bool, err error) {
	var answer struct {
		Mode      string  `json:"mode"`
		Frequency float64 `json:"frequency"`
	}
	err = unmarshal(text, &answer)
	return band(answer.Frequency), answer.Mode == "Master" || answer.Mode == "Master (VLAN)", err
}

// unmarshal reads JSON of bounded size and depth.
func unmarshal(text []byte, v any) error {
	if len(text) > ubus.MaxAnswer {
		return ubus.ErrTooMuch
	}
	if !shallow(text) {
		return fmt.Errorf("it is nested deeper than %d", maxDepth)
	}
	text = bytes.TrimSpace(text)
	if len(text) == 0 {
		return errors.New("it is empty")
	}
	return json.Unmarshal(text, v)
}

// shallow reports whether no bracket outside a string is deeper than maxDepth.
func shallow(text []byte) bool {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return false
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return true
}

// station is the address of one, not of a group.
func station(word string) (lan.MAC, bool) {
	mac, err := lan.ParseMAC(word)
	return mac, err == nil && !mac.IsZero() && !mac.IsGroup()
}

// band is the name of a channel's band, by its frequency in MHz (IEEE
// 802.11-2020, annex E).
func band(mhz float64) string {
	switch {
	case mhz > 2400 && mhz < 2500:
		return "2.4 GHz"
	case mhz > 4900 && mhz < 5900:
		return "5 GHz"
	case mhz > 5925 && mhz < 7130:
		return "6 GHz"
	case mhz > 57000 && mhz < 71000:
		return "60 GHz"
	}
	return ""
}

// dBm is a signal that a receiver can have; 0 for what cannot be one.
func dBm(n float64) int {
	if n < -120 || n > 0 {
		return 0
	}
	return int(n)
}

// span is n units, 0 for what cannot be.
func span(n float64, unit time.Duration) time.Duration {
	if n < 0 || n > 1e9 {
		return 0
	}
	return time.Duration(n * float64(unit))
}

// sighting is s as heard at now on link.
func (s Station) sighting(link lan.Link, now time.Time) lan.Sighting {
	heard := lan.Heard{}
	heard.Set(Iface, s.Iface)
	heard.Set(Band, s.Band)
	if s.Signal != 0 {
		heard.Set(Signal, strconv.Itoa(s.Signal))
	}
	if s.Connected > 0 {
		heard.Set(Connected, strconv.Itoa(int(s.Connected.Seconds())))
	}
	return lan.Sighting{Source: "wifi", At: now.Add(-s.Idle), Link: link.Name, MAC: s.MAC, Heard: heard}
}
