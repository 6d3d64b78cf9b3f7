package checks

import (
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

var _ = hold("local-control",
	twin{name: "Shelly without a password", device: serving(port("http", lan.Heard{"shelly.auth": "false"})), want: lan.Fail},
	twin{name: "Shelly with one", device: serving(port("http", lan.Heard{"shelly.auth": "true"})), want: lan.LikelyPass},
	twin{name: "ESPHome without a key", device: serving(port("esphomelib", lan.Heard{"esphome.api": "plaintext"})), want: lan.Fail},
	twin{name: "ESPHome with one", device: serving(port("esphomelib", lan.Heard{"esphome.api": "noise"})), want: lan.LikelyPass},
	twin{name: "Yeelight", device: serving(port("yeelight", nil)), want: lan.Fail},
	twin{name: "Tasmota", device: serving(port("http", lan.Heard{"tasmota.firmware": "14.3.0"})), want: lan.Fail},
	twin{name: "LIFX", device: lan.Device{Heard: lan.Heard{"lifx.mac": "d0:73:d5:00:00:01"}}, want: lan.Fail},
	twin{name: "Wemo", device: lan.Device{Heard: lan.Heard{lan.UPnPServices: "urn:Belkin:service:WiFiSetup:1 urn:Belkin:service:basicevent:1"}}, want: lan.Fail},
	twin{name: "Xiaomi that gives its key", device: serving(port("miio", lan.Heard{"miio.token": "given"})), want: lan.Fail},
	twin{name: "Xiaomi that does not", device: serving(port("miio", lan.Heard{"miio.token": "withheld"})), want: lan.LikelyPass},
	twin{name: "a Sonos", device: lan.Device{Kind: "speaker", Heard: lan.Heard{lan.UPnPServices: "urn:schemas-upnp-org:service:AVTransport:1"}}, want: lan.NotApplicable},
	twin{name: "a Roku", device: serving(port("http", lan.Heard{"roku.model-name": "Express"})), want: lan.NotApplicable},
	twin{name: "a Hue bridge", device: serving(port("http", lan.Heard{"hue.modelid": "BSB002"})), want: lan.NotApplicable})

// TestWhatHeatsIsGraver than a light.
func TestWhatHeatsIsGraver(t *testing.T) {
	for field, want := range map[string]lan.Severity{"moonraker.version": lan.WhenYouCan, "wled.firmware": lan.ForInfo} {
		p := &probes.Pass{Device: serving(port("http", lan.Heard{field: "1"}))}
		got, err := judged(t, "local-control", p)
		s := lan.ForInfo
		if p.Severity != nil {
			s = *p.Severity
		}
		if got != lan.Fail || err != nil || s != want {
			t.Errorf("%s: %v as %v, %v", field, got, s, err)
		}
	}
}
