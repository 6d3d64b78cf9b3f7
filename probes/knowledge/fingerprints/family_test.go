package fingerprints

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

func TestShellyModel(t *testing.T) {
	for _, tt := range []struct{ app, gen, want string }{
		{"PlugS", "2", "Plus Plug S"}, {"PlugUS", "2", "Plus Plug US"}, {"PlusPlugS", "2", "Plus Plug S"},
		{"Plus1PM", "2", "Plus 1PM"}, {"PlusHT", "2", "Plus H&T"}, {"PlusI4", "2", "Plus I4"}, {"Mini1PM", "2", "Plus 1PM Mini"},
		{"Pro4PM", "2", "Pro 4PM"}, {"Pro3EM", "2", "Pro 3EM"},
		{"PlugSG3", "3", "Plug S Gen3"}, {"Mini1G3", "3", "1 Mini Gen3"}, {"MiniPMG3", "3", "PM Mini Gen3"},
		{"S1PMG3", "3", "1PM Gen3"}, {"HTG3", "3", "H&T Gen3"}, {"S2PMG4", "4", "2PM Gen4"},
		{"PlugS", "", "Plug S"}, {"Plus", "2", "Plus"}, {"Plug", "2", "Plug"}, {"S", "", "S"}, {"G3", "3", "G3"}, {"", "2", ""},
	} {
		if got := shellyModel(tt.app, tt.gen); got != tt.want {
			t.Errorf("%q of generation %q is %q, want %q", tt.app, tt.gen, got, tt.want)
		}
	}
}

// What is heard of one kind only tells it, but gives way to the device's own word.
func TestSpokenKinds(t *testing.T) {
	s := load(t)
	for name, tt := range map[string]struct {
		heard lan.Heard
		kind  string
	}{
		"advertises itself":      {lan.Heard{"ndp.router": "yes"}, "router"},
		"in the kernel's table":  {lan.Heard{"neigh.router": "yes"}, "router"},
		"no router":              {lan.Heard{"ndp.router": "no"}, ""},
		"a loudspeaker's Thread": {lan.Heard{"ndp.router": "yes", lan.MDNS("_airplay._tcp", "model"): "AudioAccessory5,1"}, "speaker"},
		"desktop":                {lan.Heard{"rdp.protocol": "credssp"}, "computer"},
		"broker for anybody":     {lan.Heard{lan.MQTTConnack: "0", lan.MDNSTypes: "_workstation._tcp"}, "server"},
		"its own broker":         {lan.Heard{lan.MQTTConnack: "5"}, ""},
	} {
		if got := best(s.Read(tt.heard, ""), lan.FieldKind); got != tt.kind {
			t.Errorf("%s: kind %q, want %q", name, got, tt.kind)
		}
	}
}

// A firmware's name is a maker's only while nobody else is known.
func TestFirmwareIsNoMaker(t *testing.T) {
	s := load(t)
	for _, tt := range []struct{ block, want string }{{"TP-Link Systems Inc", "TP-Link"}, {"", "OpenWrt"}, {"Espressif Inc.", "OpenWrt"}} {
		h := lan.Heard{lan.TLSSubject: "CN=OpenWrt, O=OpenWrt0f3a15"}
		h.Set(lan.OUIVendor, tt.block)
		if got := best(s.Read(h, ""), lan.FieldVendor); got != tt.want {
			t.Errorf("in the block of %q: vendor %q, want %q", tt.block, got, tt.want)
		}
	}
}
