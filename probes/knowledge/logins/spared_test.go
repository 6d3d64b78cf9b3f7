package logins

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

func TestSpared(t *testing.T) {
	title := func(text string) lan.Service { return web(lan.Heard{lan.HTTPTitle: text}) }
	for name, c := range map[string]struct {
		d    lan.Device
		svc  lan.Service
		want bool
	}{
		"alarm panel":                     {lan.Device{Model: "Home Alarm-Panel 3"}, lan.Service{}, true},
		"alarm panel, in German":          {lan.Device{Names: []string{"alarmanlage.fritz.box"}}, lan.Service{}, true},
		"alarm panel, by another page":    {lan.Device{Services: []lan.Service{title("Texecom ComIP")}}, lan.Service{Name: "telnet"}, true},
		"alarm hub of a camera maker":     {lan.Device{Vendor: "Hikvision", Model: "DS-PWA64-L-WE"}, lan.Service{}, true},
		"lock":                            {lan.Device{Vendor: "Nuki"}, lan.Service{}, true},
		"lock by its name":                {lan.Device{Names: []string{"front-door-lock"}}, lan.Service{}, true},
		"lock by HomeKit":                 {lan.Device{Heard: lan.Heard{lan.MDNS("_hap._tcp", "ci"): "6"}}, lan.Service{}, true},
		"garage opener":                   {lan.Device{Names: []string{"Garage_Door"}}, lan.Service{}, true},
		"thermostat":                      {lan.Device{Kind: "energy"}, title("Thermostat"), true},
		"heat pump":                       {lan.Device{Names: []string{"wärmepumpe"}}, lan.Service{}, true},
		"boiler by its host name":         {lan.Device{Heard: lan.Heard{lan.DHCPHostname: "vaillant-vr921"}}, lan.Service{}, true},
		"oven":                            {lan.Device{Heard: lan.Heard{lan.MDNSTypes: "_http._tcp _homeconnect._tcp"}}, lan.Service{}, true},
		"appliance":                       {lan.Device{Kind: "appliance"}, lan.Service{}, true},
		"medical":                         {lan.Device{Heard: lan.Heard{lan.UPnPModelName: "CPAP 10"}}, lan.Service{}, true},
		"Home Assistant":                  {lan.Device{Heard: lan.Heard{lan.MDNSTypes: "_home-assistant._tcp"}}, lan.Service{}, true},
		"Home Assistant on a NAS":         {lan.Device{Kind: "nas"}, title("Home Assistant"), true},
		"hub":                             {lan.Device{Kind: "hub"}, lan.Service{}, true},
		"hub by its page":                 {lan.Device{}, title("Loxone Webinterface"), true},
		"phone":                           {lan.Device{Kind: "phone"}, lan.Service{}, true},
		"camera at the garage door":       {lan.Device{Kind: "camera", Names: []string{"Garage door"}}, title("IPCam"), false},
		"camera in the boiler room":       {lan.Device{Kind: "camera", Heard: lan.Heard{lan.DHCPHostname: "boiler-cam"}}, lan.Service{}, false},
		"camera that says it is an alarm": {lan.Device{Kind: "camera"}, title("Alarm Panel"), true},
		"NAS beside Home Assistant":       {lan.Device{Kind: "nas", Services: []lan.Service{title("Home Assistant")}}, title("Storage"), false},
		"router":                          {lan.Device{Kind: "router", Model: "Blockbuster 3"}, title("Sherlock's router"), false},
		"telephone":                       {lan.Device{Kind: "voip", Vendor: "Yealink"}, lan.Service{}, false},
		"clock":                           {lan.Device{Names: []string{"clock", "unlocked"}}, title("Padlocked"), false},
		"nothing known":                   {lan.Device{}, lan.Service{}, false},
	} {
		if got := Spared(c.d, c.svc); got != c.want {
			t.Errorf("%s: spared %v", name, got)
		}
	}
}
