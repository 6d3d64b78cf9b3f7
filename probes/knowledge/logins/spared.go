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

// sparedWords name families on which a wrong password does harm, in the
// languages and by the brands that homes have of them. A brand that makes other
// things too is not among them.
var sparedWords = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(?:` +
		`alarm\w*|burglar|intrusion|sirene?|secvest|terxon|texecom|jablotron|visonic|pyronix|verisure|simplisafe|risco|paradox|satel|ethm|eldes|olarm|` +
		`ax ?(?:pro|hub)|ajax (?:hub|systems)|ds (?:pwa|pha|phb|pws)\w*|` +
		`door ?lock|smart ?lock|locks?|t(?:ü|ue)rschloss|serrure|cerradura|serratura|door ?opener|garage ?door|gate ?opener|` +
		`nuki|yale|danalock|tedee|loqed|igloohome|schlage|kwikset|salto|` +
		`thermosta\w*|termosta\w*|heat(?:ing|er|ers)|heatmiser|proliphix|boiler|furnace|radiator|heat ?pump|hvac|fireplace|sauna|` +
		`heiz\w+|w(?:ä|ae)rmepumpe|chaudi(?:è|e)re|chauffage|caldaia|riscaldamento|calefacci(?:ó|o)n|verwarming|` +
		`tado|evohome|vitoconnect|vaillant|sensonet|buderus|logamatic|km200|viessmann|ism7|stiebel|nibe|luxtronik|ecodan|pelletronic|` +
		`fr(?:ö|oe)ling|hargassner|guntamatic|etatouch|resol|` +
		`ovens?|stove|cooker|cooktop|hobs?|backofen|kochfeld|forno|horno|grill|home ?connect|miele|mieleathome|` +
		`medical|insulin|glucose|cpap|infusion|ventilator|respirator|dialysis|oxygen|resmed|` +
		`home ?assistant|hass|hassio|homey|fibaro|hubitat|openhab|domoticz|iobroker|fhem|jeedom|eedomus|smartthings|loxone|homematic\w*|` +
		`vera(?:edge|plus)|control4|crestron|savant)\b`)
})

// sparedHomeKit are HomeKit accessory categories of that sort: bridge, garage,
// lock, thermostat, security system, door, heater, air conditioner.
var sparedHomeKit = []string{"2", "4", "6", "9", "11", "12", "20", "21"}

// placed are kinds of things that a household calls by the place where they
// stand or at which they look: a camera named "garage door" opens none.
var placed = []lan.Kind{"camera", "nvr", "printer", "nas", "tv", "speaker", "router", "ap", "console", "media", "voip"}

// hosts are kinds of things on which software of many sorts runs beside each
// other, so that one service speaks only for itself.
var hosts = []lan.Kind{"nas", "server", "computer", "router"}

// Spared reports whether no login may ever be tried on service svc of device d:
// alarm panels, locks, medical devices, ovens and heating, Home Assistant and
// other hubs. It errs on the side of sparing.
func Spared(d lan.Device, svc lan.Service) bool {
	if slices.Contains(sparedKinds, d.Kind) {
		return true
	}
	for _, heard := range []lan.Heard{d.Heard, svc.Heard} {
		if slices.Contains(sparedHomeKit, heard[lan.MDNS("_hap._tcp", "ci")]) {
			return true
		}
	}
	named := func(text string) bool {
		return text != "" && sparedWords().MatchString(cut(strings.NewReplacer("_", " ", "-", " ", ".", " ").Replace(text)))
	}
	if !slices.Contains(placed, d.Kind) && slices.ContainsFunc(givenTo(d), named) {
		return true
	}
	said := append([]string{d.Vendor, d.Model}, saidBy(svc)...)
	if !slices.Contains(hosts, d.Kind) {
		for _, other := range d.Services {
			said = append(said, saidBy(other)...)
		}
	}
	return slices.ContainsFunc(append(said, words(d.Heard, ofProduct)...), named)
}

// givenTo are the names that a household gave to d.
func givenTo(d lan.Device) []string {
	return append(words(d.Heard, []string{lan.UPnPFriendlyName, lan.DHCPHostname}), d.Names...)
}

// saidBy is what a service says of its family.
func saidBy(svc lan.Service) []string { return append(words(svc.Heard, ofProduct), svc.Product) }

// ofProduct are the fields in which a maker names the family.
var ofProduct = []string{
	lan.HTTPTitle, lan.HTTPRealm, lan.HTTPServer, lan.TLSSubject, lan.TelnetBanner, lan.FTPBanner, lan.SSHBanner, lan.RTSPRealm,
	lan.SNMPDescr, lan.UPnPModelName, lan.UPnPModelDescr, lan.UPnPManufacturer, lan.MDNSTypes, lan.MDNS("_hap._tcp", "md"),
}

func words(heard lan.Heard, fields []string) (list []string) {
	for _, field := range fields {
		list = append(list, heard[field])
	}
	return list
}
