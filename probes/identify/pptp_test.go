package identify

import (
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

var pptpReply = "\x00\x9c\x00\x01\x1a\x2b\x3c\x4d\x00\x02\x00\x00\x01\x00\x01\x00\x00\x00\x00\x02\x00\x00\x00\x02\x00\x01\x00\x01" +
	"attic" + strings.Repeat("\x00", 59) + "MikroTik" + strings.Repeat("\x00", 56)

var _ = fakeOf("pptp", at(1723), replying(pptp.words(), pptpReply), lan.Service{Name: "pptp", Product: "MikroTik", Heard: lan.Heard{
	PPTPHost: "attic", PPTPVendor: "MikroTik", pptpFirmware: "1"}})

func TestParsePPTP(t *testing.T) {
	if len(pptp.words()) != 156 || len(pptpReply) != 156 {
		t.Errorf("question of %d bytes, reply of %d", len(pptp.words()), len(pptpReply))
	}
	readings(t, parsePPTP, pptpReply, "MikroTik pptp.firmware_revision=1 pptp.host_name=attic pptp.vendor_string=MikroTik",
		pptp.words(), "no", "\x00\x9c\x00\x02", "no", "HTTP/1.1 400", "no", "", "short")
}

func FuzzParsePPTP(f *testing.F) { fuzzAnswer(f, parsePPTP, pptpReply, pptp.words()) }
