package identify

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

const magichomeState = "\x81\x33\x24\x61\x23\x07\xff\xff\xff\x00\x08\x00\xf0\x58"

var _ = fakeOf("magichome", at(5577), replying(magichome.ask, magichomeState), lan.Service{Name: "magichome", Heard: lan.Heard{
	MagicHomeModel: "51", MagicHomeVersion: "8"}})

func TestParseMagicHome(t *testing.T) {
	readings(t, parseMagicHome, magichomeState, "magichome.model=51 magichome.version=8",
		magichomeState[:13]+"\x59", "no", magichomeState+"\x00", "no", "\x81\x33\x25"+magichomeState[3:13]+"\x59", "no",
		magichome.ask, "short", "HTTP/1.1 400", "no", "", "short")
}

func FuzzParseMagicHome(f *testing.F) { fuzzAnswer(f, parseMagicHome, magichomeState, magichome.ask) }
