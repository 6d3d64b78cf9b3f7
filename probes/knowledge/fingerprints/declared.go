package fingerprints

import (
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// words are keys by which devices of all kinds call their own particulars in
// JSON, XML and TXT, in lower case without punctuation. They make a protocol
// readable that this package has never heard of.
var words = map[string]claim{
	"manufacturer": {lan.FieldVendor, 1}, "manufacturername": {lan.FieldVendor, 1}, "vendor": {lan.FieldVendor, 1},
	"vendorname": {lan.FieldVendor, 1}, "brand": {lan.FieldVendor, 1}, "mfg": {lan.FieldVendor, 1}, "mfr": {lan.FieldVendor, 1},
	"model": {lan.FieldModel, 1}, "modelname": {lan.FieldModel, 1}, "modelid": {lan.FieldModel, 1},
	"devicemodel": {lan.FieldModel, 1}, "mdl": {lan.FieldModel, 1}, "modelnumber": {lan.FieldModel, 0.8},
	"productname": {lan.FieldModel, 0.8}, "product": {lan.FieldModel, 0.7},
	"firmware": {lan.FieldFirmware, 1}, "firmwareversion": {lan.FieldFirmware, 1}, "fw": {lan.FieldFirmware, 1},
	"fwversion": {lan.FieldFirmware, 1}, "fwver": {lan.FieldFirmware, 1}, "swversion": {lan.FieldFirmware, 1},
	"swver": {lan.FieldFirmware, 1}, "softwareversion": {lan.FieldFirmware, 1}, "osversion": {lan.FieldFirmware, 0.8},
	"buildversion": {lan.FieldFirmware, 0.8},
	"hwver":        {lan.FieldHardware, 1}, "hwversion": {lan.FieldHardware, 1}, "hardwareversion": {lan.FieldHardware, 1},
	"hardwareid": {lan.FieldHardware, 0.7}, "board": {lan.FieldHardware, 0.7},
	"friendlyname": {lan.FieldName, 0.9}, "devicename": {lan.FieldName, 0.9}, "displayname": {lan.FieldName, 0.9},
	"alias": {lan.FieldName, 0.9}, "name": {lan.FieldName, 0.7},
	// What a device calls its own sort is read by kindOf.
	"devicetype": {lan.FieldKind, 0.6}, "producttype": {lan.FieldKind, 0.6}, "devname": {lan.FieldKind, 0.5},
	"type": {lan.FieldKind, 0.5}, "category": {lan.FieldKind, 0.5}, "modeldescription": {lan.FieldKind, 0.6},
}

// readWord reads a field of an unlisted protocol by what its key is called.
func readWord(f *facts, key, word, value string, confidence float64) {
	word = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return -1
	}, word)
	c, known := words[word]
	said := value
	if c.about == lan.FieldKind {
		value, _ = kindOf(said)
	}
	if known {
		f.plain = append(f.plain, plain{c.about, value, key, c.confidence * confidence, said})
	}
}

// readPrinter splits IPP's make and model, and the IEEE 1284 device ID that a
// printer gives beside it (PWG 5107.2).
func readPrinter(f *facts, h lan.Heard) {
	if both := h[lan.IPPMakeModel]; both != "" {
		model := both
		if brand, rest, found := brandIn(both); found && rest != "" {
			f.add(lan.FieldVendor, brand, lan.IPPMakeModel, 0.9, both)
			model = rest
		}
		f.add(lan.FieldModel, model, lan.IPPMakeModel, 0.9, both)
	}
	id := h[lan.IPPDeviceID]
	for part := range strings.SplitSeq(id, ";") {
		key, value, _ := strings.Cut(part, ":")
		switch strings.ToUpper(strings.TrimSpace(key)) {
		case "MFG", "MANUFACTURER":
			f.add(lan.FieldVendor, value, lan.IPPDeviceID, 0.9, id)
		case "MDL", "MODEL":
			_, rest, found := brandIn(strings.TrimSpace(value))
			if !found || rest == "" {
				rest = value
			}
			f.add(lan.FieldModel, rest, lan.IPPDeviceID, 0.85, id)
		case "FWVER", "FW", "FWV":
			f.add(lan.FieldFirmware, value, lan.IPPDeviceID, 0.8, id)
		}
	}
}

