package vendor

import (
	"net/netip"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(Vendor{
	Name: "hiflying", Port: 48899,
	// The password that modules have from the works; it only makes them tell
	// their name (Hi-Flying, HF-LPB100 user manual, "AT+ASWD"; flux_led,
	// scanner.py). What would let commands in is a second word, "+ok", and is
	// never sent.
	Alone: []byte("HF-A11ASSISTHREAD"), Service: "hf-a11", Small: true,
	Hear: hearHiFlying,
})

// hearHiFlying reads the answer of a Wi-Fi module as it is built into lamp
// controllers and solar loggers: "192.168.1.50,ACCF23010203,HF-LPB100".
func hearHiFlying(b []byte) (lan.Sighting, bool) {
	parts := strings.Split(strings.TrimSpace(string(b[:min(len(b), lan.MaxValue)])), ",")
	if len(parts) != 3 {
		return lan.Sighting{}, false
	}
	hardware := macText(parts[1])
	if _, err := netip.ParseAddr(parts[0]); err != nil || hardware == "" {
		return lan.Sighting{}, false
	}
	h := lan.Heard{}
	h.Set("hiflying.mac", hardware)
	h.Set("hiflying.model", parts[2])
	return sighting(h)
}
