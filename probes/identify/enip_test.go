package identify

import (
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

var enipIdentity = "\x63\x00\x2f\x00" + strings.Repeat("\x00", 20) + "\x01\x00\x0c\x00\x29\x00\x01\x00" + strings.Repeat("\x00", 16) +
	"\x01\x00\x0e\x00\x36\x00" + "\x14\x0b" + "\x60\x31\x01\x02\x03\x04" + "\x081769-L30\x03"

var _ = fakeOf("enip", at(44818), replying(enip.words(), enipIdentity), lan.Service{Name: "EtherNet-IP-2", Product: "1769-L30", Version: "20.11"})

func TestParseENIP(t *testing.T) {
	readings(t, parseENIP, enipIdentity, "1769-L30 20.11", enipIdentity[:62]+"\x00", "no", enipIdentity[:26]+"\x0d\x00", "no",
		enip.words(), "short", "\x64\x00", "no", "HTTP/1.1 400", "no", "", "short")
}

func FuzzParseENIP(f *testing.F) { fuzzAnswer(f, parseENIP, enipIdentity, enip.words()) }
