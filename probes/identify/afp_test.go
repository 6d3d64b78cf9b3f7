package identify

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

const (
	afpHead   = "\x01\x03\x00\x01\x00\x00\x00\x00\x00\x00\x00\x35\x00\x00\x00\x00"
	afpAnswer = afpHead + "\x00\x10\x00\x1f\x00\x00\x00\x00\x83\x7b" + "\x05attic" + "\x0eNetatalk3.1.12" + "\x02\x06AFP2.2\x0bAFP3.4 beta\x00\x00"
)

var _ = fakeOf("afp", at(548), replying(afp.words(), afpAnswer), lan.Service{Name: "afpovertcp", Product: "Netatalk", Version: "3.1.12", Heard: lan.Heard{
	AFPServer: "attic", AFPMachine: "Netatalk3.1.12", afpVersions: "AFP2.2 AFP3.4_beta"}})

func TestParseAFP(t *testing.T) {
	readings(t, parseAFP,
		afpAnswer, "Netatalk 3.1.12 afp.AFPVersions=AFP2.2 AFP3.4_beta afp.MachineType=Netatalk3.1.12 afp.ServerName=attic",
		afpHead[:11]+"\x15\x00\x00\x00\x00"+"\x00\x0d\x00\x14\x00\x00\x00\x00\x83\x7b"+"\x02ab"+"\x06Xserve"+"\x00", "Xserve afp.MachineType=Xserve afp.ServerName=ab",
		afpHead+"\xff\xff\xff\xff"+afpAnswer[20:], "no", // places outside of the block
		"\x01\x03\x00\x01\xff\xff\xec\x6a", "no", afp.words(), "no", "HTTP/1.1 400", "no", "", "short")
}

func FuzzParseAFP(f *testing.F) { fuzzAnswer(f, parseAFP, afpAnswer, afp.words()) }
