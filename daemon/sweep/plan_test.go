package sweep

import (
	"bytes"
	"context"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ports"
)

// TestPlanSendsNothing: even at the highest touch only the sources that send
// nothing are used, and nothing is asked, judged or written down.
func TestPlanSendsNothing(t *testing.T) {
	h := newHome(t)
	written := &paper{}
	h.Ledger = open(t, written)
	for _, list := range []*[]Ear{&h.Presence, &h.Announcements} {
		*list = append(*list, Ear{source{"asking", func(context.Context, func(lan.Sighting)) error {
			t.Error("a source that sends was used")
			return nil
		}}, lan.Look})
	}
	h.Checks = []probes.Check{check("c", lan.Listen, func(context.Context, *probes.Pass) (lan.Verdict, error) {
		t.Error("a check ran")
		return lan.Fail, nil
	})}
	p := MakePlan(t.Context(), h.Parts, want(lan.Login))
	if len(p.Known) != 4 {
		t.Errorf("%d devices known", len(p.Known))
	}
	if len(h.engine.targets)+h.names.count()+len(h.road.calls)+len(h.road.known)+len(written.lines) != 0 {
		t.Errorf("engine %v, identified %d, road %v, ledger %s", h.engine.targets, h.names.count(), h.road.calls, written.lines)
	}
}

// TestPlanIsWhatRunDoes holds the plan of every touch to what a sweep with the
// same parts asks.
func TestPlanIsWhatRunDoes(t *testing.T) {
	for _, touch := range []lan.Touch{lan.Listen, lan.Look, lan.Ask, lan.Login} {
		h := newHome(t)
		h.Ledger = open(t, &paper{})
		h.Identify = func(ctx context.Context, r probes.Reach, ep lan.Endpoint, n int, announced lan.Heard) (lan.Service, error) {
			s, err := h.names.identify(ctx, r, ep, n, announced)
			s.Heard = bu2015.Clone()
			return s, err
		}
		for _, c := range []lan.Touch{lan.Listen, lan.Look, lan.Ask, lan.Login} {
			h.Checks = append(h.Checks, check(c.String(), c, always(lan.Pass)))
		}
		h.Checks[3].Applies = func(_ lan.Device, s lan.Service) bool { return s.Port == 80 }
		w := want(touch)
		w.Consent = Yes
		p := MakePlan(t.Context(), h.Parts, w)
		s := h.sweep(t, w)

		target, _ := h.engine.asked(cam)
		fragile, _ := h.engine.asked(plug)
		if !slices.Equal(p.TCP, target.Ports) || !slices.Equal(p.Fragile, fragile.Ports) {
			t.Errorf("touch %s: %d and %d ports planned, %d and %d asked", touch, len(p.TCP), len(p.Fragile), len(target.Ports), len(fragile.Ports))
		}
		var udp []uint16
		for port := range uint16(65535) {
			if h.names.asked(lan.Endpoint{Addr: cam, Transport: lan.UDP, Port: port}) != nil {
				udp = append(udp, port)
			}
		}
		if !slices.Equal(p.UDP, udp) {
			t.Errorf("touch %s: UDP %v planned, %v asked", touch, p.UDP, udp)
		}
		var ran []string
		for _, f := range at(t, s, cam).Findings {
			if f.Verdict == lan.Pass {
				ran = append(ran, f.Check)
			}
		}
		if !slices.Equal(p.Checks, ran) {
			t.Errorf("touch %s: checks %v planned, %v ran", touch, p.Checks, ran)
		}
		if (p.Addresses > 0) != (touch >= lan.Look) || (len(p.Logins) > 0) != (touch == lan.Login) {
			t.Errorf("touch %s: %d addresses, %d logins", touch, p.Addresses, len(p.Logins))
		}
	}
}

func TestPlannedAddresses(t *testing.T) {
	for prefix, n := range map[string]int{
		"192.168.1.0/24": 254, "10.0.0.0/22": 1022, "192.168.1.0/30": 2, "192.168.1.0/31": 2, "192.168.1.7/32": 1, "fd00::/64": 0,
	} {
		link := lan.Link{Prefixes: []netip.Prefix{netip.MustParsePrefix(prefix)}}
		if got := addresses([]lan.Link{link}); got != n {
			t.Errorf("%s: %d addresses, want %d", prefix, got, n)
		}
	}
}

// TestPlannedLogins names records and accounts, and never a password.
func TestPlannedLogins(t *testing.T) {
	h := newHome(t)
	w := want(lan.Login)
	documented := MakePlan(t.Context(), h.Parts, w).Logins
	w.Logins = probes.Common
	common := MakePlan(t.Context(), h.Parts, w).Logins
	if len(documented) < 5 || len(common) != len(documented)+1 || common[len(common)-1].Record != "common" {
		t.Errorf("%d documented, %d with the common ones", len(documented), len(common))
	}
	for _, l := range documented {
		if l.Record == "" || l.Vendor == "" || !strings.HasPrefix(l.Source, "https://") {
			t.Errorf("planned login %+v", l)
		}
	}
}

// TestPlanText holds the words to the files in testdata, which are changed by hand:
// a change of them is meant to be read.
func TestPlanText(t *testing.T) {
	look := Plan{
		Touch: lan.Look, Rung: "connect", Links: []lan.Link{brLAN}, Addresses: 254, Sources: []string{"neigh", "mdns"},
		TCP: ports.Home()[:40], Fragile: ports.Short(), Decoys: Decoys{5, 20_000}, Checks: []string{"telnet-open", "ftp-open"}, Known: make([]lan.Device, 3),
	}
	login := look
	login.Touch, login.Rung, login.UDP = lan.Login, "raw", []uint16{161, 1900}
	login.Logins = []PlannedLogin{
		{Record: "axis-http", Vendor: "Axis", Account: "root", Source: "https://help.example/axis"},
		{Record: "common", Account: "admin, root", Source: "generic pairs, two an account at most"},
	}
	listen := Plan{Touch: lan.Listen, Rung: "raw", Links: []lan.Link{brLAN}, Sources: []string{"neigh"}, Checks: []string{"end-of-support"}}
	for name, p := range map[string]Plan{"listen": listen, "look": look, "login": login} {
		var got bytes.Buffer
		if err := p.Text(&got); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", "plan-"+name+".txt")
		golden, err := os.ReadFile(file)
		if err != nil || got.String() != string(golden) {
			t.Errorf("%s (%v) differs from\n%s", file, err, got.String())
		}
	}
}
