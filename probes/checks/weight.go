package checks

import (
	"context"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// weighed is c with each problem graded by how sure it is and by where the device
// stands, so that no check has to: what is only likely is at most "soon", unless
// the check itself graded it; what the internet can reach is one step more
// pressing, and what stands on a guest network one step less. A problem also gets
// the family's steps.
func weighed(c probes.Check) probes.Check {
	run := c.Run
	c.Run = func(ctx context.Context, p *probes.Pass) (lan.Verdict, error) {
		v, err := run(ctx, p)
		if err != nil || !v.Problem() {
			return v, err
		}
		familySteps(c.ID, p)
		s := c.Severity
		switch {
		case p.Severity != nil:
			s = *p.Severity
		case v == lan.LikelyFail:
			s = min(s, lan.Soon)
		}
		if forwarded(p) && !lan.ByRouter(c.ID) { // they grade by what the router knows
			s, p.Urgency.Exposed = min(s+1, lan.ActNow), true
			p.Saw("", "The router lets the internet reach it.")
		}
		if guest(p.Device) {
			s = max(s-1, lan.ForInfo)
		}
		if s != c.Severity || p.Severity != nil {
			p.Grade(s)
		}
		return v, nil
	}
	return c
}

// forwarded reports whether the router lets the internet, all of it, reach what p is
// about: the service, or any of the device's where it is about the device, save what
// is made for that. An internet address of its own proves nothing: the router's
// firewall stands before it.
func forwarded(p *probes.Pass) bool {
	s := p.Service
	if slices.ContainsFunc(p.Device.Reachable, func(f lan.Forward) bool {
		return f.From == "" && !f.Behind && !astray(p.Device, f) && (s.Port == 0 && worth(p.Device, f) > lan.ForInfo || s.Port != 0 && f.LeadsTo(s.Transport, s.Port))
	}) {
		return true
	}
	ports := strings.Fields(p.Device.Heard[lan.IGDForwarded])
	return len(ports) > 0 && (p.Service.Port == 0 || slices.Contains(ports, p.Service.Key()))
}

// guest reports whether d was met on a link that is named for guests, as OpenWrt
// and its guides name it ("br-guest").
func guest(d lan.Device) bool { return strings.Contains(strings.ToLower(d.Link), "guest") }
