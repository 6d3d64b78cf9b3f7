package identify

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

const routerosGoodbye = "\x06!fatal\x1dsession terminated on request\x00"

var (
	_ = fakeOf("routeros-api", at(8728), replying(routeros.ask, routerosGoodbye), lan.Service{Name: "routeros-api", Product: "MikroTik RouterOS"})
	_ = fakeOf("routeros-api", at(8729), inTLS("", replying(routeros.ask, routerosGoodbye)), lan.Service{Name: "routeros-api", Product: "MikroTik RouterOS"})
	_ = fakeOf("bandwidth-test", at(2000), says("\x01\x00\x00\x00"), lan.Service{Name: "bandwidth-test", Product: "MikroTik RouterOS"})
)

func TestParseRouterOS(t *testing.T) {
	readings(t, parseRouterOS, routerosGoodbye, "MikroTik RouterOS", "\x05!trap\x00", "MikroTik RouterOS",
		"\x05/quit", "no", "\x06!final", "no", "HTTP/1.1 400 Bad Request and more words than a word has: at least seventy-two", "no", "", "short")
	readings(t, parseBandwidthTest, "\x01\x00\x00\x00", "MikroTik RouterOS", "\x01\x00\x00\x00\x00", "no", "\x02\x00\x00\x00", "no", "\x01", "short")
}

func FuzzParseRouterOS(f *testing.F) { fuzzAnswer(f, parseRouterOS, routerosGoodbye, routeros.ask) }
func FuzzParseBandwidthTest(f *testing.F) {
	fuzzAnswer(f, parseBandwidthTest, "\x01\x00\x00\x00", "\x01\x00\x00\x00\x00")
}
