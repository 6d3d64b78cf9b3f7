package identify

import (
	"io"
	"net"
	"slices"
	"testing"
)

// mqttBroker answers a CONNECT with that code.
func mqttBroker(code byte) script {
	return func(c net.Conn) {
		connect := make([]byte, len(mqttConnect))
		if _, err := io.ReadFull(c, connect); err == nil && slices.Equal(connect, mqttConnect) {
			c.Write([]byte{0x20, 2, 0, code})
		}
		io.Copy(io.Discard, c)
	}
}

func TestParseConnack(t *testing.T) {
	for _, tt := range []struct {
		b    string
		code byte
		ok   bool
	}{
		{"\x20\x02\x00\x00", 0, true},
		{"\x20\x02\x01\x05", 5, true},
		{"\x20\x03\x00\x84", 0x84, true}, // MQTT 5: unsupported protocol version
		{"\x20\x03\x00\x00", 0, false},
		{"\x20\x02\x02\x00", 0, false},
		{"\x20\x02\x00", 0, false},
		{"HTTP", 0, false},
		{"", 0, false},
	} {
		if code, ok := parseConnack([]byte(tt.b)); code != tt.code || ok != tt.ok {
			t.Errorf("%q: %d, %v", tt.b, code, ok)
		}
	}
}
