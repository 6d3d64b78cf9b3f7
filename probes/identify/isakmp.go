package identify

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"strconv"

	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(&query{service: "isakmp", port: 500, ask: askIKE, parse: parseIKE}, asks)

// What a VPN gateway says to the first message of a key exchange.
const (
	IKEVersion = "ike.version" // "2.0"
	IKENotify  = "ike.notify"  // number of the notification: "14" is NO_PROPOSAL_CHOSEN
)

// The message's parts and their sizes (RFC 7296, section 3).
const (
	ikeHeader   = 28
	ikeKey      = 32 // of group 31 (RFC 8031, section 2)
	ikeNonce    = 32
	ikeInit     = 34 // exchange IKE_SA_INIT
	ikeInform   = 5  // exchange Informational of version 1 (RFC 2408, section 3.1)
	ikeNotify   = 41
	ikeNotify1  = 11
	ikeResponse = 0x20
)

// ikeProposal is a security association with one proposal: HMAC-SHA2-256,
// Curve25519, and a cipher that nobody has, out of the numbers for private use.
// It cannot be chosen, so the gateway says no without having computed or kept
// anything (section 2.21.1).
const ikeProposal = "\x22\x00\x00\x2c" + "\x00\x00\x00\x28\x01\x01\x00\x04" +
	"\x03\x00\x00\x08\x01\x00\xff\xff" + "\x03\x00\x00\x08\x02\x00\x00\x05" +
	"\x03\x00\x00\x08\x03\x00\x00\x0c" + "\x00\x00\x00\x08\x04\x00\x00\x1f"

// askIKE is IKE_SA_INIT with a random SPI, key and nonce.
func askIKE() []byte {
	b := make([]byte, ikeHeader, 160)
	rand.Read(b[:8])
	copy(b[16:], "\x21\x20\x22\x08") // an SA comes next, version 2.0, from the initiator
	b = append(b, ikeProposal...)
	b = append(b, "\x28\x00\x00\x28\x00\x1f\x00\x00"...)
	b = append(b, make([]byte, ikeKey)...)
	rand.Read(b[len(b)-ikeKey:])
	b = append(b, "\x00\x00\x00\x24"...)
	b = append(b, make([]byte, ikeNonce)...)
	rand.Read(b[len(b)-ikeNonce:])
	binary.BigEndian.PutUint32(b[24:], uint32(len(b)))
	return b
}

// parseIKE reads the answer to our SPI: of version 2 a response, of version 1,
// from a gateway that has no other, a notification.
func parseIKE(svc *lan.Service, question, answer []byte) bool {
	if len(answer) < ikeHeader || !bytes.Equal(answer[:8], question[:8]) ||
		int64(binary.BigEndian.Uint32(answer[24:])) != int64(len(answer)) {
		return false
	}
	next, version, exchange, flags := answer[16], answer[17], answer[18], answer[19]
	at := ikeHeader + 6 // of the type within a notification (section 3.10)
	switch {
	case version>>4 == 2 && exchange == ikeInit && flags&ikeResponse != 0:
	case version>>4 == 1 && exchange == ikeInform:
		at += 4 // behind the domain of interpretation (RFC 2408, section 3.14)
	default:
		return false
	}
	svc.Heard.Set(IKEVersion, strconv.Itoa(int(version>>4))+"."+strconv.Itoa(int(version&15)))
	if (next == ikeNotify || next == ikeNotify1) && len(answer) >= at+2 {
		svc.Heard.Set(IKENotify, strconv.Itoa(int(binary.BigEndian.Uint16(answer[at:]))))
	}
	return true
}
