package identify

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

var _ = fakeOf("nbd", at(10809), says("NBDMAGICIHAVEOPT\x00\x03"), lan.Service{Name: "nbd"})

func TestParseNBD(t *testing.T) {
	readings(t, parseNBD, "NBDMAGICIHAVEOPT\x00\x03", "", "NBDMAGIC\x00\x00\x42\x02\x81\x86\x12\x53", "",
		"NBDMAGICIHAVENOT", "no", "NBDMAGIK", "no", "NBDMAGICI", "short", "", "short")
}

func FuzzParseNBD(f *testing.F) { fuzzAnswer(f, parseNBD, "NBDMAGICIHAVEOPT\x00\x03", "NBDMAGIC") }
