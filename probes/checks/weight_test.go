package checks

import (
	"context"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// TestWeight is the severity of a problem by how sure it is and where it stands.
func TestWeight(t *testing.T) {
	open := func(ports string) lan.Device { return lan.Device{Heard: lan.Heard{lan.IGDForwarded: ports}} }
	own := lan.ActNow
	for name, tt := range map[string]struct {
		base    lan.Severity
		graded  *lan.Severity
		verdict lan.Verdict
		device  lan.Device
		want    lan.Severity
	}{
		"at home":                     {lan.Soon, nil, lan.Fail, lan.Device{Link: "br-lan"}, lan.Soon},
		"a likely one":                {lan.ActNow, nil, lan.LikelyFail, lan.Device{}, lan.Soon},
		"a likely one, mild":          {lan.ForInfo, nil, lan.LikelyFail, lan.Device{}, lan.ForInfo},
		"graded by the check":         {lan.ForInfo, &own, lan.LikelyFail, lan.Device{}, lan.ActNow},
		"on the guest network":        {lan.Soon, nil, lan.Fail, lan.Device{Link: "br-Guest"}, lan.WhenYouCan},
		"mild on the guest network":   {lan.ForInfo, nil, lan.Fail, lan.Device{Link: "guest"}, lan.ForInfo},
		"reachable":                   {lan.Soon, nil, lan.Fail, open("udp/53 tcp/9"), lan.ActNow},
		"reachable, already pressing": {lan.ActNow, nil, lan.Fail, open("tcp/9"), lan.ActNow},
		"another port is reachable":   {lan.Soon, nil, lan.Fail, open("tcp/90 udp/9"), lan.Soon},
		"a rule leads there":          {lan.Soon, nil, lan.Fail, reached("", opened(lan.TCP, 8080, 9, "")), lan.ActNow},
		"a rule leads elsewhere":      {lan.Soon, nil, lan.Fail, reached("", opened(lan.TCP, 9, 90, "")), lan.Soon},
		"all leads there":             {lan.Soon, nil, lan.Fail, reached("", opened("", 0, 0, "")), lan.ActNow},
		"behind another router":       {lan.Soon, nil, lan.Fail, reached("", lan.Forward{Behind: true}), lan.Soon},
		"a few may use it":            {lan.Soon, nil, lan.Fail, reached("", lan.Forward{From: "198.51.100.7"}), lan.Soon},
	} {
		c := weighed(probes.Check{Severity: tt.base, Run: func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
			if tt.graded != nil {
				p.Grade(*tt.graded)
			}
			return tt.verdict, nil
		}})
		p := &probes.Pass{Device: tt.device, Service: lan.Service{Transport: lan.TCP, Port: 9}}
		v, err := c.Run(t.Context(), p)
		got := tt.base
		if p.Severity != nil {
			got = *p.Severity
		}
		if v != tt.verdict || err != nil || got != tt.want {
			t.Errorf("%s: %v with %v, %v; want %v", name, v, got, err, tt.want)
		}
	}
}

// TestWeightOfTheDevice: what concerns the whole device is reachable by any of
// its ports, and what is no problem has no weight.
func TestWeightOfTheDevice(t *testing.T) {
	for v, graded := range map[lan.Verdict]bool{lan.Fail: true, lan.Pass: false, lan.Undecided: false, lan.NotTested: false} {
		c := weighed(probes.Check{Run: func(context.Context, *probes.Pass) (lan.Verdict, error) { return v, nil }})
		p := &probes.Pass{Device: lan.Device{Heard: lan.Heard{lan.IGDForwarded: "tcp/80"}}}
		if got, err := c.Run(t.Context(), p); got != v || err != nil || (p.Severity != nil) != graded {
			t.Errorf("%v: %v, %v, graded %v", v, got, err, p.Severity)
		}
	}
}

// TestWeightBesideDoors: what is made to face the internet does not make the rest of
// a device more pressing.
func TestWeightBesideDoors(t *testing.T) {
	for _, tt := range []struct {
		way  lan.Forward
		want bool
	}{
		{opened(lan.UDP, 51820, 51820, ""), false}, {opened(lan.UDP, 3074, 3074, ""), false}, {opened(lan.TCP, 80, 80, ""), true},
	} {
		if got := forwarded(&probes.Pass{Device: reached("server", tt.way)}); got != tt.want {
			t.Errorf("%+v: %t", tt.way, got)
		}
	}
}
