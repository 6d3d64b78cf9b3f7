package watch

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/census"
	"github.com/homesweep/homesweep/probes/lan"
)

// phones is a home where a phone came back under a new private address.
func phones(t *testing.T) *house {
	t.Helper()
	h := newHouse(t)
	now := time.Now()
	h.memory.latest = lan.Sweep{
		Started: now.Add(-time.Minute), Finished: now,
		Devices: []lan.Device{
			{ID: "old", Kind: "phone", MACs: []lan.MAC{{2, 0, 0, 0, 0, 1}}, Names: []string{"Annas-iPhone"}, Addresses: []netip.Addr{netip.MustParseAddr("192.0.2.7")},
				FirstSeen: now.Add(-1000 * time.Hour), LastSeen: now.Add(-3 * time.Hour), Presence: lan.Presence{State: lan.Away, By: "dhcp", At: now.Add(-3 * time.Hour)}},
			{ID: "new", Kind: "phone", MACs: []lan.MAC{phoneMAC}, Names: []string{"Annas-iPhone"}, Addresses: []netip.Addr{netip.MustParseAddr("192.0.2.9")},
				FirstSeen: now.Add(-time.Hour), LastSeen: now.Add(-time.Second), Presence: lan.Presence{State: lan.Online, By: "mdns", At: now.Add(-time.Second)}},
			{ID: "nas", MACs: []lan.MAC{{0, 1, 1, 1, 1, 1}}, LastSeen: now},
		},
		Suggestions: []lan.Suggestion{{Device: "new", Same: "old", Reasons: []string{"Both call themselves “Annas-iPhone”."}, Confidence: 0.8}},
	}
	h.reopen(t)
	return h
}

func ids(s lan.Sweep) (list []string) {
	for _, d := range s.Devices {
		list = append(list, d.ID)
	}
	slices.Sort(list)
	return list
}

func lines(list []lan.Decision) (out []string) {
	for _, d := range list {
		out = append(out, strings.Join(strings.Fields(fmt.Sprint(d.What, " ", d.Device, " ", d.Value)), " "))
	}
	return out
}

// TestMerge is in force at once and after a restart: one device, under the ID
// that is kept, there because the other was heard, and never suggested again.
func TestMerge(t *testing.T) {
	h := phones(t)
	if s := h.Sweep(); len(s.Devices) != 3 || len(s.Suggestions) != 1 {
		t.Fatalf("before: %v, %v", ids(s), s.Suggestions)
	}
	decide(t, h, lan.Decision{Device: "new", What: "do-not-probe", Value: "yes"},
		lan.Decision{Device: "old", What: "name", Value: "Anna"},
		lan.Decision{Device: "old", What: "merge", Value: "new"})
	for _, when := range []string{"at once", "after a restart"} {
		s := h.Sweep()
		i := slices.IndexFunc(s.Devices, func(d lan.Device) bool { return d.ID == "old" })
		if !slices.Equal(ids(s), []string{"nas", "old"}) || len(s.Suggestions) != 0 {
			t.Fatalf("%s: %v, %v", when, ids(s), s.Suggestions)
		}
		if d := s.Devices[i]; d.Names[0] != "Anna" || !slices.Contains(d.MACs, phoneMAC) || gone(d.Presence.State) {
			t.Errorf("%s: %q %v %+v", when, d.Names, d.MACs, d.Presence)
		}
		if skip := h.skipped(); !skip["old"] || len(skip) != 1 {
			t.Errorf("%s: the one to be left alone is %v", when, skip)
		}
		h.hear(lan.Sighting{Source: "ndp", MAC: phoneMAC, At: time.Now()})
		if s := h.Sweep(); gone(s.Devices[i].Presence.State) || s.Devices[i].Presence.By != "ndp" {
			t.Errorf("%s: heard by its new address it is %+v", when, s.Devices[i].Presence)
		}
		h.reopen(t)
	}
	// Undone, everything is as before, but for the suggestion.
	decide(t, h, lan.Decision{Device: "old", What: "split", Value: "new"})
	if s := h.Sweep(); len(s.Devices) != 3 || len(s.Suggestions) != 0 || !h.skipped()["new"] || h.skipped()["old"] {
		t.Errorf("undone: %v, %v, left alone %v", ids(s), s.Suggestions, h.skipped())
	}
}

// TestDeclined: "not the same" is remembered, whichever of the two it was said of.
func TestDeclined(t *testing.T) {
	for _, said := range []lan.Decision{{Device: "old", What: "split", Value: "new"}, {Device: "new", What: "split", Value: "old"}} {
		h := phones(t)
		decide(t, h, said)
		h.reopen(t)
		if s := h.Sweep(); len(s.Devices) != 3 || len(s.Suggestions) != 0 {
			t.Errorf("%+v: %v, %v", said, ids(s), s.Suggestions)
		}
	}
}

