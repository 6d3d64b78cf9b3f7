package identify

import (
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// What an rsync daemon says of itself: the version of its protocol, and the
// names of the folders that it shows to whoever asks, space separated.
const (
	RsyncProtocol = "rsync.protocol"
	RsyncModules  = "rsync.modules"
)

var _ = register(&rsync, greets)

// rsync reads the daemon's greeting and asks for its list of modules, into none
// of which it goes (rsync's csprotocol.txt and rsyncd.conf(5)).
var (
	rsync = question{name: "rsync", service: "rsync", greets: "@RSYNCD: ", answer: parseRsync, then: &rsyncList}
	// Version 31 is the last in which a client need not name its digests.
	rsyncList = question{name: "rsync", ask: "@RSYNCD: 31.0\n#list\n", answer: parseRsyncList}
)

// maxModules bounds a daemon's list.
const maxModules = 64

// parseRsync reads "@RSYNCD: 31.0 sha512 md5".
func parseRsync(svc *lan.Service, c *cursor) bool {
	if !c.is("@RSYNCD: ") {
		return false
	}
	version, _, _ := strings.Cut(c.until("\n"), " ")
	svc.Heard.Set(RsyncProtocol, version)
	c.more = startsVersion(version)
	return c.more
}

// parseRsyncList reads lines of a name and a comment with a tab between them.
// What the daemon says of the day before them has none.
func parseRsyncList(svc *lan.Service, c *cursor) bool {
	for range maxModules {
		line := c.until("\n")
		if strings.HasPrefix(line, "@") || c.short {
			break // the end, or an error
		}
		if name, _, listed := strings.Cut(line, "\t"); listed {
			svc.Heard.Add(RsyncModules, strings.TrimRight(name, " "))
		}
	}
	return true
}
