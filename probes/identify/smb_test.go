package identify

import (
	"io"
	"net"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

const (
	smb2Head = "\x00\x00\x00\x80\xfeSMB\x40\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01\x00\x01\x00\x00\x00\x00\x00\x00\x00"
	smb2Body = "\x41\x00\x03\x00\x11\x03\x01\x00"
	// smb2Rest: GUID, abilities, sizes, two times.
	smb2Rest = "attic\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" + "\x07\x00\x00\x00" + "\x00\x00\x80\x00\x00\x00\x80\x00\x00\x00\x80\x00" +
		"\x80\x00\x40\x74\x94\x7b\xdc\x01" + "\x80\x00\x40\x74\x94\x7b\xdc\x01"
	smb1Yes = "\x00\x00\x00\x55\xffSMB\x72\x00\x00\x00\x00\x98\x01\x40" + "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
		"\x11\x00\x00\x0f"
	smb1None = "\x00\x00\x00\x25\xffSMB\x72\x00\x00\x00\x00\x98\x01\x40" + "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
		"\x01\xff\xff\x00\x00"
)

var smb2Answer = smb2Head + strings.Repeat("\x00", 40) + smb2Body + smb2Rest + strings.Repeat("\x00", 20)

// fileServer answers a session request, version 2 and version 1, and hangs up
// on what it has no answer to.
func fileServer(session, two, one string) script {
	return func(c net.Conn) {
		for {
			head := make([]byte, 4)
			if _, err := io.ReadFull(c, head); err != nil {
				return
			}
			body := make([]byte, int(head[2])<<8|int(head[3]))
			if _, err := io.ReadFull(c, body); err != nil {
				return
			}
			answer := map[byte]string{0x20: session, 0xfe: two, 0xff: one}[body[0]]
			if answer == "" {
				return
			}
			io.WriteString(c, answer)
		}
	}
}

var (
	_ = fakeOf("smb", at(445), fileServer("", smb2Answer, ""), lan.Service{Name: "microsoft-ds", Heard: lan.Heard{
		SMBDialect: "3.1.1", SMBSigning: "required", SMB1: "no", SMBGUID: "61747469630000000000000000000000"}})
	_ = fakeOf("smb", at(139), fileServer("\x82\x00\x00\x00", smb2Answer, smb1Yes), lan.Service{Name: "netbios-ssn", Heard: lan.Heard{
		SMBDialect: "3.1.1", SMB1: "yes"}})
)

// TestSMBVersions: two questions tell apart servers of one version, of the
// other, and of both; one connection tells what it can.
func TestSMBVersions(t *testing.T) {
	for _, tt := range []struct {
		name         string
		port         uint16
		play         script
		connections  int
		want         string
		dialect, one string
	}{
		{"both", 445, fileServer("", smb2Answer, smb1Yes), 2, "microsoft-ds", "3.1.1", "yes"},
		{"no version 1, says so", 445, fileServer("", smb2Answer, smb1None), 2, "microsoft-ds", "3.1.1", "no"},
		{"no version 1, answers in version 2", 445, fileServer("", smb2Answer, smb2Answer), 2, "microsoft-ds", "3.1.1", "no"},
		{"only version 1", 445, fileServer("", "", smb1Yes), 2, "microsoft-ds", "1.0", "yes"},
		{"one connection", 445, fileServer("", smb2Answer, smb1Yes), 1, "microsoft-ds", "3.1.1", ""},
		{"hangs up on anything", 445, fileServer("", "", ""), 2, "unknown", "", ""},
		{"silent to version 1", 445, func(c net.Conn) {
			if fileServer("", smb2Answer, "x")(&once{Conn: c}); true {
				mum(c)
			}
		}, 2, "microsoft-ds", "3.1.1", ""},
		{"session refused", 139, fileServer("\x83\x00\x00\x01\x82", "", ""), 2, "unknown", "", ""},
		{"session, only version 1", 139, fileServer("\x82\x00\x00\x00", "", smb1Yes), 2, "netbios-ssn", "1.0", "yes"},
	} {
		d := &device{scripts: []script{tt.play}}
		svc, _, err := identifyIn(t, d, at(tt.port), tt.connections)
		if err != nil || svc.Name != tt.want || svc.Heard[SMBDialect] != tt.dialect || svc.Heard[SMB1] != tt.one {
			t.Errorf("%s: %q %v, error %v", tt.name, svc.Name, svc.Heard, err)
		}
	}
}

// once passes over what is not meant to be said.
type once struct{ net.Conn }

func (o *once) Write(p []byte) (int, error) {
	if string(p) == "x" {
		return len(p), nil
	}
	return o.Conn.Write(p)
}

func TestParseSMB(t *testing.T) {
	readings(t, parseSMB2,
		smb2Answer, "smb.dialect=3.1.1 smb.guid=61747469630000000000000000000000 smb.signing=required",
		strings.Replace(smb2Answer, "\x11\x03", "\x10\x02", 1), "smb.dialect=2.1.0 smb.guid=61747469630000000000000000000000 smb.signing=required",
		strings.Replace(smb2Answer, "\x01\x00\x00\x00\x00\x00", "\x01\x00\xbb\x00\x00\xc0", 1), "", // an error, as good as any answer
		strings.Replace(smb2Answer, "\x01\x00\x01\x00", "\x01\x00\x00\x00", 1), "no", // not marked as an answer
		smb2Negotiate, "no", smb1Yes, "no", "HTTP/1.1 400 Bad Request\r\n\r\n", "no", "", "short")
	readings(t, parseSMB1,
		smb1Yes, "smb.dialect=1.0 smb.signing=required smb.smb1=yes",
		smb1None, "smb.smb1=no", smb2Answer, "smb.smb1=no", smb1Negotiate, "no", "HTTP/1.1 400", "no", "", "short")
	readings(t, parseNBSS, "\x82\x00\x00\x00", "", "\x83\x00\x00\x01\x82", "no", nbssRequest, "no", "\x82\x00", "short")
}

func FuzzParseSMB2(f *testing.F) { fuzzAnswer(f, parseSMB2, smb2Answer, smb2Negotiate) }
func FuzzParseSMB1(f *testing.F) { fuzzAnswer(f, parseSMB1, smb1Yes, smb1None, smb1Negotiate) }
func FuzzParseNBSS(f *testing.F) {
	fuzzAnswer(f, parseNBSS, "\x82\x00\x00\x00", "\x83\x00\x00\x01\x82")
}
