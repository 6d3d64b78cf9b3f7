package census

import (
	"slices"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

func TestNicest(t *testing.T) {
	for _, want := range [][]string{
		{"Kitchen", "sonos-f0f6c1300011", "192.168.1.21 - Sonos Era 300"},
		{"Kitchen", "54600980-0909-4c9e-9b1f-546009800909"},
		{"Brother MFC-J5320DW", "BRW3C2AF4532006"},
		{"Philips Hue", "Philips hue (192.168.1.16)"},
		{"broker", "mosquitto"},
		{"pi", "Mosquitto MQTT server on pi"},
		{"attic", "Virtual printer @ attic"},
		{"Hall camera", "ipcam-1"},
		{"DiskStation", "DISKSTATION", "diskstation"},
		{"den", "Era 300"},
	} {
		shuffled := slices.Clone(want)
		slices.Reverse(shuffled)
		got := nicest(shuffled, dull(lan.Device{Vendor: "Sonos", Model: "Era 300"}))
		if !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if clumsy("Defaced") != 0 || clumsy("Camera 2") != 0 || clumsy("00:11:22:33") == 0 {
		t.Error("words are taken for serial numbers")
	}
}