// readSynology puts together the DSM version that a Synology announces in
// three TXT keys of its web service.
func readSynology(f *facts, h lan.Heard) {
	key := func(k string) string { return h[lan.MDNS("_http._tcp", k)] }
	major, minor, build := key("version_major"), key("version_minor"), key("version_build")
	if major == "" || minor == "" {
		return
	}
	version := major + "." + minor
	if build != "" {
		version += "-" + build
	}
	f.add(lan.FieldFirmware, version, lan.MDNS("_http._tcp", "version_major"), 0.85, version)
}

// applePrefixes begin Apple's own model codes ("MacBookPro18,3").
var applePrefixes = []string{"AppleTV", "AudioAccessory", "MacBook", "iMac", "Macmini", "MacPro", "iPhone", "iPad", "Mac1"}

func isApple(model string) bool {
	for _, prefix := range applePrefixes {
		if strings.HasPrefix(model, prefix) && strings.Contains(model, ",") {
			return true
		}
	}
	return false
}

// faked reports whether a _device-info model is one that file servers borrow to
// get an icon in Apple's Finder.
func faked(model string) bool {
	for _, prefix := range []string{"Xserve", "RackMac", "TimeCapsule", "AirPort", "Windows"} {
		if strings.HasPrefix(model, prefix) {
			return true
		}
	}
	return false
}

// enterprise is the maker behind a sysObjectID, by IANA's private enterprise
// numbers (iana.org/assignments/enterprise-numbers). Empty for numbers of
// software that runs anywhere, such as Net-SNMP's 8072.
func enterprise(oid string) string {
	rest, ok := strings.CutPrefix(strings.TrimPrefix(oid, "."), "1.3.6.1.4.1.")
	if !ok {
		return ""
	}
	number, _, _ := strings.Cut(rest, ".")
	return enterprises[number]
}

var enterprises = map[string]string{
	"9": "Cisco", "11": "HP", "171": "D-Link", "236": "Samsung", "253": "Xerox", "318": "APC", "367": "Ricoh",
	"368": "Axis", "641": "Lexmark", "674": "Dell", "890": "Zyxel", "1248": "Epson", "1347": "Kyocera",
	"1602": "Canon", "2001": "OKI", "2435": "Brother", "2385": "Sharp", "3808": "CyberPower", "4526": "NETGEAR", "6574": "Synology",
	"7367": "DrayTek", "10642": "Zebra", "11863": "TP-Link", "12356": "Fortinet", "14988": "MikroTik",
	"18334": "Konica Minolta", "24681": "QNAP", "39165": "Hikvision", "41112": "Ubiquiti", "55062": "QNAP",
}

// readShelly makes the name on the box of the one that a Shelly has for its
// program: "Plus1PM", or "PlugS" and the second generation.
func readShelly(f *facts, h lan.Heard) {
	const page, announced = "shelly.app", "mdns._shelly._tcp.app"
	gen := h["shelly.gen"]
	if gen == "" {
		gen = h["mdns._shelly._tcp.gen"]
	}
	for _, key := range []string{page, announced} {
		f.add(lan.FieldModel, shellyModel(h[key], gen), key, 0.85, h[key])
	}
}

// shellyModel goes by the names in aioshelly's list of devices
// (github.com/home-assistant-libs/aioshelly, aioshelly/const.py).
func shellyModel(app, gen string) string {
	series, suffix := "", ""
	if n := len(app) - 2; n > 0 && app[n] == 'G' && app[n+1] >= '3' && app[n+1] <= '9' {
		app, suffix = app[:n], " Gen"+app[n+1:]
	}
	for _, s := range []string{"Plus", "Pro"} {
		if rest, ok := strings.CutPrefix(app, s); ok && rest != "" {
			app, series = rest, s+" "
		}
	}
	if rest, ok := strings.CutPrefix(app, "Mini"); ok && rest != "" {
		app = rest + " Mini"
	} else if rest, ok := strings.CutPrefix(app, "Plug"); ok && rest != "" {
		app = "Plug " + rest
	} else {
		if len(app) > 1 && app[0] == 'S' && app[1] >= '0' && app[1] <= '9' {
			app = app[1:]
		}
		if app == "HT" {
			app = "H&T"
		}
		return series + app + suffix
	}
	if series == "" && gen == "2" {
		series = "Plus "
	}
	return series + app + suffix
}
