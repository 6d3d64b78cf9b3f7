package identify

import (
	"crypto/rand"
	"encoding/hex"

	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(&query{service: "tftp", port: 69, ask: askTFTP, parse: parseTFTP}, asks)

// TFTPError is what the server says to a request for a file that is not there.
const TFTPError = "tftp.error"

// Opcodes and bounds of TFTP (RFC 1350, section 5).
const (
	tftpData   = 3
	tftpError  = 5
	tftpErrors = 8 // the last error code (RFC 2347)
	tftpBlock  = 512
)

// askTFTP requests a file of a name that nobody has. Should it be sent all the
// same, it is never acknowledged, which ends the matter.
func askTFTP() []byte {
	var name [8]byte
	rand.Read(name[:])
	return []byte("\x00\x01homesweep-" + hex.EncodeToString(name[:]) + "\x00octet\x00")
}

// parseTFTP reads an error, or the first block of a file.
func parseTFTP(svc *lan.Service, _, answer []byte) bool {
	c := cursor{b: answer}
	kind, number := c.big(2), c.big(2)
	switch {
	case c.short:
	case kind == tftpData:
		return number == 1 && len(c.b) <= tftpBlock
	case kind == tftpError && number <= tftpErrors:
		svc.Heard.Set(TFTPError, c.until("\x00"))
		return !c.short && len(c.b) == 0
	}
	return false
}
