package release

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/store"
	"github.com/homesweep/homesweep/probes/lan"
)

// oneSweep is what the program finds in the home.
func oneSweep(t *testing.T, program string) (s lan.Sweep) {
	t.Helper()
	var out, talk bytes.Buffer
	sweep := exec.CommandContext(t.Context(), program, "sweep", "-json", "-touch", "ask", "-state", t.TempDir())
	sweep.Stdout, sweep.Stderr = &out, &talk
	err := sweep.Run()
	if jerr := json.Unmarshal(out.Bytes(), &s); jerr != nil || len(s.Devices) == 0 {
		t.Fatalf("%v, %v, %d devices\n%s", err, jerr, len(s.Devices), talk.String())
	}
	s.First, s.Guidelines = nil, nil // the report's, which the daemon does not keep
	return s
}

// remember fills the state with the 90 days before ago: each device of s as s found
// it, met once a day, who comes and goes, and as many events as are kept.
func remember(t *testing.T, state string, s lan.Sweep, ago time.Duration) {
	t.Helper()
	const days = 90
	now := time.Now().Add(-ago - days*24*time.Hour)
	memory, err := store.Open(store.Options{Path: filepath.Join(state, "homesweep.db"), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for i := range days + 1 {
		long := s.Finished.Sub(s.Started)
		s.Started, s.Finished = now.Add(-long), now
		for k := range s.Devices {
			s.Devices[k].LastSeen = now
		}
		if err := memory.Commit(s); err != nil {
			t.Fatal(err)
		}
		stands := map[string]lan.Presence{}
		for k, d := range s.Devices {
			stands[d.ID] = lan.Presence{State: []lan.State{lan.Online, lan.Away}[(i+k)%2], Since: now, By: "arp", At: now}
		}
		if err := memory.CommitPresence(stands); err != nil {
			t.Fatal(err)
		}
		upTo := lan.MaxEvents * (i + 1) / (days + 1)
		if _, err := memory.AppendEvents(chronicle(s, now, told, upTo)); err != nil {
			t.Fatal(err)
		}
		told = upTo
		now = now.Add(24 * time.Hour)
	}
	kept, err := memory.Events("", 0, lan.MaxEvents+1)
	if err != nil || len(kept) != lan.MaxEvents {
		t.Fatalf("%d events are kept, %v", len(kept), err)
	}
	t.Logf("%d devices and %d events, %d KB", len(s.Devices), len(kept), memory.Usage().Size/1000)
	if err := memory.Close(); err != nil {
		t.Fatal(err)
	}
}

// chronicle are the events numbered from up to to, of all kinds and devices in turn.
func chronicle(s lan.Sweep, now time.Time, from, to int) (list []lan.Event) {
	kinds := lan.Happenings()
	for i := from; i < to; i++ {
		d := s.Devices[i%len(s.Devices)]
		e := lan.Event{At: now, What: kinds[i%len(kinds)], Device: d.ID, Kind: d.Kind, Link: d.Link, Severity: lan.Soon, Service: fmt.Sprintf("tcp/%d", i)}
		if len(d.Names) > 0 {
			e.Name = d.Names[0]
		}
		e.Was, e.Now = "what it was before "+e.Name, "what it has been since"
		e.Words = fmt.Sprintf("On %s there is something that the household wants to be told in a sentence of usual length, number %d.", e.Name, i)
		list = append(list, e)
	}
	return list
}
