// Package nbns asks a computer for its NetBIOS names and reads what it says of
// itself on the two NetBIOS ports: the name service on 137 (RFC 1002, section
// 4.2) and the datagram service on 138 (section 4.4), over which Windows and
// Samba announce themselves to the "Network" window (MS-BRWS).
//
// The package does no I/O. Every parser is pure, bounded by the datagram and
// safe for concurrent use.
package nbns

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// Ports of the name service and of the datagram service.
const (
	Port         = 137
	DatagramPort = 138
)

// Suffixes of a NetBIOS name, its sixteenth byte (MS-NBTE, section 2.2.1).
const (
	workstation = 0x00 // a computer, or its workgroup where the name is a group's
	fileServer  = 0x20
	domain      = 0x1c // a domain's controllers, always a group
	election    = 0x1e // a workgroup's browser elections, always a group
)

// Layout of a message (section 4.2.1).
const (
	headerSize  = 12
	encodedSize = 32 // a name of 16 bytes, each as two letters
	typeNB      = 0x0020
	typeStatus  = 0x0021 // NBSTAT
	classIN     = 0x0001
	response    = 0x8000
	opcodeMask  = 0x7800
	opRegister  = 0x2800 // 5
	opRefresh   = 0x4000 // 8
	opRefresh9  = 0x4800 // 9, which some stacks send for 8
	rcodeMask   = 0x000f
	groupFlag   = 0x8000 // of NAME_FLAGS and NB_FLAGS (sections 4.2.18, 4.2.1.3)
	conflict    = 0x1800 // of NAME_FLAGS: in conflict, or being given up
)

// Query is the node status request for "*", to which a node answers with all
// its names (section 4.2.17). id comes back in the answer.
func Query(id uint16) []byte {
	var star [16]byte
	star[0] = '*'
	q := make([]byte, headerSize, 50)
	binary.BigEndian.PutUint16(q, id)
	q[5] = 1 // one question
	q = append(q, encodedSize)
	for _, c := range star {
		q = append(q, 'A'+c>>4, 'A'+c&0xf)
	}
	return append(q, 0, 0, typeStatus, 0, classIN)
}

// Entry is one name of a node's table.
type Entry struct {
	Name   string // printable, without the padding
	Suffix byte
	Group  bool // shared by several nodes: a workgroup or domain
}

// Status is what a node says of itself.
type Status struct {
	Names []Entry
	// MAC is the node's hardware address as it claims itself; zero where it
	// keeps it back, as Samba does.
	MAC lan.MAC
}

// Lengths of a node status response's parts (section 4.2.18).
const (
	entrySize = 18
	maxNames  = 64 // a table's length is one byte; no node in a home has a tenth of it
)

// ParseStatus reads the answer to Query(id). ok is false for anything else.
func ParseStatus(b []byte, id uint16) (s Status, ok bool) {
	if len(b) < headerSize || binary.BigEndian.Uint16(b) != id {
		return s, false
	}
	flags := binary.BigEndian.Uint16(b[2:])
	if flags&response == 0 || flags&(opcodeMask|rcodeMask) != 0 || binary.BigEndian.Uint16(b[6:]) == 0 {
		return s, false
	}
	rest := b[headerSize:]
	if binary.BigEndian.Uint16(b[4:]) != 0 { // a few stacks repeat the question
		if rest, ok = skipName(rest); !ok || len(rest) < 4 {
			return s, false
		}
		rest = rest[4:]
	}
	if rest, ok = skipName(rest); !ok || len(rest) < 11 || binary.BigEndian.Uint16(rest) != typeStatus {
		return s, false
	}
	table := rest[11:]
	for range min(int(rest[10]), maxNames) {
		if len(table) < entrySize {
			return s, false
		}
		if flags := binary.BigEndian.Uint16(table[16:]); flags&conflict == 0 {
			s.Names = append(s.Names, Entry{printable(table[:15]), table[15], flags&groupFlag != 0})
		}
		table = table[entrySize:]
	}
	if len(table) >= 6 && int(rest[10]) <= maxNames {
		s.MAC, _ = lan.MACFrom(table[:6])
	}
	return s, true
}

// Tell notes the status in h.
func (s Status) Tell(h lan.Heard) {
	for _, e := range s.Names {
		h.Add(lan.NetBIOSRoles, fmt.Sprintf("%02X", e.Suffix))
		e.tell(h)
	}
	if !s.MAC.IsGroup() {
		h.Set(lan.NetBIOSMAC, s.MAC.String())
	}
}

// Name is the computer's own name, empty when it tells none.
func (s Status) Name() string {
	for _, e := range s.Names {
		if e.own() {
			return e.Name
		}
	}
	return ""
}

// own reports whether e is the name of the computer itself. Other names may be
// those of people: suffix 03 is also whoever is logged in.
func (e Entry) own() bool {
	return !e.Group && e.Name != "" && (e.Suffix == workstation || e.Suffix == fileServer)
}

// tell notes the one field that e is about, if any, unless it is known.
func (e Entry) tell(h lan.Heard) {
	group := e.Group && (e.Suffix == workstation || e.Suffix == domain || e.Suffix == election)
	switch {
	case e.own() && h[lan.NetBIOSName] == "":
		h.Set(lan.NetBIOSName, e.Name)
	case group && h[lan.NetBIOSGroup] == "":
		h.Set(lan.NetBIOSGroup, e.Name)
	}
}

// skipName is b after the name at its start: labels, or a pointer.
func skipName(b []byte) (rest []byte, ok bool) {
	for len(b) > 0 {
		n := int(b[0])
		switch {
		case n == 0:
			return b[1:], true
		case n&0xc0 == 0xc0:
			return b[min(2, len(b)):], len(b) >= 2
		case n > 63 || len(b) <= n:
			return nil, false
		}
		b = b[1+n:]
	}
	return nil, false
}

// decode reads a first-level encoded name (section 4.1): a length of 32, the
// letters, then the scope, which is skipped.
func decode(b []byte) (e Entry, rest []byte, ok bool) {
	if len(b) <= encodedSize || b[0] != encodedSize {
		return e, nil, false
	}
	var name [16]byte
	for i := range name {
		high, low := b[1+2*i]-'A', b[2+2*i]-'A'
		if high > 15 || low > 15 {
			return e, nil, false
		}
		name[i] = high<<4 | low
	}
	rest, ok = skipName(b)
	return Entry{Name: printable(name[:15]), Suffix: name[15]}, rest, ok
}

// printable is a name without its padding of blanks or zeros.
func printable(name []byte) string {
	text, _, _ := strings.Cut(string(name), "\x00")
	return lan.Printable(text, lan.MaxName)
}
