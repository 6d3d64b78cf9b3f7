package identify

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

const nutVersion = "Network UPS Tools upsd 2.8.0 - https://www.networkupstools.org/\n"

var _ = fakeOf("nut", at(3493), replying(nut.ask, nutVersion), lan.Service{Name: "nut", Product: "Network UPS Tools", Version: "2.8.0"})

func TestParseNUT(t *testing.T) {
	readings(t, parseNUT, nutVersion, "Network UPS Tools 2.8.0", "Network UPS Tools upsd -\n", "no", "ERR UNKNOWN-COMMAND\n", "no", nut.ask, "no", "", "short")
}

func FuzzParseNUT(f *testing.F) { fuzzAnswer(f, parseNUT, nutVersion, "ERR ACCESS-DENIED\n") }
