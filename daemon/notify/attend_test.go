package notify

import (
	"hash/maphash"
	"maps"
	"slices"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestOnlyOurs: what others keep beside ours is theirs.
func TestOnlyOurs(t *testing.T) {
	a := &agent{c: &lan.Channel{To: "home"}, seed: maphash.MakeSeed()}
	config := func(node string) string { return "homeassistant/sensor/" + node + "/old_cam_findings/config" }
	heard := a.listen()
	for _, topic := range []string{
		"home/kitchen/presence", "home/kitchen/findings", "home/old/findings",
		"home/old_cam/findings", "home/old_cam/presence", config("home"),
	} {
		heard(topic, "x")
	}
	a.claim()
	want := []string{"home/old_cam/findings", "home/old_cam/presence", config("home")}
	if got := slices.Sorted(maps.Keys(a.there)); !slices.Equal(got, want) {
		t.Errorf("ours are %q", got)
	}
	// Another homesweep of the same prefix says what it knows, and somebody overwrites.
	heard("homeassistant/sensor/home/new_findings/config", "x")
	heard("home/new/findings", "x")
	heard("home/old_cam/presence", "y")
	heard("home/old_cam/findings", "")
	if len(a.there) != 2 || a.there["home/old_cam/presence"] != a.sum("y") {
		t.Errorf("they have %v", a.there)
	}
}
