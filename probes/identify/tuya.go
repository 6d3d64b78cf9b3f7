package identify

import "github.com/homesweep/homesweep/probes/lan"

var _ = register(&tuya, asks)

// tuya sends the heartbeat with which an app keeps its connection (command 9 of
// Tuya's local protocol, lan_protocol.h of its SDK), where the device has not
// already announced itself by broadcast. It needs no key and changes nothing;
// firmware of versions 3.4 and 3.5 does not answer it.
var tuya = question{
	name: "tuya", service: "tuya", ports: []uint16{6668}, told: "tuya.",
	ask:    "\x00\x00\x55\xaa\x00\x00\x00\x00\x00\x00\x00\x09\x00\x00\x00\x08\x65\x93\x0c\x22\x00\x00\xaa\x55",
	answer: parseTuya,
}

// parseTuya reads a frame: prefix, sequence, command 9, length, and a return
// code, checksum and suffix within it.
func parseTuya(_ *lan.Service, c *cursor) bool {
	if !c.is("\x00\x00\x55\xaa") {
		return false
	}
	c.take(4)
	if !c.is("\x00\x00\x00\x09\x00\x00\x00\x0c") {
		return false
	}
	c.take(8)
	return c.is("\x00\x00\xaa\x55")
}
