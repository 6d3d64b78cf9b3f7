package identify

import (
	"io"
	"net"
	"slices"
	"testing"
)

// remoteDesktop answers a connection request with those words and goes, as a
// server does that will not have the connection.
func remoteDesktop(answer string) script {
	return func(c net.Conn) {
		request := make([]byte, len(rdpRequest))
		if _, err := io.ReadFull(c, request); err == nil && slices.Equal(request, rdpRequest) {
			io.WriteString(c, answer)
		}
	}
}

const credssp = "\x03\x00\x00\x13\x0e\xd0\x00\x00\x12\x34\x00\x02\x1f\x08\x00\x02\x00\x00\x00"

func TestParseRDP(t *testing.T) {
	for _, tt := range []struct {
		b, protocol string
		ok          bool
	}{
		{credssp, "credssp", true},
		{"\x03\x00\x00\x13\x0e\xd0\x00\x00\x12\x34\x00\x02\x00\x08\x00\x01\x00\x00\x00", "tls", true},
		{"\x03\x00\x00\x13\x0e\xd0\x00\x00\x12\x34\x00\x02\x00\x08\x00\x00\x00\x00\x00", "rdp", true},
		{"\x03\x00\x00\x13\x0e\xd0\x00\x00\x12\x34\x00\x03\x00\x08\x00\x02\x00\x00\x00", "refused", true},
		{"\x03\x00\x00\x13\x0e\xd0\x00\x00\x12\x34\x00\x07\x00\x08\x00\x02\x00\x00\x00", "", false},
		{"\x03\x00\x00\x0b\x06\xd0\x00\x00\x12\x34\x00", "rdp", true}, // before there was a choice
		{"\x03\x00\x00\x0b\x06\xe0\x00\x00\x12\x34\x00", "", false},   // a request
		{"\x03\x00\x00\x0b\x07\xd0\x00\x00\x12\x34\x00", "", false},
		{credssp[:18], "", false},
		{"HTTP/1.1 400 Bad Request", "", false},
		{"", "", false},
	} {
		if protocol, ok := parseRDP([]byte(tt.b)); protocol != tt.protocol || ok != tt.ok {
			t.Errorf("%q: %q, %v", tt.b, protocol, ok)
		}
	}
}

func FuzzParseRDP(f *testing.F) {
	f.Add([]byte(credssp))
	f.Add([]byte("\x03\x00\x00\x0b\x06\xd0\x00\x00\x12\x34\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if protocol, ok := parseRDP(b); ok == (protocol == "") {
			t.Errorf("%q, %v", protocol, ok)
		}
	})
}
