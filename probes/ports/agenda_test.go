package ports

import (
	"math/rand/v2"
	"testing"
	"time"
)

// TestAgenda compares the heap with a sorted list.
func TestAgenda(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	a, hosts := turns(), make([]*host, 50)
	for i := range hosts {
		hosts[i] = &host{number: i}
	}
	want := map[*host]time.Duration{}
	for range 5000 {
		h, at := hosts[random.IntN(len(hosts))], time.Duration(random.IntN(20))
		if at == 0 {
			at = never
		}
		a.set(h, at)
		if want[h] = at; at == never {
			delete(want, h)
		}
		var first *host
		for _, h := range hosts {
			if at, ok := want[h]; ok && (first == nil || at < want[first]) {
				first = h
			}
		}
		got, at := a.first()
		if got != first || len(a.hosts) != len(want) || first != nil && at != want[first] || first == nil && at != never {
			t.Fatalf("%+v is first at %v, want %+v", got, at, first)
		}
	}
}
