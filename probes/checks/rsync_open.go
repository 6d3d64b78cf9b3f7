package checks

import (
	"bytes"
	"context"
	"net"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

// An rsync daemon has named its folders; the first is asked for, and we go again
// at the door: "OK" lets us in, "AUTHREQD" wants a password (rsync's
// csprotocol.txt).
var _ = register(probes.Check{
	ID:        "rsync-open",
	Topic:     "Files by rsync",
	Title:     "Anyone on your network can copy its files without a password (rsync)",
	Advice:    "It gives files, often whole backups, to whoever asks. In the device's settings find the rsync or backup server and give its folders a user and password (\"auth users\" in rsyncd.conf), or turn it off if you do not use it.",
	Guideline: 5, Provision: "5.5-4", Severity: lan.Soon, Touch: lan.Ask,
	Applies: onService("rsync"),
	Run: func(ctx context.Context, p *probes.Pass) (verdict lan.Verdict, err error) {
		folders := strings.Fields(p.Service.Heard[identify.RsyncModules])
		p.Saw("asked for the list of its folders", heardOr("it named", strings.Join(folders, ", ")))
		if len(folders) == 0 {
			return lan.Undecided, nil
		}
		err = call(ctx, p, p.Service.Endpoint(), func(conn net.Conn) error {
			said, err := exchange(conn, "@RSYNCD: 31.0\n"+folders[0]+"\n", func(said []byte) bool { return rsyncWord(said) != "" })
			word := rsyncWord(said)
			p.Saw("asked to be let into "+folders[0]+" without a password", heardOr("it said", word))
			switch {
			case word == "OK":
				verdict = lan.Fail
			case word == "AUTHREQD" && len(folders) == 1:
				verdict = lan.Pass
			case word == "AUTHREQD": // the others were not asked for
				verdict = lan.LikelyPass
			}
			return err
		})
		return verdict, err
	},
})

// rsyncWord is the daemon's decision, empty as long as there is none.
func rsyncWord(said []byte) string {
	for _, word := range []string{"OK", "AUTHREQD", "EXIT"} {
		if bytes.Contains(said, []byte("\n@RSYNCD: "+word)) {
			return word
		}
	}
	if bytes.Contains(said, []byte("\n@ERROR")) {
		return "ERROR"
	}
	return ""
}
