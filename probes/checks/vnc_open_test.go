package checks

import (
	"bytes"
	"io"
	"net"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// screen is a VNC server of that version that hears ours and says its ways in.
func screen(version, ours, ways string) func(*talk) {
	return func(c *talk) {
		c.say(version)
		heard := make([]byte, 12)
		if _, err := io.ReadFull(c.in, heard); err == nil && string(heard) == ours {
			c.say(ways)
		}
	}
}

const (
	rfb38 = "RFB 003.008\n"
	rfb33 = "RFB 003.003\n"
)

var _ = hold("vnc-open",
	twin{name: "no password", service: port("rfb", nil), play: screen(rfb38, rfb38, "\x02\x02\x01"), want: lan.Fail},
	twin{name: "no password, version 3.3", service: port("rfb", nil), play: screen(rfb33, rfb33, "\x00\x00\x00\x01"), want: lan.Fail},
	twin{name: "no password, version 3.7", service: port("rfb", nil), play: screen("RFB 003.007\n", "RFB 003.007\n", "\x01\x01"), want: lan.Fail},
	twin{name: "a password", service: port("rfb", nil), play: screen(rfb38, rfb38, "\x02\x13\x02"), want: lan.Pass},
	twin{name: "a Mac", service: port("rfb", nil), play: screen("RFB 003.889\n", rfb38, "\x04\x1e\x21\x24\x23"), want: lan.Pass},
	twin{name: "a version of the maker's own", service: port("rfb", nil), play: screen("RFB 005.000\n", rfb38, "\x02\x05\x02"), want: lan.Pass},
	twin{name: "encryption first", service: port("rfb", nil), play: screen(rfb38, rfb38, "\x02\x12\x13"), want: lan.Undecided},
	twin{name: "TightVNC's ways, which are not told yet", service: port("rfb", nil), play: screen(rfb38, rfb38, "\x01\x10"), want: lan.Undecided},
	twin{name: "turns us away", service: port("rfb", nil), play: screen(rfb38, rfb38, "\x00\x00\x00\x00\x08too many"), want: lan.Undecided},
	twin{name: "turns us away, version 3.3", service: port("rfb", nil), play: screen(rfb33, rfb33, "\x00\x00\x00\x00"), want: lan.Undecided},
	twin{name: "breaks off", service: port("rfb", nil), play: screen(rfb38, rfb38, "\x05\x01"), want: lan.Undecided},
	twin{name: "is none", service: port("rfb", nil), play: func(c *talk) { c.say("SSH-2.0-dropbear\r\n") }, want: lan.Undecided})

// heardFrom is a connection on which this was said already.
type heardFrom struct {
	net.Conn
	said io.Reader
}

func (h heardFrom) Read(p []byte) (int, error) { return h.said.Read(p) }

func (heardFrom) Write(p []byte) (int, error) { return len(p), nil }

func FuzzVNCWays(f *testing.F) {
	f.Add([]byte(rfb38 + "\x02\x02\x01"))
	f.Add([]byte(rfb33 + "\x00\x00\x00\x01"))
	f.Fuzz(func(t *testing.T, said []byte) {
		ways, err := vncWays(heardFrom{said: bytes.NewReader(said)})
		if err == nil && (len(ways) == 0 || len(ways) > 255) {
			t.Errorf("%d ways", len(ways))
		}
	})
}
