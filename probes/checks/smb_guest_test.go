package checks

import (
	"bytes"
	"encoding/binary"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/shares"
)

// TestGuestVerdict judges what a file server opens to nobody; package shares has
// the server.
func TestGuestVerdict(t *testing.T) {
	for name, tt := range map[string]struct {
		answer shares.Answer
		want   lan.Verdict
	}{
		"nobody comes in":     {shares.Answer{Nobody: true}, lan.LikelyPass},
		"nothing is shown":    {shares.Answer{}, lan.LikelyPass},
		"no folders":          {shares.Answer{Listed: true}, lan.LikelyPass},
		"all ask":             {shares.Answer{Listed: true, Shares: []shares.Share{{Name: "a"}}}, lan.LikelyPass},
		"some were not asked": {shares.Answer{Listed: true, More: true, Shares: []shares.Share{{Name: "a"}}}, lan.Undecided},
		"one is open":         {shares.Answer{Listed: true, More: true, Shares: []shares.Share{{Name: "a"}, {Name: "b", Open: true}}}, lan.Fail},
		"one may be written":  {shares.Answer{Listed: true, Shares: []shares.Share{{Name: "b", Open: true, Write: true}}}, lan.Fail},
	} {
		p := &probes.Pass{}
		if got := guestVerdict(p, tt.answer); got != tt.want || len(p.Evidence) == 0 {
			t.Errorf("%s: %v, want %v\n%s", name, got, tt.want, words(p))
		}
	}
}

var _ = hold("smb-guest",
	twin{name: "opens a folder", service: port("microsoft-ds", nil), play: fileShare("films"), want: lan.Fail},
	twin{name: "shows nobody anything", service: port("microsoft-ds", nil), play: fileShare(""), want: lan.LikelyPass},
	twin{name: "speaks the old version only", service: port("microsoft-ds", lan.Heard{identify.SMBDialect: "1.0"}), want: lan.Undecided},
	twin{name: "is none", service: port("microsoft-ds", nil), play: func(c *talk) { c.say("220 hello\r\n") }, want: lan.Undecided},
	twin{name: "at the old port", service: port("netbios-ssn", nil), want: lan.NotApplicable})

// fileShare is a file server of version 2 with one folder, which it opens to
// nobody in particular; without one it shows nothing.
func fileShare(folder string) func(*talk) {
	return func(c *talk) {
		for {
			asked := make([]byte, 4)
			if _, err := io.ReadFull(c.in, asked); err != nil {
				return
			}
			asked = make([]byte, binary.BigEndian.Uint32(asked))
			if _, err := io.ReadFull(c.in, asked); err != nil {
				return
			}
			status, body := fileAnswer(folder, asked)
			said := append(binary.LittleEndian.AppendUint32(slices.Clone(asked[:8]), status), asked[12:64]...)
			said = append(said, body...)
			c.say(string(binary.BigEndian.AppendUint32(nil, uint32(len(said)))) + string(said))
		}
	}
}

func fileAnswer(folder string, asked []byte) (status uint32, body string) {
	number := func(n int) string { return string(binary.LittleEndian.AppendUint32(nil, uint32(n))) }
	wide := func(s string) string { return strings.Join(strings.Split(s, ""), "\x00") + "\x00" }
	zeros := strings.Repeat("\x00", 88)
	switch asked[12] { // the command
	case 1: // a login, which goes on after its first half
		if bytes.Contains(asked, []byte("NTLMSSP\x00\x01")) {
			status = 0xc0000016
		}
	case 3: // a folder
		if folder == "" {
			status = 0xc0000022
		}
	case 11: // the list
		said := "\x05\x00\x02\x03" + zeros[:20] + number(1) + number(1) + number(1) + number(1) + number(1) + number(1) + number(1) + number(0) + number(1) +
			number(len(folder)) + number(0) + number(len(folder)) + wide(folder) + zeros
		return 0, zeros[:32] + number(64+48) + number(len(said)) + zeros[:8] + said
	}
	return status, zeros
}
