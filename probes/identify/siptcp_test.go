package identify

import (
	"bufio"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// exchange is a telephone exchange on a connection: it copies what an answer must
// have of the question, and adds a line.
func exchange(status, line string) script {
	return func(c net.Conn) {
		answer := "SIP/2.0 " + status + "\r\n"
		for field := range strings.SplitSeq(readRequest(bufio.NewReader(c)), "\r\n") {
			switch name, _, _ := strings.Cut(field, ":"); name {
			case "Via", "From", "To", "Call-ID", "CSeq":
				answer += field + "\r\n"
			}
		}
		io.WriteString(c, answer+line+"\r\n\r\n")
		io.Copy(io.Discard, c)
	}
}

var _ = fakeOf("sip-tcp", at(5060), exchange("200 OK", "Server: Asterisk PBX 18.9"), lan.Service{Name: "sip", Product: "Asterisk PBX", Version: "18.9"})

// TestSIPTCPRefuses: another call's answer is not ours, nor is a request.
func TestSIPTCPRefuses(t *testing.T) {
	for _, answer := range []string{
		"SIP/2.0 200 OK\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n",
		"OPTIONS sip:x SIP/2.0\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n",
	} {
		d := &device{scripts: []script{replies(answer)}}
		if svc, _, err := identifyIn(t, d, at(5060), 2); err != nil || svc.Name == "sip" {
			t.Errorf("%q: %+v, %v", answer, svc, err)
		}
		if !strings.Contains(string(d.wrote), "Via: SIP/2.0/TCP ") {
			t.Errorf("asked %q", d.wrote)
		}
	}
}
