package lab

import (
	"cmp"
	"context"
	"flag"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/census"
	"github.com/homesweep/homesweep/daemon/config"
	"github.com/homesweep/homesweep/daemon/presence"
	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes/discover/confirm"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest"
	"github.com/homesweep/homesweep/probes/probetest/netns"
	"github.com/homesweep/homesweep/probes/reach"
)

// patient has TestLeave wait, with the real daemon, until all have gone: up to half
// an hour. Else the minutes are stepped.
var patient = flag.Bool("patient", false, "TestLeave waits the real minutes")

const (
	stay = 2 // devices that stay at home when the others leave
	// grace is by how much the daemon's looks at who is here may come late, and how
	// long the last question takes.
	grace = 2*presence.Every + 5*time.Second
)

// TestLeave: devices of a swept home that are switched off are marked as gone after
// their kind's limit, none before it has been asked in vain, and the others stay. The
// clock is the test's unless -patient; each question goes over the wire for real.
func TestLeave(t *testing.T) {
	if testing.Short() {
		t.Skip("a sweep and the questions take half a minute")
	}
	netns.Enter(t)
	list, err := probetest.LoadAll(os.DirFS("../../testdata/devices"))
	if err != nil {
		t.Fatal(err)
	}
	house, err := Build(Street)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(house.Close)
	leave := min(len(list)-stay, *joins)
	for _, device := range list[:leave+stay] {
		if _, err := house.Settle(device); err != nil {
			t.Fatal(err)
		}
	}
	d, said := living(t)
	await(t, said, "sweep done")
	s := d.Home.Sweep()
	for _, room := range house.rooms[:leave] {
		if err := room.Off(); err != nil {
			t.Fatal(err)
		}
	}
	var after map[string]time.Duration
	if *patient {
		after = waited(t, d, leave)
	} else {
		after = stepped(t, s)
	}
	judgeLeft(t, s, house, leave, after)
}

// judgeLeft holds to their kinds' limits after how long devices were gone.
func judgeLeft(t *testing.T, s lan.Sweep, house *House, leave int, after map[string]time.Duration) {
	t.Helper()
	var took []time.Duration
	for i, r := range house.Running() {
		k := slices.IndexFunc(s.Devices, func(d lan.Device) bool { return slices.Contains(d.MACs, r.Device().MAC) })
		if k < 0 {
			t.Errorf("%s was not found by the sweep", r.Device().Name)
			continue
		}
		d := s.Devices[k]
		long, went := after[d.ID]
		if i >= leave {
			if went {
				t.Errorf("%s stays and is gone after %v", r.Device().Name, long)
			}
			continue
		}
		p := presence.PatienceOf(d.Kind)
		t.Logf("%s (%s): gone after %v, the limit is %v", r.Device().Name, cmp.Or(d.Kind, "unknown"), long.Round(time.Second), p.Limit())
		if took = append(took, long); !went || long > p.Limit()+grace || long < p.Quiet {
			t.Errorf("%s: %t after %v", r.Device().Name, went, long)
		}
	}
	slices.Sort(took)
	t.Logf("%d left: marked after %v at the median, %v at most", len(took), took[len(took)/2].Round(time.Second), took[len(took)-1].Round(time.Second))
}

// stepped is after how long devices were found to be gone, by a clock that goes on as
// soon as those whose turn it is have been asked.
func stepped(t *testing.T, s lan.Sweep) map[string]time.Duration {
	t.Helper()
	choice, err := wiring.Links(config.Daemon())
	if err != nil {
		t.Fatal(err)
	}
	s.Links = choice.Links // with our own address, which a sweep does not keep
	asker := confirm.New(reach.NewScope(s.Links).Allow)
	begin := time.Now()
	now, after := begin, map[string]time.Duration{}
	keeper := presence.New(now)
	keeper.Know(s.Devices, now)
	for _, d := range s.Devices {
		keeper.See(d.ID, lan.Sighting{Source: "arp", At: now}, now) // all were met by the sweep
	}
	for now.Sub(begin) < time.Hour {
		now = now.Add(presence.Every)
		moved, ids := keeper.Tick(now)
		for _, m := range moved {
			if m.Now.State == lan.Away || m.Now.State == lan.Offline {
				after[m.ID] = now.Sub(begin)
			}
		}
		for id, here := range askedNow(t, asker, s, ids) {
			keeper.Answer(id, here, now)
		}
	}
	return after
}

// askedNow asks the devices with those IDs, all at once: on a cable who is there
// answers within a millisecond.
func askedNow(t *testing.T, asker *confirm.Asker, s lan.Sweep, ids []string) map[string]bool {
	ctx, cancel := context.WithTimeout(t.Context(), 250*time.Millisecond)
	defer cancel()
	var mu sync.Mutex
	var all sync.WaitGroup
	answers := map[string]bool{}
	for _, d := range s.Devices {
		if !slices.Contains(ids, d.ID) || len(d.Addresses) == 0 {
			continue
		}
		all.Go(func() {
			here, err := asker.Here(ctx, s.Links[0], census.MACAt(d, d.Addresses[0]), d.Addresses[0])
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			answers[d.ID] = here
		})
	}
	all.Wait()
	return answers
}

// waited is after how long the daemon shows them as gone.
func waited(t *testing.T, d *wiring.Daemon, leave int) map[string]time.Duration {
	t.Helper()
	begin, after := time.Now(), map[string]time.Duration{}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for ; len(after) < leave && time.Since(begin) < time.Hour; <-tick.C {
		for _, one := range d.Home.Sweep().Devices {
			if state := one.Presence.State; (state == lan.Away || state == lan.Offline) && after[one.ID] == 0 {
				after[one.ID] = time.Since(begin)
				t.Logf("after %v %v is %s", after[one.ID].Round(time.Second), one.Names, state)
			}
		}
	}
	return after
}
