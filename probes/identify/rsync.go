package identify

import (
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// RsyncProtocol is the field of Heard with the version of its protocol that an
// rsync daemon greets with.
const RsyncProtocol = "rsync.protocol"

var _ = register(&rsync, greets)

// rsync reads the daemon's greeting and goes: its list of modules is not ours
// to ask for (rsync's csprotocol.txt).
var rsync = question{name: "rsync", service: "rsync", greets: "@RSYNCD: ", answer: parseRsync}

// parseRsync reads "@RSYNCD: 31.0 sha512 md5".
func parseRsync(svc *lan.Service, c *cursor) bool {
	if !c.is("@RSYNCD: ") {
		return false
	}
	version, _, _ := strings.Cut(c.until("\n"), " ")
	svc.Heard.Set(RsyncProtocol, version)
	return startsVersion(version)
}
