package identify

import (
	"io"
	"net"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

const (
	rsyncHello   = "@RSYNCD: 31.0 sha512 sha256 md5\n"
	rsyncModules = "Welcome to the attic\n\nphotos         \tfamily photos\nback up\t\n@RSYNCD: EXIT\n"
)

var _ = fakeOf("rsync", at(873), func(c net.Conn) {
	io.WriteString(c, rsyncHello)
	replying(rsyncList.ask, rsyncModules)(c)
}, lan.Service{Name: "rsync", Heard: lan.Heard{RsyncProtocol: "31.0", RsyncModules: "photos back_up"}})

// TestRsyncIsAskedForItsList and nothing else, on any port.
func TestRsyncIsAskedForItsList(t *testing.T) {
	d := &device{scripts: []script{says("@RSYNCD: 30.0\n")}}
	if svc, _, err := identifyIn(t, d, at(8873), 2); err != nil || svc.Name != "rsync" || string(d.wrote) != rsyncList.ask {
		t.Errorf("%+v, %v, wrote %q", svc, err, d.wrote)
	}
}

func TestParseRsync(t *testing.T) {
	readings(t, parseRsync, "@RSYNCD: 31.0 sha512\n", "rsync.protocol=31.0", "@RSYNCD: 26\n", "rsync.protocol=26",
		"@RSYNCD: OK\n", "no", "@RSYNC: 31.0\n", "no", "@RSYNCD: 31", "short")
}

func TestParseRsyncList(t *testing.T) {
	readings(t, parseRsyncList, rsyncModules, "rsync.modules=photos back_up", "@RSYNCD: EXIT\n", "", "@ERROR: no\n", "",
		strings.Repeat("a\tb\n", maxModules+1), "rsync.modules=a", "photos\t", "short")
}

func FuzzParseRsyncList(f *testing.F) { fuzzAnswer(f, parseRsyncList, rsyncModules, "\t\n@") }

func FuzzParseRsync(f *testing.F) {
	fuzzAnswer(f, parseRsync, "@RSYNCD: 31.0 sha512\n", "@RSYNCD: EXIT\n")
}
