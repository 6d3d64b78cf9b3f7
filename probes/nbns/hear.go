package nbns

import (
	"encoding/binary"

	"github.com/homesweep/homesweep/probes/lan"
)

// source is the name under which what is heard here is kept.
const source = "netbios"

// Hear reads a datagram sent to port 137: a computer that registers or renews
// its name by broadcast (RFC 1002, sections 4.2.2 and 4.2.4). A query tells
// nothing of who asks, and an answer may be a name server's about another.
func Hear(datagram []byte) (s lan.Sighting, ok bool) {
	b := datagram
	if len(b) < headerSize {
		return s, false
	}
	flags := binary.BigEndian.Uint16(b[2:])
	switch flags & (response | opcodeMask) {
	case opRegister, opRefresh, opRefresh9:
	default:
		return s, false
	}
	if binary.BigEndian.Uint16(b[4:]) != 1 || binary.BigEndian.Uint16(b[10:]) == 0 {
		return s, false
	}
	e, rest, ok := decode(b[headerSize:])
	if !ok || len(rest) < 4 || binary.BigEndian.Uint16(rest) != typeNB {
		return s, false
	}
	record, ok := skipName(rest[4:])
	if !ok || len(record) < 16 || binary.BigEndian.Uint16(record) != typeNB {
		return s, false
	}
	e.Group = binary.BigEndian.Uint16(record[10:])&groupFlag != 0
	s = lan.Sighting{Source: source, Heard: lan.Heard{}}
	e.tell(s.Heard)
	if e.own() {
		s.Names = []string{e.Name}
	}
	return s, len(s.Heard) > 0
}
