package identify

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

const rmiAck = "\x4e\x00\x0b192.168.1.5\x00\x00\xd2\x1e"

var _ = fakeOf("rmi", at(1099), replying(rmi.ask, rmiAck), lan.Service{Name: "rmiregistry"})

func TestParseRMI(t *testing.T) {
	readings(t, parseRMI, rmiAck, "", "\x4e\x00\x03::1\x00\x00\x00\x01", "",
		"\x4f"+rmiAck[1:], "no", "\x4e\x00\x00\x00\x00\x00\x01", "no", "\x4e\x00\x05hello\x00\x00\x00\x01", "no",
		"\x4e\x00\x03::1\x00\x01\x00\x01", "no", rmi.ask, "no", "\x4e\x00", "short", "", "short")
}

func FuzzParseRMI(f *testing.F) { fuzzAnswer(f, parseRMI, rmiAck, rmi.ask, "\x4e\xff\xff") }
