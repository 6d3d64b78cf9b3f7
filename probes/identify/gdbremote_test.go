package identify

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

const gdbFeatures = "+$PacketSize=3fff;qXfer:features:read+#70"

var _ = fakeOf("gdbremote", at(2345), replying(gdbremote.ask, gdbFeatures), lan.Service{Name: "gdbremote"})

func TestParseGDB(t *testing.T) {
	readings(t, parseGDB, gdbFeatures, "", "+$qXfer:x#b8", "",
		gdbFeatures[:len(gdbFeatures)-1]+"1", "no", "+$#00", "no", "+$OK#9a", "no", "-", "no", "+$PacketSize=1#zz", "no",
		gdbremote.ask, "no", "+", "short", "+$Packet", "short", "", "short")
}

func FuzzParseGDB(f *testing.F) { fuzzAnswer(f, parseGDB, gdbFeatures, gdbremote.ask, "+$#00") }
