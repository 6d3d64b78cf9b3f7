package lan_test

import (
	"testing"
	"time"
	_ "time/tzdata" // for the zones of this test, wherever it runs

	"github.com/homesweep/homesweep/probes/lan"
)

// TestHoursEnd: when they end, over midnight, and in the nights in which the clocks
// are set: an end that is skipped comes at the first time there is after it.
func TestHoursEnd(t *testing.T) {
	for name, c := range map[string]struct {
		from, to, zone, at, want string
	}{
		"none":                         {"", "", "Europe/Berlin", "2026-01-10T03:00:00Z", "2026-01-10T03:00:00Z"},
		"before":                       {"22:30", "07:00", "Europe/Berlin", "2026-01-10T21:29:59Z", "2026-01-10T21:29:59Z"},
		"over midnight":                {"22:30", "07:00", "Europe/Berlin", "2026-01-10T21:30:00Z", "2026-01-11T06:00:00Z"},
		"after midnight":               {"22:30", "07:00", "Europe/Berlin", "2026-01-11T05:59:59Z", "2026-01-11T06:00:00Z"},
		"at the end":                   {"22:30", "07:00", "Europe/Berlin", "2026-01-11T06:00:00Z", "2026-01-11T06:00:00Z"},
		"by day":                       {"09:00", "17:00", "America/New_York", "2026-07-01T14:00:00Z", "2026-07-01T21:00:00Z"},
		"spring, over the gap":         {"22:30", "07:00", "Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T05:00:00Z"},
		"spring, in the gap":           {"22:30", "02:30", "Europe/Berlin", "2026-03-29T00:45:00Z", "2026-03-29T01:30:00Z"},
		"spring, long before":          {"22:30", "02:30", "Europe/Berlin", "2026-03-28T21:30:00Z", "2026-03-29T01:30:00Z"},
		"spring, in the gap, westward": {"22:30", "02:30", "America/New_York", "2026-03-08T06:45:00Z", "2026-03-08T07:30:00Z"},
		"midnight is skipped":          {"22:00", "00:30", "Asia/Beirut", "2026-03-28T21:00:00Z", "2026-03-28T22:30:00Z"},
		"autumn":                       {"22:30", "07:00", "Europe/Berlin", "2026-10-24T21:00:00Z", "2026-10-25T06:00:00Z"},
		"autumn, the hour twice":       {"22:30", "02:30", "Europe/Berlin", "2026-10-24T21:00:00Z", "2026-10-25T00:30:00Z"},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := (lan.Hours{From: c.from, To: c.to}).End(at.In(zone)).UTC().Format(time.RFC3339); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
