package logins

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/homesweep/homesweep/probes/lan"
)

// sparedKinds are kinds of things on which no login is tried: hubs open doors
// and ban whoever asks twice, appliances cook and heat, and nobody's phone is
// ours to try.
var sparedKinds = []lan.Kind{"hub", "appliance", "phone"}

// sparedWords name families on which a wrong password does harm.
var sparedWords = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(?:alarm|burglar|intrusion|siren|door ?lock|smart ?lock|locks?|nuki|yale|` +
		`thermostat|heating|heatmiser|proliphix|boiler|radiator|heat ?pump|hvac|oven|stove|cooker|hob|fireplace|` +
		`medical|insulin|cpap|infusion|ventilator|` +
		`home ?assistant|hass|hassio|homey|fibaro|hubitat|openhab|domoticz|smartthings|vera(?:edge|plus)|control4)\b`)
})

// sparedHomeKit are HomeKit accessory categories of that sort: bridge, garage,
// lock, thermostat, security system, door, heater, air conditioner.
var sparedHomeKit = []string{"2", "4", "6", "9", "11", "12", "20", "21"}

// Spared reports whether no login may ever be tried on the device: alarm
// panels, locks, medical devices, ovens and heating, Home Assistant and other
// hubs. It errs on the side of sparing.
func Spared(d lan.Device, svc lan.Service) bool {
	if slices.Contains(sparedKinds, d.Kind) {
		return true
	}
	for _, heard := range []lan.Heard{d.Heard, svc.Heard} {
		if slices.Contains(sparedHomeKit, heard[lan.MDNS("_hap._tcp", "ci")]) || strings.Contains(heard[lan.MDNSTypes], "_home-assistant.") {
			return true
		}
	}
	return slices.ContainsFunc(wordsOf(d, svc), func(text string) bool { return sparedWords().MatchString(cut(text)) })
}

// wordsOf is every place in which a device's family may be named. An underscore
// or a hyphen is no part of a word here.
func wordsOf(d lan.Device, svc lan.Service) []string {
	words := append([]string{d.Vendor, d.Model, svc.Product}, d.Names...)
	for _, heard := range []lan.Heard{d.Heard, svc.Heard} {
		for _, field := range []string{
			lan.HTTPTitle, lan.HTTPRealm, lan.HTTPServer, lan.TLSSubject, lan.TelnetBanner, lan.FTPBanner, lan.SNMPDescr,
			lan.UPnPModelName, lan.UPnPModelDescr, lan.UPnPFriendlyName, lan.UPnPManufacturer, lan.DHCPHostname,
			lan.MDNS("_hap._tcp", "md"),
		} {
			words = append(words, heard[field])
		}
	}
	for i := range words {
		words[i] = strings.NewReplacer("_", " ", "-", " ").Replace(words[i])
	}
	return words
}
