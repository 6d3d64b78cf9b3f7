package lab

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest"
)

// TestFakeHousehold sweeps every device of testdata/devices at touch login, by
// each engine, and holds what was found against each device's own truth, and
// what was done to it against our manners.
func TestFakeHousehold(t *testing.T) {
	for _, rung := range []string{wiring.RungRaw, wiring.RungConnect} {
		t.Run(rung, func(t *testing.T) {
			h := household(t)
			s := sweepHouse(t, rung, lan.Login)
			if len(s.Devices) != len(h.Running())+1 {
				t.Errorf("%d devices found, %d are there", len(s.Devices)-1, len(h.Running()))
			}
			for i, r := range h.Running() {
				t.Run(r.Device().Name, func(t *testing.T) {
					d := device(t, s, h.rooms[i].Addr())
					truth(t, r.Device(), d)
					manners(t, rung, d, r.Counters())
				})
			}
		})
	}
}

// truth holds what was found of a device against what it is.
func truth(t *testing.T, want *probetest.Device, got lan.Device) {
	var open, named []string
	for _, p := range want.Open {
		if p.Transport == lan.UDP && !slices.Contains(identify.UDPPorts(got.Class()), p.Port) {
			continue // not a port that is asked
		}
		key := fmt.Sprintf("%s/%d", p.Transport, p.Port)
		open = append(open, key)
		i := slices.IndexFunc(got.Services, func(s lan.Service) bool { return s.Key() == key })
		if i < 0 || p.Name == "" {
			continue
		}
		if s := got.Services[i]; s.Name != p.Name || p.Product != "" && !strings.EqualFold(s.Product, p.Product) || p.Version != "" && s.Version != p.Version {
			named = append(named, fmt.Sprintf("%s is named %s %q %q, want %s %q %q", key, s.Name, s.Product, s.Version, p.Name, p.Product, p.Version))
		}
	}
	for _, wrong := range named {
		t.Error(wrong)
	}
	var found []string
	for _, s := range got.Services {
		// A fake that announces itself answers a question to it alone as well,
		// which its list of listeners does not show.
		if key := s.Key(); key != "udp/1900" && key != "udp/5353" || slices.Contains(open, key) {
			found = append(found, s.Key())
		}
	}
	slices.Sort(open)
	slices.Sort(found)
	if !slices.Equal(open, found) {
		t.Errorf("open ports found: %v\nopen ports there: %v", found, open)
	}
	var problems []string
	for _, f := range got.Findings {
		if f.Verdict.Problem() && !slices.Contains(problems, f.Check) {
			problems = append(problems, f.Check)
			if !slices.Contains(want.Problems, f.Check) && want.Forbids(f.Check) {
				t.Errorf("false alarm %s on %s: %+v", f.Check, f.Service, f.Evidence)
			}
		}
	}
	for _, check := range want.Problems {
		if !slices.Contains(problems, check) {
			t.Errorf("%s was not found", check)
		}
	}
}

// manners holds what was done to a device against what we promise: at most two
// connections an open port and one more for a check that needs its own, nothing
// written to print ports, at most two wrong passwords an account. Without packet
// sockets a connection is how a port is found at all, so that a port whose UPnP
// description is read as well has three.
func manners(t *testing.T, rung string, d lan.Device, c probetest.Counters) {
	location, _ := url.Parse(d.Heard[lan.UPnPLocation])
	for port, n := range c.Ports {
		own := 0
		described := port == "tcp/"+location.Port()
		if rung == wiring.RungConnect && described {
			own = 1
		}
		if described && slices.ContainsFunc(d.Findings, func(f lan.Finding) bool { return f.Check == "upnp-mapping" }) {
			own++ // what it lets in from the internet is asked there
		}
		for _, f := range d.Findings {
			if f.Service == port {
				own += len(f.Evidence) // each exchange of a login check is one connection
			}
			if f.Service == port && f.Check == "default-login" && len(f.Evidence) > 2 {
				own++ // in the pause between two tries a nonce may have gone stale
			}
		}
		if most := 2 + own; n.Connections > most && strings.HasPrefix(port, "tcp/") {
			t.Errorf("%s: %d connections, at most %d are ours to make: %q", port, n.Connections, most, n.Asked)
		}
		if (port == "tcp/9100" || port == "tcp/515" || port == "tcp/37777") && (n.BytesRead > 0 || n.Writes > 0) {
			t.Errorf("%s: %d bytes were written", port, n.BytesRead)
		}
	}
	for user, n := range c.WrongPasswords {
		if n > 2 {
			t.Errorf("%d wrong passwords on account %q", n, user)
		}
	}
	if n := c.WrongPasswordsInAll(); n > 4 {
		t.Errorf("%d wrong passwords on one device", n)
	}
	if c.Locked {
		t.Error("an account was locked")
	}
	if c.Crashed {
		t.Error("the device died of it")
	}
	if n := c.Malformed(); n > 0 {
		t.Errorf("%d malformed requests", n)
	}
}
