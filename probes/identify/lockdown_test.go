package identify

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

const lockdownAnswer = "\x00\x00\x00\x97" + lockdownHead +
	"<key>Request</key><string>QueryType</string><key>Type</key><string>com.apple.mobile.lockdown</string></dict></plist>"

var _ = fakeOf("lockdown", at(62078), replying(lockdown.ask, lockdownAnswer), lan.Service{Name: "lockdown", Product: "Apple lockdown"})

func TestParseLockdown(t *testing.T) {
	if size := len(lockdown.ask) - 4; int(lockdown.ask[3]) != size {
		t.Errorf("the question has %d bytes and says %d", size, lockdown.ask[3])
	}
	readings(t, parseLockdown, lockdownAnswer, "Apple lockdown", lockdown.ask, "no", "\x00\x00\x00\x05plist", "no", "\x00\x00\x00\x19com.apple.mobile.lockdown", "no",
		"\x00\x01\x00\x00", "no", "HTTP/1.1 400", "no", "\x00\x00\xff\xffplist", "short", "", "short")
}

func FuzzParseLockdown(f *testing.F) { fuzzAnswer(f, parseLockdown, lockdownAnswer, lockdown.ask) }
