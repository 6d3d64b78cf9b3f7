package census

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

const (
	macA, macB, macC = "00:11:22:00:00:0a", "00:11:22:00:00:0b", "00:11:22:00:00:0c"
)

var (
	idA = ID(lan.Device{MACs: []lan.MAC{mac(macA)}})
	idB = ID(lan.Device{MACs: []lan.MAC{mac(macB)}})
	idC = ID(lan.Device{MACs: []lan.MAC{mac(macC)}})
)

// three devices that have nothing in common.
func three(more ...func(*lan.Sighting)) []lan.Sighting {
	return []lan.Sighting{
		say("arp", "br-lan", 1, macA, "192.168.1.10", more...),
		say("arp", "br-lan", 1, macB, "192.168.1.11", more...),
		say("arp", "br-lan", 1, macC, "192.168.1.12", more...),
	}
}

// told are decisions, one a minute, as "what device value".
func told(words ...string) (list []lan.Decision) {
	for i, w := range words {
		f := strings.Fields(w)
		list = append(list, lan.Decision{What: f[0], Device: f[1], Value: f[2], At: at.Add(time.Duration(i) * time.Minute)})
	}
	return list
}

// who is the devices as a line each: ID and hardware addresses.
func who(list []lan.Device) string {
	var lines []string
	for _, d := range list {
		lines = append(lines, strings.NewReplacer(idA, "A", idB, "B", idC, "C").Replace(d.ID)+"="+
			strings.NewReplacer(macA, "a", macB, "b", macC, "c").Replace(macsIn(d)))
	}
	slices.Sort(lines)
	return strings.Join(lines, ", ")
}

func folded(known []lan.Device, decisions []lan.Decision, sightings []lan.Sighting) []lan.Device {
	c := New(nil, time.Time{}, known, decisions)
	for _, s := range sightings {
		c.See(s)
	}
	return c.Devices()
}

func TestTheOwnersWordIsKept(t *testing.T) {
	shared := being("udn:2fac1234-31f8-11b4-a222-08002b34c003")
	for name, c := range map[string]struct {
		told   []lan.Decision
		shared bool // all three say the same identity
		want   string
	}{
		"nothing said":                  {nil, false, "A=a, B=b, C=c"},
		"merge":                         {told("merge " + idA + " " + idB), false, "A=a b, C=c"},
		"the kept ID is the one named":  {told("merge " + idB + " " + idA), false, "B=a b, C=c"},
		"merge is transitive":           {told("merge "+idA+" "+idB, "merge "+idB+" "+idC), false, "A=a b c"},
		"and in the other order":        {told("merge "+idB+" "+idC, "merge "+idA+" "+idB), false, "A=a b c"},
		"the other way round, later":    {told("merge "+idA+" "+idB, "merge "+idB+" "+idA), false, "B=a b, C=c"},
		"merge by hardware address":     {told("merge " + idA + " " + macB), false, "A=a b, C=c"},
		"merge with nobody":             {told("merge " + idA + " d-000000000000"), false, "A=a, B=b, C=c"},
		"merge undone by address":       {told("merge "+idA+" "+idB, "split "+idA+" "+macB), false, "A=a, B=b, C=c"},
		"merge undone by ID":            {told("merge "+idA+" "+idB, "split "+idA+" "+idB), false, "A=a, B=b, C=c"},
		"one of a chain undone":         {told("merge "+idA+" "+idB, "merge "+idB+" "+idC, "split "+idA+" "+macB), false, "A=a, B=b c"},
		"the end of a chain undone":     {told("merge "+idA+" "+idB, "merge "+idB+" "+idC, "split "+idA+" "+macC), false, "A=a b, C=c"},
		"split undone":                  {told("split "+idA+" "+macB, "merge "+idA+" "+idB), true, "A=a b c"},
		"one identity makes one device": {nil, true, "A=a b c"},
		"split wins over identity":      {told("split " + idA + " " + macB), true, "A=a c, B=b"},
		"split by identity's device":    {told("split " + idB + " " + macC), true, "A=a b, C=c"},
		"an empty word":                 {[]lan.Decision{{What: "merge", Device: idA}, {What: "split", Value: macA}}, false, "A=a, B=b, C=c"},
		"a word on itself":              {told("merge " + idA + " " + idA), false, "A=a, B=b, C=c"},
	} {
		t.Run(name, func(t *testing.T) {
			sightings := three()
			if c.shared {
				sightings = three(shared)
			}
			for _, kept := range []bool{false, true} {
				var known []lan.Device
				if kept {
					known = folded(nil, c.told, sightings) // the sweep before
				}
				if got := who(folded(known, c.told, sightings)); got != c.want {
					t.Errorf("with memory %v: %s, want %s", kept, got, c.want)
				}
				slices.Reverse(sightings)
			}
		})
	}
}

