package identify

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

const (
	esphomeHello   = "\x00\x2a\x02\x08\x01\x10\x0a\x1a\x1bkitchen (esphome v2025.3.1)\x22\x07kitchen"
	esphomeRefusal = "\x01\x00\x13\x01Bad indicator byte"
)

var (
	esphomeAnnounced = lan.Heard{"mdns._esphomelib._tcp.version": "2025.3.1"}

	_ = fakeAnnounced("esphome", at(6053), esphomeAnnounced, replying(esphome.ask, esphomeHello),
		lan.Service{Name: "esphomelib", Product: "ESPHome", Version: "2025.3.1", Heard: lan.Heard{ESPHomeAPI: "plaintext"}})
	_ = fakeAnnounced("esphome", at(6053), esphomeAnnounced, replying(esphome.ask, esphomeRefusal),
		lan.Service{Name: "esphomelib", Heard: lan.Heard{ESPHomeAPI: "noise"}})
)

func TestParseESPHome(t *testing.T) {
	readings(t, parseESPHome,
		esphomeHello, "ESPHome 2025.3.1 esphome.api=plaintext", esphomeRefusal, "esphome.api=noise",
		"\x00\x06\x02\x08\x01\x1a\x02ab", "ESPHome esphome.api=plaintext", // a build that does not say its version
		"\x00\x02\x02\x1a\xff", "no", "\x00\x00\x02", "no", "\x00\x02\x03\x08\x01", "no", "\x00\x80\x02", "no", "\x01\x00\x01\x02", "no",
		esphome.ask, "no", "HTTP/1.1 400", "no", "", "short")
}

func FuzzParseESPHome(f *testing.F) {
	fuzzAnswer(f, parseESPHome, esphomeHello, esphomeRefusal, esphome.ask)
}
