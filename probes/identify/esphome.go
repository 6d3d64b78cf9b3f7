package identify

import "github.com/homesweep/homesweep/probes/lan"

// ESPHomeAPI is the field of Heard with how a device's API protects itself:
// "plaintext" or "noise", ESPHome's own words.
const ESPHomeAPI = "esphome.api"

var _ = register(&esphome, asks)

// esphome says hello to a device that has announced itself as ESPHome's, and to
// no other: some firmware does not survive a stray connect (esphome/esphome
// issue 13269). The frame is in the clear (developers.esphome.io, API protocol
// details): 0, the message's size, its type; a HelloRequest without fields.
var esphome = question{
	name: "esphome", service: "esphomelib", ports: []uint16{6053}, only: "mdns._esphomelib.",
	ask: "\x00\x00\x01", answer: parseESPHome,
}

// parseESPHome reads a HelloResponse, or the frame with which a device that
// wants encryption refuses a hello in the clear.
func parseESPHome(svc *lan.Service, c *cursor) bool {
	if len(c.b) > 0 && c.b[0] == 1 {
		c.take(1)
		svc.Heard.Set(ESPHomeAPI, "noise")
		frame := cursor{b: c.take(c.big(2))}
		return frame.is("\x01") && !c.short
	}
	if !c.is("\x00") {
		return false
	}
	size := c.big(1) // below 128 for any name that fits a device
	if size > 127 || !c.is("\x02") {
		return false
	}
	hello := c.take(size)
	svc.Heard.Set(ESPHomeAPI, "plaintext")
	svc.Product, svc.Version = "ESPHome", beyond(hello, "(esphome v").until(")")
	return len(hello) > 0 && hello[0] == 0x08 // api_version_major
}
