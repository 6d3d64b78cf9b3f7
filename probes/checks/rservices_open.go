package checks

import (
	"context"
	"net"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

// rexec, rlogin and rsh (RFC 1282; ports 512 to 514) trust a visitor's word for
// who he is and send everything in the clear. A remote login has refused us in
// its own words, as our port is not privileged; the others are known by how they
// keep silent, which is never more than likely.
var _ = register(probes.Check{
	ID:        "rservices-open",
	Topic:     "Old remote commands (rlogin, rsh, rexec)",
	Title:     "An old remote-control door (rlogin, rsh) is open",
	Advice:    "These doors from the 1980s send passwords in the clear or ask for none. Turn off \"remote shell\", \"rsh\" or \"rlogin\" in the device's settings and use SSH instead. If there is no such setting, update the device, or keep it on a guest network.",
	Guideline: 6, Provision: "5.6-1", Severity: lan.Soon, Touch: lan.Ask,
	Applies: func(_ lan.Device, s lan.Service) bool {
		return s.Name == "login" || s.Name == lan.Unknown && len(s.Heard) == 0 && s.Transport == lan.TCP && s.Port >= 512 && s.Port <= 514
	},
	Run: func(ctx context.Context, p *probes.Pass) (lan.Verdict, error) {
		switch {
		case p.Service.Name == "login":
			p.Saw("began a remote login without a name", p.Service.Heard[identify.RloginRefusal])
			return lan.Fail, nil
		case p.Service.Port == 514:
			return remoteShell(ctx, p)
		}
		p.Saw(greeted(p.Service), "It waits for the first word, as the old remote commands do at this port.")
		p.Title = "An old remote-control door (rlogin, rsh) is probably open"
		return lan.LikelyFail, nil
	},
})

// maxWait is how long a remote shell may take to turn us away.
const maxWait = 3 * time.Second

// remoteShell listens at the port that remote shells share with collectors of
// logs. The shell hangs up on a visitor whose own port is not privileged; the
// collector waits for what he brings.
func remoteShell(ctx context.Context, p *probes.Pass) (verdict lan.Verdict, err error) {
	err = call(ctx, p, p.Service.Endpoint(), func(conn net.Conn) error {
		if err := conn.SetReadDeadline(time.Now().Add(maxWait)); err != nil {
			return err
		}
		first := make([]byte, 1)
		n, err := conn.Read(first)
		if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
			p.Saw(greeted(p.Service), "nothing: it waits, as collectors of logs do")
			return nil
		}
		if n == 0 || first[0] == 1 { // BSD's servers mark a refusal so
			p.Saw(greeted(p.Service), "It turned us away at once, as a remote shell (rsh) does.")
			p.Title = "An old remote-control door (rsh) is probably open"
			verdict = lan.LikelyFail
			if n == 0 { // as whoever does not want to talk to us may do
				p.Grade(lan.WhenYouCan)
			}
		}
		return nil
	})
	return verdict, err
}
