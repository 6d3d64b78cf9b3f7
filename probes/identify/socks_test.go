package identify

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

var _ = fakeOf("socks", at(1080), replying(socks.ask, "\x05\x00"), lan.Service{Name: "socks", Heard: lan.Heard{SOCKSMethod: "0"}})

func TestParseSOCKS(t *testing.T) {
	readings(t, parseSOCKS, "\x05\x00", "socks.method=0", "\x05\xff", "socks.method=255", "\x05\x02", "socks.method=2",
		"\x05\x01", "no", "\x05\x00\x00", "no", "\x04\x00", "no", socks.ask, "no", "HTTP/1.1 400", "no", "\x05", "short")
}

func FuzzParseSOCKS(f *testing.F) { fuzzAnswer(f, parseSOCKS, "\x05\x00", "\x05\xff", socks.ask) }