func TestMergeSurvivesWhatItWasSaidOf(t *testing.T) {
	// Merged, then only the other one is there; memory knows both, or nobody.
	merged := told("merge " + idA + " " + idB)
	both := folded(nil, nil, three()[:2])
	for _, known := range [][]lan.Device{nil, both, both[:1]} {
		if got := who(folded(known, merged, three()[1:2])); got != "A=b" {
			t.Errorf("with %d remembered: %s", len(known), got)
		}
	}
	// The phone that was merged has yet another private address; it is known by
	// what it says.
	id := being("duid:00010001aabbccddeeff")
	known := folded(nil, merged, []lan.Sighting{three()[0], say("arp", "br-lan", 1, macB, "192.168.1.11", id)})
	if got := folded(known, merged, []lan.Sighting{say("arp", "br-lan", 9, "da:00:00:00:00:01", "192.168.1.77", id)}); len(got) != 1 || got[0].ID != idA {
		t.Errorf("%+v", got)
	}
}

func TestSplitTakesTheNewNameOfMemory(t *testing.T) {
	// Two interfaces were taken for one device, which has the ID of the lower.
	shared := being("udn:2fac1234-31f8-11b4-a222-08002b34c003")
	before := folded(nil, nil, three(shared))
	if who(before) != "A=a b c" {
		t.Fatal(who(before))
	}
	// The owner splits off the very one that the ID was made from.
	split := told("split " + idA + " " + macA)
	list := folded(before, split, three(shared))
	if len(list) != 2 || list[1].ID != idA || macsIn(list[1]) != macB+" "+macC {
		t.Fatalf("%s", who(list))
	}
	if list[0].ID == idA || list[0].ID == "" {
		t.Errorf("the part that was split off kept the ID")
	}
	again := folded(list, split, three(shared))
	if who(again) != who(list) {
		t.Errorf("the next sweep says %s, not %s", who(again), who(list))
	}
	if f := again[1].Identity; slices.ContainsFunc(f, func(f lan.Fact) bool { return f.Value == macA }) {
		t.Error("the split-off hardware address is still remembered as its own")
	}
}

func TestSplitByAddress(t *testing.T) {
	two := []lan.Sighting{
		say("arp", "br-lan", 1, macA, "192.168.1.10"),
		say("arp", "br-lan", 1, macA, "192.168.1.20", named("behind-a-repeater")),
	}
	list := folded(nil, told("split "+idA+" 192.168.1.20"), two)
	if len(list) != 2 || list[0].ID != idA || len(list[0].Addresses) != 1 || len(list[1].MACs) != 0 || !slices.Contains(list[1].Names, "behind-a-repeater") {
		t.Errorf("%+v", list)
	}
	undone := told("split "+idA+" 192.168.1.20", "merge "+idA+" "+list[1].ID)
	if list := folded(list, undone, two); len(list) != 1 || len(list[0].Addresses) != 2 {
		t.Errorf("%+v", list)
	}
}

func TestOwnersBondsSaySo(t *testing.T) {
	d := folded(nil, told("merge "+idA+" "+idB), three())[0]
	if !slices.ContainsFunc(d.Bonds, func(b lan.Bond) bool { return b.Source == "owner" }) {
		t.Errorf("%+v", d.Bonds)
	}
}

func TestMergeShowsAtOnce(t *testing.T) {
	list := folded(nil, nil, three())
	list[1].FirstSeen, list[1].Names = at.Add(-time.Hour), []string{"old name"}
	for name, c := range map[string]struct {
		told []lan.Decision
		want string
	}{
		"nothing said":     {nil, "A=a, B=b, C=c"},
		"merge":            {told("merge " + idA + " " + idB), "A=a b, C=c"},
		"transitive":       {told("merge "+idA+" "+idB, "merge "+idB+" "+idC), "A=a b c"},
		"undone":           {told("merge "+idA+" "+idB, "split "+idA+" "+macB), "A=a, B=b, C=c"},
		"kept one is gone": {told("merge d-000000000000 " + idB), "A=a, C=c, d-000000000000=b"},
	} {
		if got := who(Unite(list, c.told)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	d := Unite(list, told("merge "+idA+" "+idB))[0]
	if !d.FirstSeen.Equal(at.Add(-time.Hour)) || !slices.Contains(d.Names, "old name") || len(list[0].MACs) != 1 {
		t.Errorf("%+v", d)
	}
	bonded := folded(nil, nil, three())
	bonded[0].Bonds = append(bonded[0].Bonds, lan.Bond{One: idA, Other: idC, Source: "memory"})
	if got := who(Unite(bonded, nil)); got != "A=a c, B=b" {
		t.Error(got)
	}
}
