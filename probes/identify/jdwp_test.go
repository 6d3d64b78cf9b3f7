package identify

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

const (
	jdwpVersion = "\x00\x00\x00\x1b\x00\x00\x00\x01\x80\x00\x00\x00\x00\x00\x04Java\x00\x00\x00\x11\x00\x00\x00\x00"
	jdwpStarted = "\x00\x00\x00\x12\x00\x00\x00\x00\x00\x40\x64\x02\x00\x00\x00\x00\x01\x5a"
)

var _ = fakeOf("jdwp", at(5005), replying(jdwp.ask, jdwpHello+jdwpVersion), lan.Service{Name: "jdwp"})

func TestParseJDWP(t *testing.T) {
	readings(t, parseJDWP,
		jdwpHello+jdwpVersion, "", jdwpHello+jdwpStarted+jdwpVersion, "",
		jdwp.ask, "no", // an echo
		jdwpHello+"\x00\x00\x00\x0b\x00\x00\x00\x02\x80\x00\x00", "no", jdwpHello+"\x00\x00\x00\x0b\x00\x00\x00\x01\x80\x00\x01", "no",
		jdwpHello+"\x00\x00\x00\x01\x00\x00\x00\x01\x80\x00\x00", "no", "JDWP-Handshoke", "no", "HTTP/1.1 400", "no", jdwpHello, "short", "", "short")
}

func FuzzParseJDWP(f *testing.F) {
	fuzzAnswer(f, parseJDWP, jdwpHello+jdwpVersion, jdwpHello+jdwpStarted+jdwpVersion, jdwp.ask)
}
