package store

import (
	"net/netip"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestRouterFindings: what the router knows of a device is kept though nothing was
// asked, before the owner's consent too, and touches nothing else that is known of it.
func TestRouterFindings(t *testing.T) {
	door := lan.Forward{By: lan.ByOwner, Mapping: lan.Mapping{Transport: lan.TCP, External: 8080, Client: netip.MustParseAddr("192.168.1.1"), Port: 80}}
	clear := lan.Flow{Transport: lan.TCP, Port: 23, Count: 1}
	c := &clock{day0}
	s := mustOpen(t, options(t, c))
	asked := device(1, finding("default-login", lan.Fail), finding("telnet-open", lan.Pass))
	mustCommit(t, s, sweepAt(day0, lan.Ask, asked))
	steps := []struct {
		touch lan.Touch
		list  []lan.Finding
		clear []lan.Flow
		want  map[string]lan.Verdict
	}{
		{lan.Listen, []lan.Finding{finding("port-forward", lan.Fail), finding("cleartext-traffic", lan.LikelyFail), finding("default-login", lan.NotTested), finding("weak-tls", lan.NotTested)}, []lan.Flow{clear},
			map[string]lan.Verdict{"default-login": lan.Fail, "telnet-open": lan.Pass, "port-forward": lan.Fail, "cleartext-traffic": lan.LikelyFail}},
		{lan.Ask, []lan.Finding{finding("port-forward", lan.Undecided), finding("cleartext-traffic", lan.LikelyFail)}, []lan.Flow{clear}, // it is left alone
			map[string]lan.Verdict{"default-login": lan.Fail, "telnet-open": lan.Pass, "port-forward": lan.Fail, "cleartext-traffic": lan.LikelyFail}},
		{lan.Listen, []lan.Finding{finding("port-forward", lan.LikelyPass)}, nil,
			map[string]lan.Verdict{"default-login": lan.Fail, "telnet-open": lan.Pass, "port-forward": lan.LikelyPass}},
		{lan.Listen, nil, nil, map[string]lan.Verdict{"default-login": lan.Fail, "telnet-open": lan.Pass}}, // it may be an access point now
	}
	for i, st := range steps {
		c.now = days(i + 1)
		d := device(1, st.list...)
		d.Services, d.Reachable, d.Clear = nil, []lan.Forward{door}, st.clear
		mustCommit(t, s, sweepAt(c.now, st.touch, d))
		got := latest(t, s).Devices[0]
		if len(got.Services) != len(asked.Services) || len(got.Findings) != len(st.want) || len(got.Reachable) != 1 || len(got.Clear) != len(st.clear) {
			t.Errorf("step %d: %d services, %d findings, %v, %v", i, len(got.Services), len(got.Findings), got.Reachable, got.Clear)
		}
		for _, f := range got.Findings {
			if st.want[f.Check] != f.Verdict || f.LastSeen.IsZero() {
				t.Errorf("step %d: %s is %v, want %v; seen %v", i, f.Check, f.Verdict, st.want[f.Check], f.LastSeen)
			}
		}
	}
}

// TestNoTrafficOfPhones: what was noted of a device before it was known as somebody's
// phone goes when it is.
func TestNoTrafficOfPhones(t *testing.T) {
	s := mustOpen(t, options(t, &clock{day0}))
	d := device(1, finding("other", lan.Pass))
	d.Kind, d.Clear = "phone", []lan.Flow{{Transport: lan.TCP, Port: 80, Count: 1}}
	mustCommit(t, s, sweepAt(day0, lan.Ask, d))
	if got := latest(t, s).Devices[0].Clear; got != nil {
		t.Errorf("kept: %v", got)
	}
}

// TestRouterFindingsEnd: what the router knew of a device goes as soon as it does not
// know it any more: the guests' network was taken away, Telnet ended though it still
// asks whether it is online, or it is a phone.
func TestRouterFindingsEnd(t *testing.T) {
	web := []lan.Flow{{Transport: lan.TCP, Port: 80, Count: 1}}
	for name, tt := range map[string]struct {
		then, now lan.Touch
		before    lan.Finding
		after     func(*lan.Device)
	}{
		"guests taken away":        {lan.Ask, lan.Ask, finding("guest-isolation", lan.Fail), func(d *lan.Device) { d.Self = true }},
		"the same, only listening": {lan.Ask, lan.Listen, finding("guest-isolation", lan.Fail), func(d *lan.Device) { d.Self = true }},
		"Telnet ended":             {lan.Listen, lan.Listen, finding("cleartext-traffic", lan.LikelyFail), func(d *lan.Device) { d.Clear = web }},
		"it was asked, then heard": {lan.Ask, lan.Look, finding("cleartext-traffic", lan.LikelyFail), func(d *lan.Device) { d.Clear = web; d.Findings = []lan.Finding{finding("other", lan.Pass)} }},
		"it is a phone":            {lan.Listen, lan.Listen, finding("cleartext-traffic", lan.LikelyFail), func(d *lan.Device) { d.Kind, d.Clear = "phone", web }},
	} {
		c := &clock{day0}
		s := mustOpen(t, options(t, c))
		tt.before.Service = ""
		d := device(1, tt.before)
		d.Services = nil
		mustCommit(t, s, sweepAt(day0, tt.then, d))
		c.now = days(1)
		d.Findings = nil
		tt.after(&d)
		mustCommit(t, s, sweepAt(c.now, tt.now, d))
		for _, f := range latest(t, s).Devices[0].Findings {
			if f.Check == tt.before.Check {
				t.Errorf("%s: still %v", name, f.Verdict)
			}
		}
	}
}
