package vendor

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5" //nolint:gosec // the protocol's key derivation
	"encoding/binary"

	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(Vendor{
	Name: "tuya",
	Hear: hearTuya,
	Ears: []uint16{6666, 6667, 7000},
})

// tuyaKey is the key of all Tuya broadcasts, made of a constant that is in
// every app (tuya-convert, tuya-discovery.py). It hides nothing and opens
// nothing else.
var tuyaKey = md5.Sum([]byte("yGAdlopoPVldABfn"))

// Frames of the local protocol (tinytuya, header.py).
var (
	tuyaPrefix    = []byte{0, 0, 0x55, 0xaa}
	tuyaPrefixGCM = []byte{0, 0, 0x66, 0x99}
)

const (
	tuyaHeader    = 16 // prefix, sequence, command, length
	tuyaTail      = 8  // checksum, suffix
	tuyaHeaderGCM = 18 // prefix, two zeros, sequence, command, length
	tuyaTailGCM   = 4  // suffix
)

// hearTuya reads the announcement that a Tuya device sends every few seconds.
// The apps' own broadcasts on the same ports have no gwId.
func hearTuya(b []byte) (lan.Sighting, bool) {
	o := readObject(tuyaPlain(b))
	if o.text("gwId") == "" || o.text("from") == "app" {
		return lan.Sighting{}, false
	}
	h := lan.Heard{}
	o.take(h, "tuya", "gwId", "productKey", "version")
	return sighting(h)
}

// tuyaPlain is the JSON in a frame of any of the protocol's versions; nil if
// there is none.
func tuyaPlain(b []byte) []byte {
	switch {
	case bytes.HasPrefix(b, tuyaPrefixGCM):
		return tuyaOpen(b)
	case bytes.HasPrefix(b, tuyaPrefix):
		if len(b) < tuyaHeader+tuyaTail || int64(binary.BigEndian.Uint32(b[12:])) != int64(len(b)-tuyaHeader) {
			return nil
		}
		b = b[tuyaHeader : len(b)-tuyaTail]
		if len(b) > 4 && bytes.HasPrefix(b, []byte{0, 0, 0}) { // a return code
			b = b[4:]
		}
	}
	if bytes.HasPrefix(b, []byte("{")) {
		return b
	}
	return tuyaBlocks(b)
}

// tuyaBlocks undoes AES-ECB with padding (versions 3.3 and 3.4).
func tuyaBlocks(b []byte) []byte {
	block, err := aes.NewCipher(tuyaKey[:])
	if err != nil || len(b) == 0 || len(b)%aes.BlockSize != 0 {
		return nil
	}
	plain := make([]byte, len(b))
	for i := 0; i < len(b); i += aes.BlockSize {
		block.Decrypt(plain[i:], b[i:])
		if plain[0] != '{' {
			return nil
		}
	}
	return plain // the JSON's end is its own, whatever the padding
}

// tuyaOpen undoes AES-GCM (version 3.5).
func tuyaOpen(b []byte) []byte {
	if len(b) < tuyaHeaderGCM+tuyaTailGCM || int64(binary.BigEndian.Uint32(b[14:])) != int64(len(b)-tuyaHeaderGCM-tuyaTailGCM) {
		return nil
	}
	block, err := aes.NewCipher(tuyaKey[:])
	if err != nil {
		return nil
	}
	gcm, err := cipher.NewGCM(block)
	sealed := b[tuyaHeaderGCM : len(b)-tuyaTailGCM]
	if err != nil || len(sealed) < gcm.NonceSize() {
		return nil
	}
	plain, err := gcm.Open(nil, sealed[:gcm.NonceSize()], sealed[gcm.NonceSize():], b[4:tuyaHeaderGCM])
	if err != nil {
		return nil
	}
	if len(plain) > 4 && plain[0] != '{' { // a return code
		plain = plain[4:]
	}
	return plain
}
