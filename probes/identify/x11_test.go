package identify

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

const (
	x11Failed = "\x00\x16\x0b\x00\x00\x00\x06\x00Authorization required"
	x11Open   = "\x01\x00\x0b\x00\x00\x00\x10\x01" + "\xa3\xd4\xb8\x00" + "\x00\x00\x20\x00\xff\xff\x1f\x00\x00\x01\x00\x00" + "\x14\x00" +
		"\xff\xff\x01\x07\x00\x00\x20\x20\x08\xff\x00\x00\x00\x00" + "The X.Org Foundation"
)

var (
	_ = fakeOf("x11", at(6000), replying(x11.words(), x11Failed), lan.Service{Name: "x11", Heard: lan.Heard{X11Setup: "failed"}})
	_ = fakeOf("x11", at(6000), replying(x11.words(), x11Open), lan.Service{Name: "x11", Product: "The X.Org Foundation", Version: "12113059", Heard: lan.Heard{
		X11Setup: "success"}})
)

func TestParseX11(t *testing.T) {
	readings(t, parseX11, x11Failed, "x11.setup=failed", x11Open, "The X.Org Foundation 12113059 x11.setup=success",
		"\x02\x00\x00\x00\x00\x00\x01\x00more", "x11.setup=authenticate", "\x02\x00\x00\x00\x00\x00\x00\x00", "no",
		"\x00\x16\x0a\x00", "no", "\x03", "no", x11.words(), "no", "HTTP/1.1 400", "no", "", "short")
}

func FuzzParseX11(f *testing.F) { fuzzAnswer(f, parseX11, x11Failed, x11Open, x11.words()) }
