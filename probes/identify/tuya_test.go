package identify

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// tuyaBeat is as a plug of version 3.3 sends it back.
const tuyaBeat = "\x00\x00\x55\xaa\x00\x00\x00\x00\x00\x00\x00\x09\x00\x00\x00\x0c\x00\x00\x00\x00\xb0\x51\xab\x03\x00\x00\xaa\x55"

var _ = fakeOf("tuya", at(6668), replying(tuya.ask, tuyaBeat), lan.Service{Name: "tuya"})

// TestTuyaAnnounced: its few connections are left to those who have business
// with it.
func TestTuyaAnnounced(t *testing.T) {
	d := &device{scripts: []script{mum}}
	svc, _, err := namedIn(t, d, at(6668), 2, lan.Heard{"tuya.gwId": "0123"})
	if err != nil || svc.Name != "tuya" || len(d.wrote) > 0 {
		t.Errorf("%+v, %v, wrote %q", svc, err, d.wrote)
	}
}

func TestParseTuya(t *testing.T) {
	readings(t, parseTuya, tuyaBeat, "", tuya.ask, "no", tuyaBeat[:26]+"\xaa\x56", "no", "\x00\x00\x66\x99", "no", "HTTP/1.1 400", "no", "", "short")
}

func FuzzParseTuya(f *testing.F) { fuzzAnswer(f, parseTuya, tuyaBeat, tuya.ask) }
