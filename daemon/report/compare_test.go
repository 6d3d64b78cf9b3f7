package report

import (
	"bytes"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

var (
	factory = lan.MAC{0x00, 0x12, 0x34, 0x56, 0x78, 0x9a}
	private = lan.MAC{0xa6, 1, 2, 3, 4, 5}
)

// thing is a device with one port open.
func thing(id string, mac lan.MAC, a string, findings ...lan.Finding) lan.Device {
	d := lan.Device{ID: id, Kind: "camera", Addresses: []netip.Addr{addr(a)}, Services: []lan.Service{open(a, 80, "http")}, Findings: findings}
	if !mac.IsZero() {
		d.MACs = []lan.MAC{mac}
	}
	return d
}

func finds(check string, v lan.Verdict, s lan.Severity) lan.Finding {
	return lan.Finding{Check: check, Verdict: v, Severity: s, Title: "Title of " + check}
}

// look is a sweep of the home that went as far as ask.
func look(devices ...lan.Device) lan.Sweep {
	at := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	return lan.Sweep{Tool: "homesweep 1", Started: at, Finished: at.Add(time.Minute), Touch: lan.Ask, Rung: "raw", Devices: devices,
		Links: []lan.Link{{Name: "br-lan", Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24")}}}}
}

// told is ch in short: "joined a, new x on a".
func told(ch lan.Changes) string {
	var list []string
	for _, d := range ch.Devices {
		list = append(list, string(d.Change)+" "+d.Device)
	}
	for _, f := range ch.Findings {
		list = append(list, string(f.Change)+" "+f.Check+" on "+f.Device)
	}
	return strings.Join(list, ", ")
}

// TestCompareFindings goes through what can become of a problem.
func TestCompareFindings(t *testing.T) {
	bad := func(v lan.Verdict, s lan.Severity) lan.Device {
		return thing("d", factory, "192.168.1.9", finds("x", v, s))
	}
	none := thing("d", factory, "192.168.1.9")
	rested := none
	rested.Suffered = lan.Suffering{At: look().Finished.Add(-time.Hour), Sign: "It stopped."}
	for _, c := range []struct {
		name     string
		old, now lan.Device
		want     string
	}{
		{"the same", bad(lan.Fail, lan.Soon), bad(lan.Fail, lan.Soon), ""},
		{"broke", bad(lan.Pass, lan.Soon), bad(lan.Fail, lan.Soon), "new x on d"},
		{"mended", bad(lan.Fail, lan.Soon), bad(lan.Pass, lan.Soon), "fixed x on d"},
		{"probably mended", bad(lan.LikelyFail, lan.Soon), bad(lan.LikelyPass, lan.Soon), "fixed x on d"},
		{"not tested now", bad(lan.Fail, lan.Soon), bad(lan.NotTested, lan.Soon), "no_longer_told x on d"},
		{"unknown now", bad(lan.Fail, lan.Soon), bad(lan.Undecided, lan.Soon), "no_longer_told x on d"},
		{"not applied now", bad(lan.Fail, lan.Soon), none, "no_longer_told x on d"},
		{"not tested then", bad(lan.NotTested, lan.Soon), bad(lan.Fail, lan.Soon), "not_comparable x on d"},
		{"unknown then", bad(lan.Undecided, lan.Soon), bad(lan.Fail, lan.Soon), "not_comparable x on d"},
		{"not there then", none, bad(lan.Fail, lan.Soon), "new x on d"},
		{"left alone then", rested, bad(lan.Fail, lan.Soon), "not_comparable x on d"},
		{"more severe", bad(lan.Fail, lan.Soon), bad(lan.Fail, lan.ActNow), "worse x on d"},
		{"certain", bad(lan.LikelyFail, lan.Soon), bad(lan.Fail, lan.Soon), "worse x on d"},
		{"less severe", bad(lan.Fail, lan.ActNow), bad(lan.Fail, lan.Soon), "better x on d"},
		{"less certain", bad(lan.Fail, lan.Soon), bad(lan.LikelyFail, lan.Soon), ""},
	} {
		if got := told(Compare(look(c.old), look(c.now))); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestCompareDoor: a problem at a door that was asked for and is closed is fixed,
// and not one at a door that nobody asked for.
func TestCompareDoor(t *testing.T) {
	telnet := func(port uint16) lan.Device {
		d := thing("d", factory, "192.168.1.9")
		d.Services = append(d.Services, open("192.168.1.9", port, "telnet"))
		d.Findings = []lan.Finding{{Check: "telnet-open", Verdict: lan.Fail, Severity: lan.Soon, Service: fmt.Sprintf("tcp/%d", port)}}
		return d
	}
	shut, silent, sleeping := thing("d", factory, "192.168.1.9"), thing("d", factory, "192.168.1.9"), thing("d", factory, "192.168.1.9")
	silent.Services = nil
	sleeping.Suffered = lan.Suffering{At: look().Finished.Add(-time.Hour)}
	shy := look(shut)
	shy.Touch = lan.Listen
	for _, c := range []struct {
		name string
		old  lan.Device
		now  lan.Sweep
		want string
	}{
		{"closed", telnet(23), look(shut), "changed d, fixed telnet-open on d"},
		{"on a port that is not on the home's list", telnet(12345), look(shut), "no_longer_told telnet-open on d"},
		{"nothing answers", telnet(23), look(silent), "no_longer_told telnet-open on d"},
		{"left alone", telnet(23), look(sleeping), "no_longer_told telnet-open on d"},
		{"only listened", telnet(23), shy, "no_longer_told telnet-open on d"},
	} {
		if got := told(Compare(look(c.old), c.now)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if got := told(Compare(look(shut), look(telnet(23)))); got != "changed d, new telnet-open on d" {
		t.Errorf("opened: %q", got)
	}
	if got := told(Compare(look(shut), look(telnet(12345)))); got != "not_comparable telnet-open on d" {
		t.Errorf("opened where nobody had asked: %q", got)
	}
}

// TestCompareReach: what one of the sweeps could not have met has not joined or
// gone, and its problems are neither new nor fixed.
func TestCompareReach(t *testing.T) {
	d := thing("d", factory, "192.168.1.9", finds("x", lan.Fail, lan.Soon))
	stays := thing("s", lan.MAC{0, 1, 2, 3, 4, 5}, "192.168.1.3")
	with := func(change func(*lan.Sweep), devices ...lan.Device) lan.Sweep {
		s := look(append(devices, stays)...)
		change(&s)
		return s
	}
	same := func(*lan.Sweep) {}
	for name, c := range map[string]struct {
		change       func(*lan.Sweep) // to the sweep that lacks d
		joined, gone string
	}{
		"as well done":  {same, "joined d, new x on d", "gone d"},
		"only listened": {func(s *lan.Sweep) { s.Touch = lan.Listen }, "not_comparable x on d", ""},
		"elsewhere":     {func(s *lan.Sweep) { s.Links[0].Prefixes[0] = netip.MustParsePrefix("192.168.2.0/24") }, "not_comparable x on d", ""},
		"in part":       {func(s *lan.Sweep) { s.Links[0].Prefixes[0] = netip.MustParsePrefix("192.168.1.0/29") }, "not_comparable x on d", ""},
		"stopped":       {func(s *lan.Sweep) { s.Notes = []string{"The sweep was stopped before it was done."} }, "not_comparable x on d", ""},
		"could not ask": {func(s *lan.Sweep) { s.Rung = "passive" }, "not_comparable x on d", ""},
	} {
		if got := told(Compare(with(c.change), with(same, d))); got != c.joined {
			t.Errorf("%s then: %q, want %q", name, got, c.joined)
		}
		ch := Compare(with(same, d), with(c.change))
		if got := told(ch); got != c.gone {
			t.Errorf("%s now: %q, want %q", name, got, c.gone)
		}
		if c.gone == "" && len(ch.Notes) == 0 {
			t.Errorf("%s now: nothing says why", name)
		}
	}
}

// TestCompareDevices: who is known again, by what.
func TestCompareDevices(t *testing.T) {
	known := func(d lan.Device, identity string) lan.Device {
		d.Identity = append(slices.Clone(d.Identity), lan.Fact{Field: lan.FieldIdentity, Value: identity})
		return d
	}
	named := func(d lan.Device, name string) lan.Device { d.Names = []string{name}; return d }
	zero := lan.MAC{}
	for _, c := range []struct {
		name     string
		old, now lan.Device
		want     string
	}{
		{"by ID, elsewhere", thing("a", factory, "192.168.1.9"), thing("a", factory, "192.168.1.10"), "changed a"},
		{"by factory MAC", thing("a", factory, "192.168.1.9"), thing("b", factory, "192.168.1.9"), ""},
		{"by identity", known(thing("a", private, "192.168.1.9"), "hap:1"), known(thing("b", factory, "192.168.1.9"), "hap:1"), ""},
		{"never by private MAC", thing("a", private, "192.168.1.9"), thing("b", private, "192.168.1.9"), "joined b, gone a"},
		{"never by address", thing("a", zero, "192.168.1.9"), thing("b", zero, "192.168.1.9"), "joined b, gone a"},
		{"not by an ID made from an address", thing("a", zero, "192.168.1.9"), thing("a", zero, "192.168.1.9"), ""},
		{"by such an ID and a name", named(thing("a", zero, "192.168.1.9", finds("x", lan.Fail, 2)), "tv"), named(thing("a", zero, "192.168.1.9", finds("x", lan.Pass, 2)), "tv"), "fixed x on a"},
		{"another at its address", thing("a", zero, "192.168.1.9", finds("x", lan.Fail, 2)), thing("a", zero, "192.168.1.9", finds("x", lan.Pass, 2)), ""},
	} {
		if got := told(Compare(look(c.old), look(c.now))); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	two := look(known(thing("a", zero, "192.168.1.9"), "udn:1"), known(thing("b", zero, "192.168.1.8"), "udn:1"))
	if got := told(Compare(two, look(known(thing("c", zero, "192.168.1.9"), "udn:1")))); got != "joined c, gone b, gone a" && got != "joined c, gone a, gone b" {
		t.Errorf("an identity that two have names one: %q", got)
	}
	one := look(known(thing("a", zero, "192.168.1.9"), "udn:1"))
	if got := told(Compare(one, look(known(thing("c", zero, "192.168.1.9"), "udn:1"), known(thing("d", zero, "192.168.1.8"), "udn:1")))); strings.Count(got, "joined") != 2 {
		t.Errorf("an identity that two have now names one: %q", got)
	}
}

// TestCompareText is the golden text of a comparison, and that nothing changed.
func TestCompareText(t *testing.T) {
	old, now := home(), home()
	old.Notes, now.Notes = nil, nil
	camera, tv := &now.Devices[0], &now.Devices[2]
	camera.Addresses, camera.Firmware, camera.Services = []netip.Addr{addr("192.168.1.21")}, "2.2.0", camera.Services[:2]
	camera.Findings = slices.Delete(camera.Findings, 0, 1)
	camera.Findings[0].Severity = lan.Soon
	tv.MACs, old.Devices[2].MACs = []lan.MAC{{0, 1, 2, 3, 4, 5}}, []lan.MAC{{0, 1, 2, 3, 4, 5}}
	tv.Findings = append(tv.Findings, lan.Finding{Check: "telnet-open", Verdict: lan.Fail, Severity: lan.Soon, Title: "Telnet is open\x1b[2J"})
	old.Devices = append(old.Devices, thing("gone", lan.MAC{0, 9, 9, 9, 9, 9}, "192.168.1.200", finds("x", lan.Fail, lan.Soon)))
	now.Started, now.Finished = now.Started.Add(time.Hour), now.Finished.Add(time.Hour)
	ch := Compare(old, now)
	now.Changes = &ch
	golden(t, "changes.txt", text(t, now, TextOptions{}))
	var b bytes.Buffer
	if err := JSON(&b, now); err != nil || !strings.Contains(b.String(), `"changes": {`) {
		t.Errorf("the JSON lacks changes: %v", err)
	}
	same := Compare(home(), home())
	s := home()
	s.Changes = &same
	if out := string(text(t, s, TextOptions{})); !same.None() || !strings.Contains(out, "Nothing that could be compared.") {
		t.Errorf("nothing changed: %+v\n%s", same, out)
	}
}

// TestNotesAreKnown: the notes that say that a sweep missed something begin as
// cuts has them.
func TestNotesAreKnown(t *testing.T) {
	files, err := filepath.Glob("../sweep/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no sources: %v", err)
	}
	all := ""
	for _, f := range append(files, "../watch/roll.go", "../../probes/reach/shortage.go") {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all += string(text)
	}
	for _, c := range cuts {
		if c != "The sweep was cut short" && !strings.Contains(all, `"`+c) {
			t.Errorf("no note begins with %q any more", c)
		}
	}
}
