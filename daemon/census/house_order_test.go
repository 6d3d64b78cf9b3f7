package census

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// TestTenThousandShufflesOfTheHouse: the same sightings in any order give the
// same devices, to the last fact.
func TestTenThousandShufflesOfTheHouse(t *testing.T) {
	sightings := house()
	whole := takeHouse(sightings)
	want, disputed := whole.Devices(), whole.Conflicts()
	if len(want) < 30 {
		t.Fatalf("the house has %d devices only", len(want))
	}
	shuffles := 10_000
	if testing.Short() {
		shuffles = 500
	}
	rng := rand.New(rand.NewPCG(7, 2026))
	for n := range shuffles {
		rng.Shuffle(len(sightings), func(i, j int) { sightings[i], sightings[j] = sightings[j], sightings[i] })
		c := takeHouse(sightings)
		if got := c.conclude().devices; !reflect.DeepEqual(got, want) {
			for i := range min(len(got), len(want)) {
				if !reflect.DeepEqual(got[i], want[i]) {
					t.Fatalf("shuffle %d: device %d is\n%+v\nwant\n%+v", n, i, got[i], want[i])
				}
			}
			t.Fatalf("shuffle %d: %d devices, want %d", n, len(got), len(want))
		}
		if got := c.Conflicts(); !slices.Equal(got, disputed) {
			t.Fatalf("shuffle %d: conflicts %v, want %v", n, got, disputed)
		}
	}
}

// TestLookingEarlyChangesNothing: a census that was asked for its devices in
// between ends up with the same ones.
func TestLookingEarlyChangesNothing(t *testing.T) {
	want := takeHouse(house()).Devices()
	c := takeHouse(nil)
	for _, s := range house() {
		c.See(s)
		c.Devices()
	}
	if got := c.Devices(); !reflect.DeepEqual(got, want) {
		t.Errorf("%d devices, want %d", len(got), len(want))
	}
}

// TestSightingTwiceIsSightingOnce, as two listeners on one link may hear the same.
func TestSightingTwiceIsSightingOnce(t *testing.T) {
	want := takeHouse(house()).Devices()
	if got := takeHouse(append(house(), house()...)).Devices(); !reflect.DeepEqual(got, want) {
		t.Errorf("%d devices, want %d", len(got), len(want))
	}
}

// BenchmarkFold is one sweep of the house from the first sighting to its devices.
func BenchmarkFold(b *testing.B) {
	sightings := house()
	b.ReportAllocs()
	for b.Loop() {
		takeHouse(sightings).conclude()
	}
}
