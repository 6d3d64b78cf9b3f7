package checks

import (
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// visited is an FTP server that answers USER and PASS so, with a ledger of that
// many tries before it.
func visited(grants int, user, pass string) func(*testing.T) *probes.Pass {
	return func(t *testing.T) *probes.Pass {
		s := scripted(t, "ftp", nil, func(c *talk) {
			c.say("220 hello\r\n")
			if c.line() != "USER anonymous" {
				return
			}
			c.say(user + "\r\n")
			if line := c.line(); line != "QUIT" {
				c.say(pass + "\r\n")
				c.line()
			}
		})
		p := &probes.Pass{Service: s}
		if grants >= 0 {
			p.Try = (&ledger{grants: grants}).try
		}
		return p
	}
}

var _ = hold("ftp-anonymous",
	twin{name: "lets visitors in", pass: visited(1, "331 your address, please", "230 welcome"), want: lan.Fail},
	twin{name: "lets them in by the name alone", pass: visited(1, "230 welcome", ""), want: lan.Fail},
	twin{name: "does not", pass: visited(1, "331 password", "530 no"), want: lan.Pass},
	twin{name: "wants TLS first", pass: visited(1, "530 not without TLS", ""), want: lan.Undecided},
	twin{name: "is locked", pass: visited(1, "421 too many", ""), want: lan.Undecided},
	twin{name: "no try is left", pass: visited(0, "", ""), want: lan.Undecided},
	twin{name: "logins were not asked for", pass: visited(-1, "", ""), want: lan.NotTested})

// TestAnonymousIsOneLogin: it is charged, once, and belongs to touch "login".
func TestAnonymousIsOneLogin(t *testing.T) {
	if check(t, "ftp-anonymous").Touch != lan.Login {
		t.Error("it is tried without being asked for")
	}
	l := &ledger{grants: 9}
	p := visited(9, "331 password", "530 no")(t)
	p.Try = l.try
	if _, err := judged(t, "ftp-anonymous", p); err != nil || len(l.tries) != 1 || l.tries[0].Account != "anonymous" {
		t.Errorf("%+v, %v", l.tries, err)
	}
}

// TestAnonymousAtAPrinter: what it is sent is printed, so there are no files to open.
func TestAnonymousAtAPrinter(t *testing.T) {
	p := visited(1, "331 your address, please", "230 welcome")(t)
	p.Device.Kind = "printer"
	if got, err := judged(t, "ftp-anonymous", p); got != lan.Fail || err != nil || p.Severity == nil || *p.Severity != lan.ForInfo {
		t.Errorf("%v, %v, %v\n%s", got, err, p.Severity, words(p))
	}
}
