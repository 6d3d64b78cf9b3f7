package identify

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

var _ = fakeOf("rsync", at(873), says("@RSYNCD: 31.0 sha512 sha256 md5\n"), lan.Service{Name: "rsync", Heard: lan.Heard{RsyncProtocol: "31.0"}})

// TestRsyncIsToldNothing: the greeting is enough, on any port.
func TestRsyncIsToldNothing(t *testing.T) {
	d := &device{scripts: []script{says("@RSYNCD: 30.0\n")}}
	if svc, _, err := identifyIn(t, d, at(8873), 2); err != nil || svc.Name != "rsync" || len(d.wrote) > 0 {
		t.Errorf("%+v, %v, wrote %q", svc, err, d.wrote)
	}
}

func TestParseRsync(t *testing.T) {
	readings(t, parseRsync, "@RSYNCD: 31.0 sha512\n", "rsync.protocol=31.0", "@RSYNCD: 26\n", "rsync.protocol=26",
		"@RSYNCD: OK\n", "no", "@RSYNC: 31.0\n", "no", "@RSYNCD: 31", "short")
}

func FuzzParseRsync(f *testing.F) {
	fuzzAnswer(f, parseRsync, "@RSYNCD: 31.0 sha512\n", "@RSYNCD: EXIT\n")
}