// TestIdentityDecisions stand beside each other, one for each two things.
func TestIdentityDecisions(t *testing.T) {
	const mac, addr = "02:11:22:00:00:02", "192.0.2.9"
	say := func(what, device, value string) lan.Decision {
		return lan.Decision{What: what, Device: device, Value: value}
	}
	for name, c := range map[string]struct{ said, want []lan.Decision }{
		"several":            {[]lan.Decision{say("merge", "old", "new"), say("merge", "old", "nas"), say("split", "old", mac)}, nil},
		"again":              {[]lan.Decision{say("merge", "old", "new"), say("merge", "old", "new")}, []lan.Decision{say("merge", "old", "new")}},
		"undone":             {[]lan.Decision{say("merge", "old", "new"), say("split", "old", "new")}, []lan.Decision{say("split", "old", "new")}},
		"from the other":     {[]lan.Decision{say("split", "old", "new"), say("merge", "new", "old")}, []lan.Decision{say("merge", "new", "old")}},
		"a name beside it":   {[]lan.Decision{say("name", "nas", "x"), say("split", "nas", "x")}, nil},
		"a hardware address": {[]lan.Decision{say("split", "old", mac), say("merge", "old", mac)}, []lan.Decision{say("merge", "old", mac)}},
		"an address":         {[]lan.Decision{say("split", "old", addr), say("merge", "old", addr)}, []lan.Decision{}},
	} {
		h := phones(t)
		decide(t, h, c.said...)
		want := lines(c.said)
		if c.want != nil {
			want = lines(c.want)
		}
		for range 2 {
			if got := lines(h.Decisions()); !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
			h.reopen(t)
		}
	}
}

// TestLaterWordHolds: of two words on what is one device now, the later.
func TestLaterWordHolds(t *testing.T) {
	h := phones(t)
	decide(t, h,
		lan.Decision{Device: "old", What: "name", Value: "Old"},
		lan.Decision{Device: "new", What: "name", Value: "New"},
		lan.Decision{Device: "old", What: "merge", Value: "new"})
	if got := lines(h.Decisions()); !slices.Equal(got, []string{"name old New", "merge old new"}) {
		t.Errorf("%q", got)
	}
	decide(t, h, lan.Decision{Device: "old", What: "name", Value: "Anna"})
	s := h.Sweep()
	for _, d := range s.Devices {
		if d.ID == "old" && (d.Names[0] != "Anna" || slices.Contains(d.Names, "New")) {
			t.Errorf("named %q", d.Names)
		}
		for _, f := range d.Identity {
			if f.Field == identityOf {
				t.Errorf("our own mark shows: %+v", f)
			}
		}
	}
}

// TestNextSweepObeys: what is handed to the next sweep's census makes it conclude
// what is shown already, and an undone word makes two of one again.
func TestNextSweepObeys(t *testing.T) {
	oldMAC := lan.MAC{2, 0, 0, 0, 0, 1}
	at := time.Now()
	fold := func(known []lan.Device, told []lan.Decision) (list []lan.Device) {
		c := census.New([]lan.Link{lan0}, time.Time{}, known, told)
		for i, m := range []lan.MAC{oldMAC, phoneMAC} {
			c.See(lan.Sighting{Source: "arp", Link: "lan0", At: at, MAC: m, Addr: netip.AddrFrom4([4]byte{192, 0, 2, byte(7 + i)})})
		}
		return c.Devices()
	}
	h := newHouse(t)
	h.memory.latest = lan.Sweep{Devices: fold(nil, nil)}
	h.reopen(t)
	first, second := census.ID(lan.Device{MACs: []lan.MAC{oldMAC}}), census.ID(lan.Device{MACs: []lan.MAC{phoneMAC}})
	for _, step := range []struct {
		what, value string
		want        int
	}{
		{"merge", second, 1}, {"split", second, 2}, {"merge", second, 1},
		{"split", phoneMAC.String(), 2}, {"merge", phoneMAC.String(), 1}, {"split", second, 2},
	} {
		decide(t, h, lan.Decision{Device: first, What: step.what, Value: step.value})
		got := fold(h.Sweep().Devices, h.Decisions())
		if len(got) != step.want || step.want == 1 && got[0].ID != first {
			t.Errorf("after %s of %s: %d devices, %v", step.what, step.value, len(got), ids(lan.Sweep{Devices: got}))
		}
		// The store keeps both: what the sweep saw, and what is remembered.
		for _, d := range h.memory.latest.Devices {
			if !slices.ContainsFunc(got, func(n lan.Device) bool { return n.ID == d.ID }) {
				got = append(got, d)
			}
		}
		h.memory.latest.Devices = got
		h.reopen(t)
		if n := len(h.Sweep().Devices); n != step.want {
			t.Errorf("after %s of %s: %d are shown", step.what, step.value, n)
		}
	}
}
