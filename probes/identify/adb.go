package identify

import (
	"bytes"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// What the Android Debug Bridge answers to a connection: "CNXN" lets anybody
// in, "AUTH" wants a key that the owner has allowed, "STLS" a paired one over
// TLS; and what an open one says of its device.
const (
	ADBAnswer = "adb.answer"
	adbName   = "adb.ro.product.name"
	adbModel  = "adb.ro.product.model"
	adbDevice = "adb.ro.product.device"
)

var _ = register(&adb, asks)

// adb asks for a connection and opens no stream on it: nothing is run and
// nobody is asked to allow a key (protocol.txt of Android's adb: CONNECT with
// version 0x01000000, 4096 bytes at once, system type "host").
var adb = question{
	name: "adb", service: "adb", ports: []uint16{5555},
	ask: "CNXN\x00\x00\x00\x01\x00\x10\x00\x00\x07\x00\x00\x00\x32\x02\x00\x00\xbc\xb1\xa7\xb1" +
		"host::\x00",
	answer: parseADB,
}

// parseADB reads one message: command, two arguments, the length and sum of its
// data, the command's complement, and the data.
func parseADB(svc *lan.Service, c *cursor) bool {
	command := c.text(4)
	first, _ := c.little(4), c.take(4)
	size, _ := c.little(4), c.take(4)
	for i, b := range c.take(4) {
		if b^0xff != command[i] {
			return false
		}
	}
	switch command {
	case "CNXN":
		said := append([]byte(c.text(size)), ';')
		if bytes.HasPrefix(said, []byte("host:")) {
			return false
		}
		for _, field := range [...]string{adbName, adbModel, adbDevice} {
			svc.Heard.Set(field, beyond(said, strings.TrimPrefix(field, "adb.")+"=").until(";"))
		}
	case "AUTH":
		if first != 1 { // a token to sign
			return false
		}
	case "STLS":
	default:
		return false
	}
	svc.Heard.Set(ADBAnswer, command)
	return true
}
