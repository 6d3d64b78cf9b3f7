package lan

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestSort(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		list := make([][2]int, rng.IntN(60))
		for i := range list {
			list[i] = [2]int{rng.IntN(5), i}
		}
		first := func(a, b [2]int) int { return cmp.Compare(a[0], b[0]) }
		want := slices.Clone(list)
		slices.SortStableFunc(want, first)
		if got := Sorted(slices.Values(list), first); !slices.Equal(got, want) {
			t.Fatalf("%v, want %v", got, want)
		}
		if Sort(list, first); !slices.Equal(list, want) {
			t.Fatalf("%v, want %v", list, want)
		}
	}
}
