package nbns

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// name is a name of the table, padded with blanks as nodes send it.
func name(text string, suffix byte, flags uint16) []byte {
	b := []byte(fmt.Sprintf("%-15s", text))
	return binary.BigEndian.AppendUint16(append(b[:15], suffix), flags)
}

// status is a node status response with those names.
func status(id uint16, mac []byte, names ...[]byte) []byte {
	b := binary.BigEndian.AppendUint16(nil, id)
	b = append(b, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0)
	b = append(b, Query(0)[12:46]...)
	b = append(b, 0, 0x21, 0, 1, 0, 0, 0, 0)
	rdata := []byte{byte(len(names))}
	for _, n := range names {
		rdata = append(rdata, n...)
	}
	rdata = append(append(rdata, mac...), make([]byte, 40)...)
	return append(binary.BigEndian.AppendUint16(b, uint16(len(rdata))), rdata...)
}

// windows is what a Windows PC answers, as RFC 1002 lays it out.
func windows(id uint16) []byte {
	return status(id, []byte{0x00, 0x15, 0x5d, 0x01, 0x02, 0x03},
		name("DESKTOP-7QK", 0x00, 0x0400), name("WORKGROUP", 0x00, 0x8400),
		name("DESKTOP-7QK", 0x20, 0x0400), name("WORKGROUP", 0x1e, 0x8400),
		name("ANNA", 0x03, 0x0400), name("\x01\x02__MSBROWSE__\x02", 0x01, 0x8400))
}

func TestQuery(t *testing.T) {
	want := "\x12\x34\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00 CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\x00\x00\x21\x00\x01"
	if got := string(Query(0x1234)); got != want {
		t.Errorf("%q", got)
	}
}

func TestParseStatus(t *testing.T) {
	samba := func(id uint16) []byte {
		return status(id, make([]byte, 6), name("ATTIC", 0x00, 0x0400), name("ATTIC", 0x03, 0x0400),
			name("ATTIC", 0x20, 0x0400), name("HOME", 0x00, 0x8400), name("HOME", 0x1e, 0x8400))
	}
	withQuestion := func(id uint16) []byte {
		b := samba(id)
		b[5] = 1
		return slices.Insert(b, 12, Query(0)[12:]...)
	}
	for what, tt := range map[string]struct {
		answer []byte
		want   lan.Heard
	}{
		"windows": {windows(7), lan.Heard{lan.NetBIOSName: "DESKTOP-7QK", lan.NetBIOSGroup: "WORKGROUP",
			lan.NetBIOSRoles: "00 20 1E 03 01", lan.NetBIOSMAC: "00:15:5d:01:02:03"}},
		"samba":                 {samba(7), lan.Heard{lan.NetBIOSName: "ATTIC", lan.NetBIOSGroup: "HOME", lan.NetBIOSRoles: "00 03 20 1E"}},
		"the question repeated": {withQuestion(7), lan.Heard{lan.NetBIOSName: "ATTIC", lan.NetBIOSGroup: "HOME", lan.NetBIOSRoles: "00 03 20 1E"}},
		"a name in conflict": {status(7, nil, name("TWIN", 0, 0x0c00), name("PRINT", 0x20, 0x0400)),
			lan.Heard{lan.NetBIOSName: "PRINT", lan.NetBIOSRoles: "20"}},
		"no names":       {status(7, []byte{0, 1, 2, 3, 4, 5}), lan.Heard{lan.NetBIOSMAC: "00:01:02:03:04:05"}},
		"a group's MAC":  {status(7, []byte{1, 1, 2, 3, 4, 5}), lan.Heard{}},
		"another's":      {windows(8), nil},
		"our own words":  {Query(7), nil},
		"cut in a name":  {windows(7)[:80], nil},
		"nothing":        {nil, nil},
		"an endless one": {[]byte("\x00\x07\x84\x00\x00\x00\x00\x01\x00\x00\x00\x00\x3fabc"), nil},
	} {
		s, ok := ParseStatus(tt.answer, 7)
		got := lan.Heard{}
		s.Tell(got)
		if ok != (tt.want != nil) || ok && fmt.Sprint(got) != fmt.Sprint(tt.want) {
			t.Errorf("%s: %v %v, want %v", what, got, ok, tt.want)
		}
		if ok && s.Name() != tt.want[lan.NetBIOSName] {
			t.Errorf("%s: its name is %q", what, s.Name())
		}
	}
}

// registration is the broadcast of a node that claims a name (RFC 1002, 4.2.2).
func registration(flags uint16, text string, suffix byte, group bool) []byte {
	b := []byte{0x80, 0x12}
	b = binary.BigEndian.AppendUint16(b, flags)
	b = append(b, 0, 1, 0, 0, 0, 0, 0, 1, encodedSize)
	for _, c := range name(text, suffix, 0)[:16] {
		b = append(b, 'A'+c>>4, 'A'+c&0xf)
	}
	b = append(b, 0, 0, 0x20, 0, 1, 0xc0, 0x0c, 0, 0x20, 0, 1, 0, 4, 0x93, 0xe0, 0, 6)
	if group {
		b = append(b, 0x80, 0)
	} else {
		b = append(b, 0, 0)
	}
	return append(b, 192, 168, 1, 20)
}

