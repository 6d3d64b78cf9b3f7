package lan

import (
	"testing"
	"time"
)

// TestDiscreet: of what somebody carries every time is a day, of all else it stays.
func TestDiscreet(t *testing.T) {
	zone := time.FixedZone("", 3600)
	late := time.Date(2026, 11, 22, 23, 30, 0, 0, time.UTC)
	day := time.Date(2026, 11, 23, 0, 0, 0, 0, zone)
	for kind, want := range map[Kind]time.Time{"phone": day, "computer": day, "nas": late, "": late} {
		was := Device{Kind: kind, FirstSeen: late, LastSeen: late, Presence: Presence{At: late, Since: late},
			Identity: []Fact{{FirstSeen: late, LastSeen: late}}, Findings: []Finding{{FirstSeen: late, LastSeen: late}, {Check: ClearTraffic}},
			Clear: []Flow{{Port: 80}}}
		d := was.Discreet(zone)
		for i, got := range []time.Time{
			d.FirstSeen, d.LastSeen, d.Presence.At, d.Presence.Since,
			d.Identity[0].FirstSeen, d.Identity[0].LastSeen, d.Findings[0].FirstSeen, d.Findings[0].LastSeen,
		} {
			if !got.Equal(want) {
				t.Errorf("%q, time %d: %v, want %v", kind, i, got, want)
			}
		}
		if (d.Clear == nil) != (want == day) || (len(d.Findings) == 1) != (want == day) {
			t.Errorf("%q: it sent %v, %v", kind, d.Clear, d.Findings)
		}
		if !was.Identity[0].LastSeen.Equal(late) || !was.Findings[0].LastSeen.Equal(late) {
			t.Errorf("%q: the device itself was changed", kind)
		}
	}
}

// TestPersonal: what hides its hardware address and was not recognised may be a
// guest's phone.
func TestPersonal(t *testing.T) {
	hidden, factory := MAC{0xa6, 1}, MAC{0x00, 0x12}
	late := time.Date(2026, 11, 22, 23, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		kind Kind
		macs []MAC
		want bool
	}{
		{"phone", nil, true}, {"computer", []MAC{factory}, true}, {"nas", []MAC{hidden}, false},
		{Unknown, nil, false}, {"", []MAC{factory}, false},
		{Unknown, []MAC{hidden}, true}, {"", []MAC{factory, hidden}, true},
	} {
		d := Device{Kind: c.kind, MACs: c.macs, LastSeen: late}
		if d.Personal() != c.want || d.Discreet(time.UTC).LastSeen.Equal(late) == c.want {
			t.Errorf("%q at %v: %t", c.kind, c.macs, !c.want)
		}
	}
}

// TestDayOf: a day begins at midnight, or where that is skipped an hour later.
func TestDayOf(t *testing.T) {
	azores, err := time.LoadLocation("Atlantic/Azores")
	if err != nil {
		t.Skip("no time zones here:", err)
	}
	noon := time.Date(2026, 3, 29, 12, 0, 0, 0, azores)
	if got := DayOf(noon, azores); got.Hour() != 1 || got.Day() != 29 {
		t.Errorf("the day without a midnight begins at %v", got)
	}
	if !DayOf(time.Time{}, azores).IsZero() {
		t.Error("never became a day")
	}
}
