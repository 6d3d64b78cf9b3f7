package census

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestTenThousandShufflesOfTheHouse: the same sightings in any order give the
// same devices, to the last fact.
func TestTenThousandShufflesOfTheHouse(t *testing.T) {
	whole := takeHouse(house())
	want, disputed := whole.Devices(), whole.Conflicts()
	if len(want) < 30 {
		t.Fatalf("the house has %d devices only", len(want))
	}
	const hands = 4
	shuffles := 10_000
	if testing.Short() {
		shuffles = 200
	}
	for hand := range uint64(hands) {
		t.Run(fmt.Sprint(hand), func(t *testing.T) {
			t.Parallel()
			rng, sightings := rand.New(rand.NewPCG(hand, 2026)), house()
			for range shuffles / hands {
				rng.Shuffle(len(sightings), func(i, j int) { sightings[i], sightings[j] = sightings[j], sightings[i] })
				c := takeHouse(sightings)
				sameDevices(t, c.conclude().devices, want)
				if got := c.Conflicts(); !slices.Equal(got, disputed) {
					t.Fatalf("conflicts %v, want %v", got, disputed)
				}
			}
		})
	}
}

func sameDevices(t *testing.T, got, want []lan.Device) {
	t.Helper()
	if reflect.DeepEqual(got, want) {
		return
	}
	for i := range min(len(got), len(want)) {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Fatalf("device %d is\n%+v\nwant\n%+v", i, got[i], want[i])
		}
	}
	t.Fatalf("%d devices, want %d", len(got), len(want))
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
