package checks

import (
	"context"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

// Things that take orders from anybody on the network, most of them by their
// maker's design; that they answered the question that their own app asks is the
// proof. Players of music and film are open by design and no finding.
var _ = register(probes.Check{
	ID:        "local-control",
	Topic:     "Control by others on your network",
	Title:     "Anyone on your network can control it without a password",
	Advice:    "Many smart-home devices are built like this, and at home it is convenient. A guest or an infected computer could use it too. If the app has a password or an encryption for it, turn that on. Else keep guests on a guest network, and do not let it switch anything that matters.",
	Guideline: 5, Provision: "5.5-4", Severity: lan.ForInfo, Touch: lan.Ask,
	Applies: func(d lan.Device, s lan.Service) bool {
		if s.Port != 0 {
			return false
		}
		for _, o := range orders {
			if o.shown(d) != "" {
				return true
			}
		}
		return false
	},
	Run: func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		verdict := lan.LikelyPass // what asks for a password in one place may not in another
		for _, o := range orders {
			words := o.shown(p.Device)
			switch {
			case words == "":
				continue
			case o.open == "" || words == o.open:
				verdict = lan.Fail
				if o.grave {
					p.Grade(lan.WhenYouCan)
				}
				p.Saw("asked as its own app does ("+o.name+")", "It answered without a password.")
			default:
				p.Saw("asked as its own app does ("+o.name+")", o.field+": "+words)
			}
		}
		return verdict, nil
	},
})

// order is a way to control a device: a field of what was heard, or a service,
// that shows it, and the value of the field that says it is open to anybody; ""
// where being there says so. A grave one can do harm.
type order struct {
	name, field, service, open string
	grave                      bool
}

// orders are those that the makers and projects document.
var orders = [...]order{
	{name: "Yeelight", service: "yeelight"}, // LAN control, which its owner has to turn on
	{name: "LIFX", field: "lifx.mac"},
	{name: "WiZ", field: "wiz.moduleName"},
	{name: "Kasa", field: "kasa.sw_ver"}, // of get_sysinfo
	{name: "Magic Home", service: "magichome"},
	{name: "Wemo", field: lan.UPnPServices, open: "urn:Belkin:service:basicevent:1"},
	{name: "Elgato", field: "elgato.productName"},
	{name: "Tasmota", field: "tasmota.firmware"}, // of /cm, by which it is also switched
	{name: "WLED", field: "wled.firmware"},
	{name: "Shelly", field: "shelly.auth", open: "false"},
	{name: "ESPHome", field: identify.ESPHomeAPI, open: "plaintext"},
	{name: "Xiaomi, by the key that it gives away", field: "miio.token", open: "given", grave: true},
	{name: "Klipper's Moonraker", field: "moonraker.version", grave: true}, // heats a printer
}

// shown is what d shows of the order; "" where it shows nothing.
func (o order) shown(d lan.Device) string {
	if o.field == lan.UPnPServices {
		for word := range strings.FieldsSeq(d.Heard[o.field]) {
			if word == o.open {
				return word
			}
		}
		return ""
	}
	if o.field != "" {
		return said(d, o.field)
	}
	for _, s := range d.Services {
		if s.Name == o.service {
			return s.Name
		}
	}
	return ""
}
