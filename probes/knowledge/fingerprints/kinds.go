package fingerprints

import (
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// readKinds concludes what sort of thing the device is from what it announces
// and from the words it uses for itself.
func readKinds(f *facts, h lan.Heard) {
	for word := range strings.FieldsSeq(h[lan.MDNSTypes]) {
		service, _, _ := strings.Cut(strings.ToLower(word), "._")
		if k, known := announced[service]; known {
			f.add(lan.FieldKind, k.kind, lan.MDNSTypes, k.confidence, word)
		}
	}
	for word := range strings.FieldsSeq(h[lan.UPnPDeviceType]) {
		readDeviceType(f, h, word)
	}
	for key, value := range h {
		service, word, ok := splitTXT(key)
		switch {
		case !strings.HasPrefix(key, "mdns.") || !ok:
		case service == "_hap" && word == "ci":
			f.add(lan.FieldKind, homeKit[value], key, 0.8, "ci="+value)
		case service == "_matterc" && word == "dt", service == "_matterd" && word == "dt":
			f.add(lan.FieldKind, matter[value], key, 0.75, "DT="+value)
		}
	}
	for word := range strings.FieldsSeq(h[lan.WSDTypes]) {
		if k, known := discovered[strings.ToLower(word)]; known {
			f.add(lan.FieldKind, k.kind, lan.WSDTypes, k.confidence, word)
		}
	}
	if h[lan.LLMNRName] != "" {
		// Windows and systemd-resolved answer; little else in a home does.
		f.add(lan.FieldKind, "computer", lan.LLMNRName, 0.3, h[lan.LLMNRName])
	}
	for key, k := range spoken {
		if h[key] != "" && (k.word == "" || k.word == h[key]) {
			f.add(lan.FieldKind, k.kind, key, k.confidence, h[key])
		}
	}
	if h[lan.IPPMakeModel] != "" {
		f.add(lan.FieldKind, "printer", lan.IPPMakeModel, 0.8, h[lan.IPPMakeModel])
	}
	for field, confidence := range telling {
		if kind, word := kindOf(h[field]); kind != "" {
			f.add(lan.FieldKind, kind, field, confidence, word)
		}
	}
}

// telling are fields whose words tell the kind, and how well.
var telling = map[string]float64{
	lan.UPnPModelName:    0.7,
	lan.UPnPModelDescr:   0.7,
	lan.UPnPFriendlyName: 0.45,
	lan.HTTPTitle:        0.4,
	lan.HTTPRealm:        0.4,
	lan.DHCPHostname:     0.35,
	lan.DHCPFQDN:         0.35,
	lan.NetBIOSName:      0.35,
	lan.LLMNRName:        0.35,

	lan.MDNS("_googlecast._tcp", "md"):     0.7,
	lan.MDNS("_airplay._tcp", "model"):     0.75,
	lan.MDNS("_raop._tcp", "am"):           0.75,
	lan.MDNS("_device-info._tcp", "model"): 0.6,
	lan.MDNS("_hap._tcp", "md"):            0.5,
}

// guess is a kind and how sure it is.
type guess struct {
	kind       string
	confidence float64
}

// spoken are fields that are only heard of one kind, with the word that it takes,
// any if empty. What many others do as well is worth less: a telephone that
// lends its connection is a router of IPv6 too, and things that keep a broker
// to themselves want a login.
var spoken = map[string]struct {
	word string
	guess
}{
	"ndp.router":    {"yes", guess{"router", 0.4}}, // RFC 4861 section 4.4
	"neigh.router":  {"yes", guess{"router", 0.4}},
	"rdp.protocol":  {"", guess{"computer", 0.5}},
	lan.MQTTConnack: {"0", guess{"server", 0.6}},
}

// deviceTypes are words of UPnP device types ("urn:schemas-upnp-org:device:
// InternetGatewayDevice:1"), in lower case.
var deviceTypes = map[string]guess{
	"internetgatewaydevice": {"router", 0.9}, "wlanaccesspointdevice": {"ap", 0.7}, "printer": {"printer", 0.9},
	"digitalsecuritycamera": {"camera", 0.9}, "networkvideotransmitter": {"camera", 0.8},
	"binarylight": {"bulb", 0.8}, "dimmablelight": {"bulb", 0.8}, "hvac_system": {"appliance", 0.8},
	"zoneplayer": {"speaker", 0.95}, "remotecontrolreceiver": {"tv", 0.8}, "mediaserver": {"media", 0.35},
	"dial": {"media", 0.5}, "dialreceiver": {"media", 0.5}, "player": {"media", 0.6},
	"controllee": {"plug", 0.9}, "insight": {"plug", 0.9}, "lightswitch": {"plug", 0.8},
	"wfadevice": {"router", 0.25}, "networkstoragedevice": {"nas", 0.8},
}

// readDeviceType reads one UPnP device type. A renderer is a television or a
// loudspeaker only if its words say so.
func readDeviceType(f *facts, h lan.Heard, urn string) {
	parts := strings.Split(strings.ToLower(urn), ":")
	for i, part := range parts {
		if part != "device" || i+1 >= len(parts) {
			continue
		}
		if parts[i+1] == "mediarenderer" {
			f.add(lan.FieldKind, renderer(h), lan.UPnPDeviceType, 0.6, urn)
		} else if g, known := deviceTypes[parts[i+1]]; known {
			f.add(lan.FieldKind, g.kind, lan.UPnPDeviceType, g.confidence, urn)
		}
		return
	}
}

func renderer(h lan.Heard) string {
	for _, field := range []string{lan.UPnPModelName, lan.UPnPModelDescr, lan.UPnPFriendlyName} {
		if kind, _ := kindOf(h[field]); kind == "tv" || kind == "speaker" || kind == "console" {
			return kind
		}
	}
	return "media"
}

// discovered are the types of WS-Discovery, without their prefixes, in lower
// case: ONVIF Core Specification 5.4.4, PWG 5107 "WSD print", and Microsoft's
// "Publication Services".
var discovered = map[string]guess{
	"networkvideotransmitter": {"camera", 0.7}, "networkvideorecorder": {"nvr", 0.8}, "networkvideostorage": {"nvr", 0.7},
	"networkvideodisplay": {"media", 0.4},
	"printdevicetype":     {"printer", 0.8}, "printerservicetype": {"printer", 0.8}, "scandevicetype": {"printer", 0.6},
	"scannerservicetype": {"printer", 0.6}, "computer": {"computer", 0.6},
}

// homeKit are the accessory categories of the HomeKit Accessory Protocol that
// are kinds of ours.
var homeKit = map[string]string{
	"2": "hub", "3": "appliance", "4": "appliance", "5": "bulb", "6": "appliance", "7": "plug", "8": "plug",
	"9": "appliance", "11": "hub", "12": "appliance", "13": "appliance", "14": "appliance", "17": "camera",
	"18": "camera", "19": "appliance", "20": "appliance", "21": "appliance", "22": "appliance", "23": "appliance",
	"24": "media", "26": "speaker", "27": "ap", "28": "appliance", "29": "appliance", "30": "appliance",
	"31": "tv", "33": "router", "34": "speaker", "35": "media", "36": "media",
}

// matter are device types of the Matter device library, in decimal as the TXT
// key DT has them.
var matter = map[string]string{
	"10": "appliance", "14": "hub", "35": "tv", "40": "media", "43": "appliance", "114": "appliance",
	"256": "bulb", "257": "bulb", "266": "plug", "267": "plug", "268": "bulb", "269": "bulb",
	"514": "appliance", "768": "appliance", "769": "appliance",
}
