package fingerprints

import "strings"

// announced are mDNS service types, without transport, that tell a kind. Types
// that computers and many others share (_smb, _http, _ssh) say little or nothing.
var announced = map[string]guess{
	"_ipp": {"printer", 0.6}, "_ipps": {"printer", 0.6}, "_printer": {"printer", 0.6},
	"_pdl-datastream": {"printer", 0.8}, "_uscan": {"printer", 0.6}, "_uscans": {"printer", 0.6},
	"_scanner": {"printer", 0.55}, "_privet": {"printer", 0.6},

	"_axis-video": {"camera", 0.95}, "_rtsp": {"camera", 0.5}, "_psia": {"camera", 0.8},

	"_adisk": {"nas", 0.45}, "_afpovertcp": {"nas", 0.25}, "_smb": {"nas", 0.15}, "_nfs": {"nas", 0.35},
	"_qdiscover": {"nas", 0.9}, "_readynas": {"nas", 0.9},

	"_googlecast": {"media", 0.5}, "_androidtvremote2": {"tv", 0.5}, "_androidtvremote": {"tv", 0.5},
	"_airplay": {"media", 0.4}, "_mediaremotetv": {"media", 0.6}, "_touch-able": {"media", 0.5},
	"_xbmc-jsonrpc": {"media", 0.8}, "_roku-rcp": {"media", 0.8}, "_amzn-wplay": {"media", 0.6},
	"_viziocast": {"tv", 0.8}, "_philipstv_rpc": {"tv", 0.9}, "_samsungmsf": {"tv", 0.6}, "_plexmediasvr": {"server", 0.5},

	"_sonos": {"speaker", 0.95}, "_raop": {"speaker", 0.35}, "_spotify-connect": {"speaker", 0.35},
	"_soundtouch": {"speaker", 0.9}, "_heos-audio": {"speaker", 0.9}, "_musc": {"speaker", 0.8},
	"_volumio": {"speaker", 0.8}, "_amzn-alexa": {"speaker", 0.5},

	"_hue": {"hub", 0.9}, "_home-assistant": {"hub", 0.9}, "_leap": {"hub", 0.8}, "_lutron": {"hub", 0.8},
	"_meshcop": {"hub", 0.4}, "_homekit": {"hub", 0.3}, "_deconz": {"hub", 0.7},

	"_shelly": {"plug", 0.5}, "_ewelink": {"plug", 0.6}, "_wled": {"bulb", 0.9}, "_elg": {"bulb", 0.9},
	"_nanoleafapi": {"bulb", 0.9}, "_esphomelib": {"appliance", 0.35}, "_miio": {"appliance", 0.35},
	"_dyson_mqtt": {"appliance", 0.9}, "_360eye_mqtt": {"appliance", 0.9}, "_dkapi": {"appliance", 0.9},

	"_enphase-envoy": {"energy", 0.95}, "_nut": {"energy", 0.6},

	"_workstation": {"computer", 0.5}, "_rfb": {"computer", 0.4}, "_sftp-ssh": {"computer", 0.3},
	"_rdp": {"computer", 0.5}, "_nvstream": {"computer", 0.6}, "_apple-mobdev2": {"phone", 0.8},
	"_sip": {"voip", 0.6}, "_octoprint": {"server", 0.6}, "_mqtt": {"server", 0.45},
}

// kindWords are words by which things are called, in lower case. The first
// entry whose words all stand in the text decides, so particulars come first.
var kindWords = []struct {
	kind string
	text []string
}{
	{"nvr", []string{"nvr", "dvr", "xvr", "network video recorder", "digital video recorder"}},
	{"camera", []string{"camera", "ipcam", "ipcamera", "webcam", "netcam", "doorbell", "camera-dome"}},
	{"printer", []string{"printer", "laserjet", "officejet", "deskjet", "photosmart", "ecotank", "workforce",
		"pixma", "workcentre", "phaser", "ecosys", "imagerunner", "mfc"}},
	{"nas", []string{"nas", "diskstation", "rackstation", "readynas", "turbonas", "mycloud", "my cloud", "linkstation"}},
	{"tv", []string{"tv", "television", "bravia", "viera", "webos tv", "smarttv"}},
	{"media", []string{"appletv", "apple tv", "chromecast", "shield", "fire tv", "firetv", "set-top", "settop", "stb",
		"media player", "mediaplayer", "streaming stick", "kodi"}},
	{"speaker", []string{"speaker", "soundbar", "homepod", "audioaccessory", "google home", "home mini", "nest mini",
		"nest audio", "loudspeaker", "soundtouch", "musiccast", "heos", "echo dot", "receiver", "av receiver"}},
	{"console", []string{"playstation", "xbox", "nintendo", "ps4", "ps5"}},
	{"ap", []string{"access point", "repeater", "range extender", "extender"}},
	{"router", []string{"router", "modem", "internet gateway", "residential gateway", "home gateway"}},
	{"voip", []string{"ip phone", "voip", "sip phone", "telephone adapter"}},
	{"phone", []string{"iphone", "ipad", "galaxy", "smartphone", "android-phone"}},
	{"computer", []string{"macbook", "macbookpro", "macbookair", "imac", "macmini", "macpro", "laptop", "desktop", "thinkpad"}},
	{"plug", []string{"plug", "smartplug", "power strip", "wall switch", "power switch"}},
	{"bulb", []string{"bulb", "lamp", "light strip", "lightstrip"}},
	{"appliance", []string{"vacuum", "roomba", "thermostat", "dishwasher", "washing machine", "refrigerator", "oven", "purifier"}},
	{"energy", []string{"inverter", "ups", "smart-ups", "wallbox", "energy meter"}},
	{"hub", []string{"smart home hub", "zigbee gateway", "hue bridge"}},
}

// kindOf finds a kind in a device's own words, whole words only: "ap" must not
// be found in "laptop". word is what decided.
func kindOf(text string) (kind, word string) {
	if text == "" {
		return "", ""
	}
	text = " " + strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return strings.ContainsRune(" \t,;:|/()[]_.\"'", r)
	}), " ") + " "
	spaced := strings.ReplaceAll(text, "-", " ")
	plain := strings.Map(func(r rune) rune { // "MacBookPro18 3" → "macbookpro 3"
		if r >= '0' && r <= '9' {
			return ' '
		}
		return r
	}, spaced)
	for _, entry := range kindWords {
		for _, w := range entry.text {
			if strings.Contains(text, " "+w+" ") || strings.Contains(spaced, " "+w+" ") || strings.Contains(plain, " "+w+" ") {
				return entry.kind, w
			}
		}
	}
	return "", ""
}