func TestHear(t *testing.T) {
	for what, tt := range map[string]struct {
		datagram []byte
		names    string
		want     lan.Heard
	}{
		"a computer":    {registration(0x2910, "ATTIC", 0x20, false), "[ATTIC]", lan.Heard{lan.NetBIOSName: "ATTIC"}},
		"a workgroup":   {registration(0x2910, "HOME", 0x00, true), "[]", lan.Heard{lan.NetBIOSGroup: "HOME"}},
		"a refresh":     {registration(0x4010, "ATTIC", 0x00, false), "[ATTIC]", lan.Heard{lan.NetBIOSName: "ATTIC"}},
		"a person":      {registration(0x2910, "ANNA", 0x03, false), "", nil},
		"a release":     {registration(0x3010, "ATTIC", 0x00, false), "", nil},
		"a query":       {registration(0x0110, "ATTIC", 0x00, false), "", nil},
		"an answer":     {registration(0xa910, "ATTIC", 0x00, false), "", nil},
		"no second one": {registration(0x2910, "ATTIC", 0x00, false)[:50], "", nil},
		"nothing":       {nil, "", nil},
	} {
		s, ok := Hear(tt.datagram)
		if ok != (tt.want != nil) || ok && (fmt.Sprint(s.Heard) != fmt.Sprint(tt.want) || fmt.Sprint(s.Names) != tt.names || s.Source != "netbios") {
			t.Errorf("%s: %+v %v", what, s, ok)
		}
	}
}

// announcement is a browser frame in its mailslot, SMB and datagram.
func announcement(command byte, from, server, comment string) []byte {
	frame := append([]byte{command, 1, 0x80, 0xa9, 3, 0}, fmt.Sprintf("%s%s", server, strings.Repeat("\x00", 16-len(server)))...)
	frame = append(frame, 10, 0, 0x03, 0x10, 0x05, 0x00, 15, 1, 0x55, 0xaa)
	frame = append(append(frame, comment...), 0)
	smb := append([]byte("\xffSMB\x25"), make([]byte, 27)...)
	words := make([]byte, 35)
	words[0] = 17
	const at = smbHeader + 35 + 2 + 17
	binary.LittleEndian.PutUint16(words[dataCountAt:], uint16(len(frame)))
	binary.LittleEndian.PutUint16(words[dataCountAt+2:], at)
	smb = append(append(smb, words...), byte(17+len(frame)), 0)
	smb = append(append(smb, browser...), frame...)
	b := append([]byte{0x11, 2, 0x80, 1, 192, 168, 1, 20, 0, 138}, 0, 0, 0, 0)
	for _, n := range [][]byte{name(from, 0, 0)[:16], name("WORKGROUP", 0x1d, 0)[:16]} {
		b = append(b, encodedSize)
		for _, c := range n {
			b = append(b, 'A'+c>>4, 'A'+c&0xf)
		}
		b = append(b, 0)
	}
	return append(b, smb...)
}

func TestHear138(t *testing.T) {
	for what, tt := range map[string]struct {
		datagram []byte
		want     lan.Heard
	}{
		"a computer": {announcement(hostAnnouncement, "ATTIC", "ATTIC", "Samba 4.19"), lan.Heard{
			lan.NetBIOSName: "ATTIC", BrowserVersion: "10.0", BrowserType: "00051003", BrowserComment: "Samba 4.19"}},
		"the master": {announcement(localMaster, "ATTIC", "ATTIC", ""), lan.Heard{
			lan.NetBIOSName: "ATTIC", BrowserVersion: "10.0", BrowserType: "00051003"}},
		"a workgroup":        {announcement(domainAnnouncement, "ATTIC", "HOME", "ATTIC"), lan.Heard{lan.NetBIOSGroup: "HOME"}},
		"another's name":     {announcement(hostAnnouncement, "ATTIC", "ROUTER", ""), nil},
		"an election":        {announcement(8, "ATTIC", "ATTIC", ""), nil},
		"cut in the frame":   {announcement(hostAnnouncement, "ATTIC", "ATTIC", "")[:170], nil},
		"another's mailslot": {[]byte(strings.Replace(string(announcement(1, "A", "A", "")), "BROWSE", "LANMAN", 1)), nil},
		"nothing":            {nil, nil},
	} {
		s, ok := Hear138(tt.datagram)
		if ok != (tt.want != nil) || ok && fmt.Sprint(s.Heard) != fmt.Sprint(tt.want) {
			t.Errorf("%s: %+v %v", what, s, ok)
		}
	}
}

func FuzzParseStatus(f *testing.F) {
	f.Add(windows(7), uint16(7))
	f.Add(windows(7)[:100], uint16(7))
	f.Fuzz(func(t *testing.T, b []byte, id uint16) {
		s, _ := ParseStatus(b, id)
		h := lan.Heard{}
		s.Tell(h)
		sound(t, h, []string{s.Name()})
	})
}

func FuzzHear(f *testing.F) {
	f.Add(registration(0x2910, "ATTIC", 0x20, false))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, _ := Hear(b)
		sound(t, s.Heard, s.Names)
	})
}

func FuzzHear138(f *testing.F) {
	f.Add(announcement(hostAnnouncement, "ATTIC", "ATTIC", "Samba 4.19"))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, _ := Hear138(b)
		sound(t, s.Heard, s.Names)
	})
}

// sound fails unless everything is fit to keep.
func sound(t *testing.T, h lan.Heard, names []string) {
	t.Helper()
	for key, v := range h {
		if v != lan.Printable(v, lan.MaxValue) {
			t.Errorf("%s is %q", key, v)
		}
	}
	for _, n := range names {
		if n != lan.Printable(n, lan.MaxName) {
			t.Errorf("name %q", n)
		}
	}
}
