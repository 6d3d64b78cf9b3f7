package identify

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

const rloginDenied = "\x01rlogind: Permission denied.\r\n"

var _ = fakeOf("rlogin", at(513), replying("\x00", rloginDenied), lan.Service{Name: "login", Heard: lan.Heard{RloginRefusal: "rlogind: Permission denied."}})

func TestParseRlogin(t *testing.T) {
	readings(t, parseRlogin, rloginDenied, "rlogin.refusal=rlogind: Permission denied.", "\x01rlogind: Denied", "short",
		"\x01no\n", "no", "\x01\xfe\x80 and much more\n", "no", "\x00", "no", "login: \n", "no", "", "short")
}

func FuzzParseRlogin(f *testing.F) { fuzzAnswer(f, parseRlogin, rloginDenied, "\x00", "\x01\r\n") }
