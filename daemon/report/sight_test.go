package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// at is d with a problem at a service of its own.
func at(d lan.Device, transport lan.Transport, port uint16) lan.Device {
	d.Services = append(slices.Clone(d.Services), lan.Service{Address: d.Addresses[0], Transport: transport, Port: port})
	d.Findings = append(slices.Clone(d.Findings), lan.Finding{
		Check: "x", Verdict: lan.Fail, Severity: lan.Soon, Service: fmt.Sprintf("%s/%d", transport, port)})
	return d
}

// TestCompareAbsence: what was not seen is closed and fixed, or new next time, only
// where its absence could be seen.
func TestCompareAbsence(t *testing.T) {
	const rare = 12345 // not on the home's list
	d := thing("d", factory, "192.168.1.9")
	asleep, boundless, mute := d, d, d
	asleep.Services = nil
	mute.Services = nil
	mute.Findings = []lan.Finding{finds("y", lan.Pass, lan.Soon)}
	boundless.Identity = []lan.Fact{{Field: lan.FieldPorts, Value: "accepts connections on every port"}}
	other := at(thing("o", lan.MAC{0, 1, 2, 3, 4, 5}, "192.168.1.3"), lan.TCP, rare)
	whole := finds("z", lan.Fail, lan.Soon) // at no service
	with := func(d lan.Device) lan.Device { d.Findings = append(slices.Clone(d.Findings), whole); return d }
	for _, c := range []struct {
		name     string
		old, now lan.Device
		want     string
	}{
		{"closed", at(d, lan.TCP, 23), d, "changed d, fixed x on d"},
		{"opened", d, at(d, lan.TCP, 23), "changed d, new x on d"},
		{"a rare port closed", at(d, lan.TCP, rare), d, "no_longer_told x on d"},
		{"a rare port opened", d, at(d, lan.TCP, rare), "not_comparable x on d"},
		{"silent over UDP", at(d, lan.UDP, 161), d, "no_longer_told x on d"},
		{"answers over UDP", d, at(d, lan.UDP, 161), "not_comparable x on d"},
		{"asleep then", asleep, with(at(d, lan.TCP, 23)), "not_comparable x on d, not_comparable z on d"},
		{"without services then", mute, with(mute), "new z on d"},
		{"every port open now", at(d, lan.TCP, 23), boundless, "no_longer_told x on d"},
		{"every port open now, and told", d, at(boundless, lan.TCP, 23), "not_comparable x on d"},
		{"every port open then", at(boundless, lan.TCP, 23), d, "no_longer_told x on d"},
		{"every port open then, and not told", boundless, at(d, lan.TCP, 23), "not_comparable x on d"},
	} {
		if got := told(Compare(look(c.old, other), look(c.now, other))); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestCompareWorst: of a check that says more than one thing of a service, the worst
// is compared, in whatever order they stand.
func TestCompareWorst(t *testing.T) {
	has := func(list ...lan.Finding) lan.Device { return thing("d", factory, "192.168.1.9", list...) }
	bad, mild, well := finds("x", lan.Fail, lan.ActNow), finds("x", lan.Fail, lan.Soon), finds("x", lan.Pass, 0)
	open, off := finds("x", lan.Undecided, 0), finds("x", lan.NotApplicable, 0)
	for _, c := range []struct {
		name     string
		old, now lan.Device
		want     string
	}{
		{"the same two", has(well, bad), has(bad, well), ""},
		{"the same three", has(well, mild, bad), has(bad, well, mild), ""},
		{"one of two mended", has(bad, well), has(well, mild), "better x on d"},
		{"both mended", has(bad, mild), has(off, well), "fixed x on d"},
		{"one well, one unknown", has(bad), has(well, open), "no_longer_told x on d"},
		{"two new", has(), has(bad, mild), "new x on d"},
	} {
		if got := told(Compare(look(c.old), look(c.now))); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestCompareMarks: a device that shares one mark with another is known again by the
// others that it has.
func TestCompareMarks(t *testing.T) {
	known := func(id, a string, identities ...string) lan.Device {
		d := thing(id, lan.MAC{}, a)
		for _, value := range identities {
			d.Identity = append(d.Identity, lan.Fact{Field: lan.FieldIdentity, Value: value})
		}
		return d
	}
	old := look(known("a", "192.168.1.8", "udn:shared"), known("b", "192.168.1.9", "udn:shared", "hap:1"))
	now := look(known("c", "192.168.1.8", "udn:shared"), known("e", "192.168.1.9", "hap:1"))
	if got := told(Compare(old, now)); got != "joined c, gone a" {
		t.Errorf("%q", got)
	}
}

// TestCompareUnsure: problems of devices that cannot be matched are counted, and
// such devices are not known again.
func TestCompareUnsure(t *testing.T) {
	faceless := func(n int) lan.Device {
		d := thing("a", lan.MAC{}, "192.168.1.9")
		d.Kind, d.Services = lan.Unknown, nil
		for i := range n {
			d.Findings = append(d.Findings, finds(fmt.Sprint("x", i), lan.Fail, lan.Soon))
		}
		return d
	}
	ch := Compare(look(faceless(2)), look(faceless(1)))
	notes := strings.Join(ch.Notes, "\n")
	if !strings.Contains(notes, "Left out are 2 problems of then and 1 problem of now.") || !strings.Contains(notes, "No device of the earlier sweep was known again.") {
		t.Errorf("%s", notes)
	}
}

// TestCompareWords: what could not be seen is not said to be so.
func TestCompareWords(t *testing.T) {
	d := thing("d", factory, "192.168.1.9", finds("x", lan.Fail, lan.Soon))
	still := thing("d", factory, "192.168.1.9")
	other := at(thing("o", lan.MAC{0, 1, 2, 3, 4, 5}, "192.168.1.3"), lan.TCP, 23)
	shut := thing("o", lan.MAC{0, 1, 2, 3, 4, 5}, "192.168.1.3")
	gone := thing("g", lan.MAC{0, 1, 2, 3, 4, 6}, "192.168.1.4")
	words := ""
	for _, ch := range []lan.Changes{Compare(look(d, other, gone), look(still, shut)), Compare(look(still, shut), look(d, other, gone))} {
		for _, d := range ch.Devices {
			words += d.Words + "\n"
		}
		for _, f := range ch.Findings {
			words += f.Words + "\n"
		}
	}
	for _, want := range []string{
		"No longer found on camera (192.168.1.9): Title of x. We cannot say whether it is fixed.\n",
		"(192.168.1.4) did not answer then.", "(192.168.1.4) does not answer now.", " Now open: tcp/23.", " Now closed: tcp/23.",
	} {
		if !strings.Contains(words, want) {
			t.Errorf("%q is not in\n%s", want, words)
		}
	}
}

// TestRedactDay: a time to the day is that day in the table, whatever the clock of
// the home, and a device that is left alone still is.
func TestRedactDay(t *testing.T) {
	for _, hours := range []int{-10, 0, 9} {
		zone := time.FixedZone("", hours*3600)
		s := look(thing("d", factory, "192.168.1.9"))
		s.Finished = time.Date(2026, 11, 23, 2, 0, 0, 0, zone)
		d := &s.Devices[0]
		d.FirstSeen, d.LastSeen = time.Date(2026, 11, 21, 0, 30, 0, 0, zone), time.Date(2026, 11, 22, 23, 30, 0, 0, zone)
		d.Suffered = lan.Suffering{At: time.Date(2026, 11, 22, 6, 7, 0, 0, zone)}
		out := Redact(s)
		var b strings.Builder
		if err := CSV(&b, out); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), `"2026-11-21T`) || !strings.Contains(b.String(), `"2026-11-22T`) {
			t.Errorf("%d hours: %s", hours, b.String())
		}
		if hid := out.Devices[0]; hid.Suffered.At.Minute() != 0 || !hid.Resting(out.Finished) {
			t.Errorf("%d hours: suffered at %v", hours, hid.Suffered.At)
		}
		s.Devices[0].Suffered.At = time.Date(2026, 11, 21, 6, 7, 0, 0, zone)
		if Redact(s).Devices[0].Resting(s.Finished) {
			t.Errorf("%d hours: it is left alone longer than it was", hours)
		}
	}
}
