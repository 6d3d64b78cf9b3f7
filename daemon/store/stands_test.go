package store

import (
	"bytes"
	"testing"

	bolt "go.etcd.io/bbolt"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestPresenceKept: a transition outlives sweeps and snapshots, apart from what
// a sweep says, and nobody is remembered for it alone.
func TestPresenceKept(t *testing.T) {
	c := &clock{day0}
	s := mustOpen(t, options(t, c))
	swept := device(1)
	swept.Presence = lan.Presence{State: lan.Online, At: day0, By: "arp"} // the sweep's caller forgot to take it off
	mustCommit(t, s, sweepAt(day0, lan.Ask, swept))
	if got := latest(t, s).Devices[0].Presence; got != (lan.Presence{}) {
		t.Errorf("kept by a sweep: %+v", got)
	}
	_ = s.view(func(tx *bolt.Tx) error {
		if raw := tx.Bucket(devicesBucket).Get([]byte("dev-001")); bytes.Contains(raw, []byte(`"presence"`)) {
			t.Errorf("written down with the device: %s", raw)
		}
		return nil
	})
	want := lan.Presence{State: lan.Offline, Since: day0, At: day0, By: "dhcp"}
	stands := map[string]lan.Presence{"dev-001": want, "nobody": want, "": want}
	if err := s.CommitPresence(stands); err != nil {
		t.Fatal(err)
	}
	mustCommit(t, s, sweepAt(days(1), lan.Ask, device(1)))
	got := latest(t, s)
	if len(got.Devices) != 1 || got.Devices[0].Presence != want {
		t.Fatalf("%d devices, %+v, want %+v", len(got.Devices), got.Devices[0].Presence, want)
	}
	if !got.Devices[0].LastSeen.Equal(days(1)) {
		t.Errorf("last seen %s", got.Devices[0].LastSeen)
	}
	if err := s.Snapshot(); err != nil {
		t.Fatal(err)
	}
	before := s.Usage().Flash
	if err := s.CommitPresence(stands); err != nil {
		t.Fatal(err)
	}
	if s.unsaved {
		t.Error("the same again counts as news")
	}
	stands["dev-001"] = lan.Presence{State: lan.Online, Since: days(1), At: days(1), By: "mdns"}
	if err := s.CommitPresence(stands); err != nil || !s.unsaved {
		t.Errorf("news: %v, unsaved %t", err, s.unsaved)
	}
	t.Logf("a transition costs %d bytes of writes", s.Usage().Flash-before)
}
