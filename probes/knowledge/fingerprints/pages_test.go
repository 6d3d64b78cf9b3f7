package fingerprints

import (
	"os"
	"testing"

	"github.com/homesweep/homesweep/probes/knowledge/pages"
	"github.com/homesweep/homesweep/probes/lan"
)

// pageSays is what must come of some pages' first examples.
var pageSays = map[string]map[string]string{
	"roku":                 {"vendor": "Roku", "model": "Roku 4", "firmware": "7.2.0", "kind": "media", "name": "Den"},
	"sonos":                {"vendor": "Sonos", "model": "Sonos Play:1", "firmware": "70.3-35220", "hardware": "1.20.1.6-2.1", "kind": "speaker"},
	"cast":                 {"vendor": "Google", "model": "Chromecast", "firmware": "1.56.281627", "kind": "media", "name": "Den TV"},
	"samsung-tv":           {"vendor": "Samsung", "model": "UE43MU6199", "firmware": "", "kind": "tv"},
	"lg-netcast":           {"vendor": "LG", "model": "42LM670S", "kind": "tv"},
	"bose-soundtouch":      {"vendor": "Bose", "model": "SoundTouch 20", "firmware": "27.0.6.46330.5043500", "kind": "speaker"},
	"yamaha-musiccast":     {"vendor": "Yamaha", "model": "RX-V583", "firmware": "2.87"},
	"denon-heos":           {"model": "AVR-X2500H"},
	"panasonic-tv":         {"vendor": "Panasonic", "model": "TX-50CX700E", "kind": "tv"},
	"kodi":                 {"model": "Kodi", "kind": "media", "firmware": ""},
	"plex":                 {"model": "", "firmware": "", "kind": "server"}, // software is not the box it runs on
	"shelly":               {"vendor": "Shelly", "model": "SHSW-1", "kind": "plug"},
	"hue":                  {"vendor": "Philips", "model": "BSB002", "firmware": "1967054020", "kind": "hub"},
	"tasmota":              {"vendor": "", "firmware": "13.1.0.2(tasmota)", "hardware": "ESP8266EX"},
	"wled":                 {"vendor": "WLED", "firmware": "0.14.1", "kind": "bulb"},
	"home-assistant":       {"model": "Home Assistant", "kind": "hub"},
	"elgato":               {"vendor": "Elgato", "model": "Elgato Key Light", "firmware": "1.0.3", "kind": "bulb"},
	"envoy":                {"vendor": "Enphase", "firmware": "D4.5.79", "kind": "energy"},
	"tesla-wall-connector": {"vendor": "Tesla", "model": "Wall Connector", "firmware": "21.29.1+g4534ce63a4d8e8"},
	"fritzbox":             {"vendor": "AVM", "model": "FRITZ!Box 7490", "firmware": "113.07.29", "kind": "router"},
	"fritzbox-tr64":        {"vendor": "AVM", "model": "FRITZ!Box 7590", "firmware": "154.07.57"},
	"netgear":              {"vendor": "NETGEAR", "model": "R7000", "firmware": "V1.0.9.88_10.2.88", "kind": "router"},
	"hnap":                 {"vendor": "D-Link", "model": "DIR-655", "firmware": "1.32NA", "kind": "router"},
	"synology":             {"vendor": "Synology", "kind": "nas"},
	"qnap":                 {"vendor": "QNAP", "model": "TS-873U-RP", "firmware": "4.4.1.1216 build 20200214", "kind": "nas"},
	"hikvision":            {"vendor": "Hikvision", "model": "DS-2CD2032-I", "firmware": "V5.4.0 build 160401", "kind": "camera"},
	"axis":                 {"vendor": "Axis", "model": "AXIS M1125", "kind": "camera"},
	"hp-printer":           {"vendor": "HP", "model": "OfficeJet Pro 8710", "firmware": "WBP2CN2039AR", "kind": "printer"},
}

// Whatever an identity page says must lead to a fact: a page that nobody reads
// would be asked for in vain.
func TestPagesAreRead(t *testing.T) {
	s := load(t)
	list, err := pages.Pages(os.DirFS("../pages"))
	if err != nil {
		t.Fatal(err)
	}
	met := 0
	for _, p := range list {
		for i, e := range p.Examples {
			if e.Body == "" {
				continue
			}
			got := s.Read(p.Read([]byte(e.Body)), "")
			if best(got, lan.FieldKind) == "" {
				t.Errorf("%s: %v tells no kind: %v", p.ID, e.Expect, got)
			}
			if want, known := pageSays[p.ID]; known && i == 0 {
				met++
				for field, value := range want {
					if v := best(got, field); v != value {
						t.Errorf("%s: %s %q, want %q", p.ID, field, v, value)
					}
				}
			}
		}
	}
	if met != len(pageSays) {
		t.Errorf("%d pages of %d", met, len(pageSays))
	}
}
