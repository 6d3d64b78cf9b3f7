package nbns

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/homesweep/homesweep/probes/lan"
)

// Fields of lan.Heard that a browser announcement fills (MS-BRWS, section 2.2).
const (
	BrowserVersion = "browser.os"      // of the system, "10.0"; Samba says what it is told to
	BrowserComment = "browser.comment" // what the owner or the software calls the machine
	BrowserType    = "browser.type"    // the server type's bits, hex
)

// Layout of a datagram (RFC 1002, section 4.4.1) and of the SMB in it (MS-CIFS,
// section 2.2.4.33; MS-MAIL).
const (
	datagramHeader = 14
	smbHeader      = 32
	smbTransaction = 0x25
	dataCountAt    = 23 // from the word count
	announceSize   = 32 // up to the comment
	maxComment     = 43 // with its zero (MS-BRWS, section 2.2.1)
)

// Commands of a browser frame (MS-BRWS, section 2.2).
const (
	hostAnnouncement   = 0x01
	domainAnnouncement = 0x0c
	localMaster        = 0x0f
)

// browser is the mailslot that announcements are put in.
var browser = []byte("\\MAILSLOT\\BROWSE\x00")

// Hear138 reads a datagram sent to port 138: a computer that announces itself,
// with the version of its system. It takes the server's name only when the
// datagram's own sender has the same.
func Hear138(datagram []byte) (s lan.Sighting, ok bool) {
	b := datagram
	if len(b) < datagramHeader || b[0] < 0x10 || b[0] > 0x12 {
		return s, false // direct unique, direct group and broadcast
	}
	from, rest, ok := decode(b[datagramHeader:])
	if !ok {
		return s, false
	}
	if rest, ok = skipName(rest); !ok {
		return s, false
	}
	frame, ok := browserFrame(rest)
	if !ok || len(frame) < announceSize {
		return s, false
	}
	s = lan.Sighting{Source: source, Heard: lan.Heard{}}
	name := printable(frame[6:22])
	switch frame[0] {
	case domainAnnouncement:
		s.Heard.Set(lan.NetBIOSGroup, name)
	case hostAnnouncement, localMaster:
		if name == "" || name != from.Name {
			return lan.Sighting{}, false
		}
		s.Names = []string{name}
		announced(s.Heard, name, frame)
	}
	return s, len(s.Heard) > 0
}

// announced notes a computer's announcement (MS-BRWS, section 2.2.1).
func announced(h lan.Heard, name string, frame []byte) {
	h.Set(lan.NetBIOSName, name)
	h.Set(BrowserVersion, fmt.Sprintf("%d.%d", frame[22], frame[23]))
	h.Set(BrowserType, fmt.Sprintf("%08X", binary.LittleEndian.Uint32(frame[24:])))
	comment := frame[announceSize:]
	comment, _, _ = bytes.Cut(comment[:min(len(comment), maxComment)], []byte{0})
	h.Set(BrowserComment, string(comment))
}

// browserFrame is what an SMB transaction puts in the browser's mailslot.
func browserFrame(smb []byte) (frame []byte, ok bool) {
	if len(smb) < smbHeader+dataCountAt+4 || !bytes.HasPrefix(smb, []byte("\xffSMB")) || smb[4] != smbTransaction {
		return nil, false
	}
	words := smb[smbHeader:]
	count := int(binary.LittleEndian.Uint16(words[dataCountAt:]))
	at := int(binary.LittleEndian.Uint16(words[dataCountAt+2:]))
	if at < smbHeader || at > len(smb) || !bytes.Contains(smb[smbHeader:at], browser) {
		return nil, false
	}
	return smb[at:min(at+count, len(smb))], true
}
