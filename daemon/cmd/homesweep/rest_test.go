package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes/lan"
)

// TestSufferersAreLeftAlone: a sweep by hand honours what the one before saw, and
// the plan says so.
func TestSufferersAreLeftAlone(t *testing.T) {
	household(t)
	state := t.TempDir()
	file, err := wiring.OpenSufferers(state)
	if err != nil {
		t.Fatal(err)
	}
	plug := lan.Device{ID: "d-plug", MACs: []lan.MAC{{0xa8, 0x03, 0x2a, 0x57, 0x12, 0x12}}, Names: []string{"Hall plug"}}
	plug.Suffered = lan.Suffering{At: time.Now().Add(-time.Hour).UTC(), Sign: "It stopped answering."}
	if err := file.Keep([]lan.Device{plug}); err != nil {
		t.Fatal(err)
	}
	_, out, err := homesweep(t, "plan", "-state", state)
	if err != nil || !strings.Contains(out, "leave Hall plug alone until") {
		t.Errorf("the plan: %v\n%s", err, out)
	}
	_, out, err = homesweep(t, "sweep", "-json", "-state", state)
	var s lan.Sweep
	if err != nil || json.Unmarshal([]byte(out), &s) != nil {
		t.Fatal(err, out)
	}
	asked, rests := 0, false
	for _, d := range s.Devices {
		if d.ID == plug.ID {
			rests = len(d.Services)+len(d.Findings) == 0 && d.Suffered == plug.Suffered
		} else if len(d.Services) > 0 {
			asked++
		}
	}
	if !rests || asked == 0 {
		t.Errorf("the plug rests %t, %d others were asked", rests, asked)
	}
}

// TestShowSufferer: show says that a device is left alone, and later that it is
// asked with care.
func TestShowSufferer(t *testing.T) {
	for hours, want := range map[int]string{2: "Left alone until 23 November 2026 10:00. It stopped.", 30: "Asked with extra care since 21 November 2026. It stopped."} {
		p := furnish()
		p.sweep.Devices[0].Suffered = lan.Suffering{At: noon.Add(-time.Duration(hours) * time.Hour), Sign: "It stopped.\x1b"}
		_, out, err := homesweep(t, "show", "-state", daemonIn(t, p), "Front door")
		if err != nil || !strings.Contains(out, want) {
			t.Errorf("%d hours later: %v\n%s", hours, err, out)
		}
	}
}
