package lan

import (
	"testing"
	"time"
)

func TestGrantHolds(t *testing.T) {
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	g := Grant{At: noon, Until: noon.Add(GrantTime)}
	for now, want := range map[time.Time]bool{
		noon: true, noon.Add(GrantTime - time.Second): true, noon.Add(GrantTime): false, noon.AddDate(10, 0, 0): false,
		noon.Add(-time.Second): false, time.Unix(0, 0): false,
	} {
		if g.Holds(now) != want {
			t.Errorf("at %v it holds: %v", now, !want)
		}
	}
	if stop := (Grant{At: noon}); !stop.Stops() || stop.Holds(noon) || g.Stops() {
		t.Error("a word that takes a grant back allows something")
	}
}
