package identify

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

const (
	adbOpen = "CNXN\x00\x00\x00\x01\x00\x00\x10\x00\x60\x00\x00\x00\x00\x00\x00\x00\xbc\xb1\xa7\xb1" +
		"device::ro.product.name=sabrina;ro.product.model=Chromecast;ro.product.device=sabrina;features=cmd,v2_\x00"
	adbAuth = "AUTH\x01\x00\x00\x00\x00\x00\x00\x00\x14\x00\x00\x00\x00\x00\x00\x00\xbe\xaa\xab\xb7" + "twenty bytes of token"
	adbTLS  = "STLS\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xac\xab\xb3\xac"
)

var (
	_ = fakeOf("adb", at(5555), replying(adb.words(), adbOpen), lan.Service{Name: "adb", Heard: lan.Heard{ADBAnswer: "CNXN", adbModel: "Chromecast"}})
	_ = fakeOf("adb", at(5555), replying(adb.words(), adbAuth), lan.Service{Name: "adb", Heard: lan.Heard{ADBAnswer: "AUTH"}})
)

func TestParseADB(t *testing.T) {
	readings(t, parseADB,
		adbOpen, "adb.answer=CNXN adb.ro.product.device=sabrina adb.ro.product.model=Chromecast adb.ro.product.name=sabrina",
		adbAuth, "adb.answer=AUTH", adbTLS, "adb.answer=STLS",
		"AUTH\x02"+adbAuth[5:], "no", adb.ask, "no", "OPEN"+adbAuth[4:], "no", adbAuth[:20]+"\xbe\xaa\xab\xb6", "no", "", "short")
}

func FuzzParseADB(f *testing.F) { fuzzAnswer(f, parseADB, adbOpen, adbAuth, adbTLS, adb.ask) }
