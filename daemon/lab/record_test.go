package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"reflect"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/census"
	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// update has TestWholeHouse write what its first sweep heard.
var update = flag.Bool("update", false, "write the sightings of the lab to "+golden)

const golden = "../../testdata/sweeps/lab-sightings.json"

// record is everything that the sources of one sweep heard, and of what network.
type record struct {
	mu        sync.Mutex
	Since     time.Time
	Links     []link
	Sightings []lan.Sighting
}

// link is a lan.Link with all that the census needs of it.
type link struct {
	Name                       string
	MAC                        lan.MAC
	Addrs                      []netip.Addr
	Prefixes, Networks, Public []netip.Prefix
}

func (l link) link() lan.Link {
	return lan.Link{Name: l.Name, MAC: l.MAC, Addrs: l.Addrs, Prefixes: l.Prefixes, Networks: l.Networks, Public: l.Public}
}

// taped is a source whose sightings are recorded.
type taped struct {
	probes.Source
	record *record
}

func (s taped) Discover(ctx context.Context, l lan.Link, see func(lan.Sighting)) error {
	return s.Source.Discover(ctx, l, func(heard lan.Sighting) {
		s.record.mu.Lock()
		heard.Heard = heard.Heard.Clone()
		s.record.Sightings = append(s.record.Sightings, heard)
		s.record.mu.Unlock()
		see(heard)
	})
}

// tape has r record what the sources of a sweep hear.
func (r *record) tape(parts *sweep.Parts, links []lan.Link) {
	r.Since = time.Now().Add(-30 * time.Second)
	for _, l := range links {
		r.Links = append(r.Links, link{l.Name, l.MAC, l.Addrs, l.Prefixes, l.Networks, l.Public})
	}
	for _, ears := range [][]sweep.Ear{parts.Presence, parts.Announcements, parts.Listeners} {
		for i := range ears {
			ears[i].Source = taped{ears[i].Source, r}
		}
	}
}

// save writes the record so that the same sightings give the same file.
func (r *record) save(path string) error {
	slices.SortStableFunc(r.Sightings, func(a, b lan.Sighting) int { return a.At.Compare(b.At) })
	var out bytes.Buffer
	head, err := json.Marshal(struct {
		Since time.Time
		Links []link
	}{r.Since.UTC(), r.Links})
	if err != nil {
		return err
	}
	out.Write(append(head, '\n'))
	said := map[string]bool{}
	for _, s := range r.Sightings { // one a line, so that a difference can be read
		at := s.At.UTC().Truncate(time.Millisecond)
		s.At = time.Time{}
		line, err := json.Marshal(s)
		if err != nil {
			return err
		}
		if said[string(line)] {
			continue // what was said twice is folded once
		}
		said[string(line)] = true
		s.At = at
		if line, err = json.Marshal(s); err != nil {
			return err
		}
		out.Write(append(line, '\n'))
	}
	return os.WriteFile(path, out.Bytes(), 0o644)
}

func load(t *testing.T, path string) *record {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; go test ./daemon/lab -run TestWholeHouse -update writes it", err)
	}
	r := &record{}
	head, rest, _ := bytes.Cut(text, []byte("\n"))
	if err := json.Unmarshal(head, r); err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(rest) {
		var s lan.Sighting
		if err := json.Unmarshal(line, &s); err != nil {
			t.Fatal(err)
		}
		r.Sightings = append(r.Sightings, s)
	}
	return r
}

// fold folds the sightings in the order in which they stand.
func (r *record) fold() ([]lan.Device, []netip.Addr) {
	var links []lan.Link
	for _, l := range r.Links {
		links = append(links, l.link())
	}
	c := census.New(links, r.Since, nil, nil)
	for _, s := range r.Sightings {
		c.See(s)
	}
	return c.Devices(), c.Conflicts()
}

// TestLabSightingsShuffle: what the lab's sources heard gives the same devices in
// any order.
func TestLabSightingsShuffle(t *testing.T) {
	r := load(t, golden)
	want, disputed := r.fold()
	if len(want) < 30 {
		t.Fatalf("the lab's sightings are of %d devices only", len(want))
	}
	shuffles := 10_000
	if testing.Short() {
		shuffles = 200
	}
	var wait sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for n := range workers {
		wait.Go(func() {
			shuffle(t, r, rand.New(rand.NewPCG(3, uint64(n))), (shuffles+workers-1)/workers, want, disputed)
		})
	}
	wait.Wait()
	t.Logf("%d sightings, %d devices, %d shuffles", len(r.Sightings), len(want), shuffles)
}

// shuffle folds so many shuffles of the record.
func shuffle(t *testing.T, r *record, rng *rand.Rand, times int, want []lan.Device, disputed []netip.Addr) {
	mine := &record{Since: r.Since, Links: r.Links, Sightings: slices.Clone(r.Sightings)}
	for n := range times {
		if t.Failed() {
			return
		}
		rng.Shuffle(len(mine.Sightings), func(i, j int) {
			mine.Sightings[i], mine.Sightings[j] = mine.Sightings[j], mine.Sightings[i]
		})
		got, conflicts := mine.fold()
		if !reflect.DeepEqual(got, want) || !slices.Equal(conflicts, disputed) {
			t.Errorf("shuffle %d: %s", n, difference(got, want))
		}
	}
}

// difference is the first device that is not as it should be.
func difference(got, want []lan.Device) string {
	for i := range min(len(got), len(want)) {
		if !reflect.DeepEqual(got[i], want[i]) {
			return fmt.Sprintf("device %d is\n%+v\nwant\n%+v", i, got[i], want[i])
		}
	}
	return fmt.Sprintf("%d devices, want %d", len(got), len(want))
}
