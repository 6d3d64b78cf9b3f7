package checks

import (
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

// rsyncd is an rsync daemon that answers the wish for its folder "films".
func rsyncd(answer string) func(*talk) {
	return func(c *talk) {
		c.say("@RSYNCD: 31.0 sha512 md5\n")
		if c.line() == "@RSYNCD: 31.0" && c.line() == "films" {
			c.say("Welcome, @RSYNCD: OK to all\n" + answer)
		}
	}
}

func folders(list string) lan.Service { return port("rsync", lan.Heard{identify.RsyncModules: list}) }

var _ = hold("rsync-open",
	twin{name: "open", service: folders("films"), play: rsyncd("@RSYNCD: OK\n"), want: lan.Fail},
	twin{name: "wants a password", service: folders("films"), play: rsyncd("@RSYNCD: AUTHREQD abc\n"), want: lan.Pass},
	twin{name: "the first wants a password", service: folders("films photos"), play: rsyncd("@RSYNCD: AUTHREQD abc\n"), want: lan.LikelyPass},
	twin{name: "not for us", service: folders("films"), play: rsyncd("@ERROR: access denied to films\n"), want: lan.Undecided},
	twin{name: "says no more", service: folders("films"), play: rsyncd(""), want: lan.Undecided},
	twin{name: "names no folders", service: folders(""), want: lan.Undecided})
