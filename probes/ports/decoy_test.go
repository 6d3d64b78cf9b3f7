package ports

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

func TestTarpitIsFoundSoon(t *testing.T) {
	everything := func(uint16) state { return open }
	for name, c := range map[string]struct {
		device device
		rate   float64
		most   int           // questions
		within time.Duration // to the result
	}{
		"sturdy":          {device{says: everything, rtt: 2 * ms}, 40, 9, time.Second},
		"fragile":         {device{says: everything, rtt: 2 * ms}, 10, 9, time.Second},
		"fragile, gentle": {device{says: everything, rtt: 50 * ms}, 5, 9, 2 * time.Second},
		"lossy":           {device{says: everything, rtt: 20 * ms, loss: 0.1}, 25, 40, 2 * time.Second},
		"ten a second":    {device{says: everything, rtt: 2 * ms, limit: 10}, 25, 60, 2 * time.Second},
		"five a second":   {device{says: everything, rtt: 2 * ms, limit: 5}, 25, 60, 2 * time.Second},
		"a bare proxy":    {device{says: func(uint16) state { return proxied }, rtt: 2 * ms}, 25, 6, time.Second},
	} {
		for seed := range uint64(50) {
			synctest.Test(t, func(t *testing.T) {
				d := c.device
				r, stats, took := sim(t, &d, seed, c.rate, nil, Home()...)
				if !r.Everything || r.Open != nil || took > c.within || stats.Sent > c.most {
					t.Errorf("%s, seed %d: %+v after %v and %d questions", name, seed, r, took, stats.Sent)
				}
			})
		}
	}
}

// TestNoTarpit scans devices that a hasty judge would take for one.
func TestNoTarpit(t *testing.T) {
	list := Home()
	dozen := []uint16{80, 443, 22, 445, 139, 5000, 5001, 548, 2049, 111, 3689, 32400}
	for name, c := range map[string]struct {
		says        func(uint16) state
		open, extra int // open ports, and questions beside two of each silent one
	}{
		"ordinary":     {serving(closed, dozen...), 12, 3},
		"firewalled":   {serving(silent, dozen...), 12, 12},
		"refusing":     {serving(filtered, dozen...), 12, 3},
		"half a proxy": {func(p uint16) state { return map[bool]state{true: proxied, false: closed}[p < 1000] }, 0, 3},
	} {
		synctest.Test(t, func(t *testing.T) {
			d := &device{says: c.says, rtt: 2 * ms}
			r, stats, _ := sim(t, d, 7, 400, nil, list...)
			if r.Everything || len(r.Open) != c.open || len(r.Open)+r.Closed+r.Filtered+r.Silent != len(list) {
				t.Errorf("%s: %+v", name, r)
			}
			if extra := stats.Sent - len(list) - r.Silent; extra > c.extra {
				t.Errorf("%s: %d questions too many", name, extra)
			}
		})
	}
}

// TestTwoOfThree asks two more decoys where only some are open.
func TestTwoOfThree(t *testing.T) {
	for opens, want := range map[int]bool{1: false, 2: false, 3: true, 4: true} {
		h := one(target(1, 1000, Home()...))
		order, decoys := 0, 0
		drive(t, h, func(port uint16, try int) (state, time.Duration) {
			if order++; order <= decoyAfter || port < decoyAbove || slices.Contains(Home(), port) {
				return closed, ms
			}
			if decoys++; decoys != 2 && decoys <= opens+1 {
				return open, ms
			}
			return closed, ms
		})
		// The second decoy is closed, so that five are asked.
		if h.result().Everything != want || decoys != decoyMost {
			t.Errorf("%d open: %+v after %d decoys", opens, h.result(), decoys)
		}
	}
}

func TestDecoys(t *testing.T) {
	used := likely()
	seen := map[uint16]int{}
	for range 20 {
		x := target(1, 10, append(Home(), 41234, 41235)...)
		h := one(x)
		if len(h.questions) != len(x.Ports)+decoyMost || h.decoys.from != decoyAfter {
			t.Fatalf("%d questions, %+v", len(h.questions), h.decoys)
		}
		for _, q := range h.questions[decoyAfter : decoyAfter+decoyMost] {
			seen[q.port]++
			if q.port <= decoyAbove || used.has(q.port) || slices.Contains(x.Ports, q.port) {
				t.Errorf("%d is no decoy", q.port)
			}
		}
	}
	if len(seen) < 90 {
		t.Errorf("of 100 decoys %d differ", len(seen))
	}
	if h := one(target(1, 10, Home()[:decoysFrom-1]...)); h.decoys.from != 0 || len(h.questions) != decoysFrom-1 {
		t.Errorf("few ports: %+v", h.decoys)
	}
	all := one(target(1, 10, All()...))
	if !all.decoys.listed || len(all.questions) != 65532 || all.questions[decoyAfter].port <= decoyAbove {
		t.Errorf("all ports: %d questions, %+v", len(all.questions), all.decoys)
	}
	for i, want := range All()[:decoyAfter] {
		if all.questions[i].port != want {
			t.Errorf("question %d is %d", i, all.questions[i].port)
		}
	}
}

// TestEveryPort asks all of them, each once.
func TestEveryPort(t *testing.T) {
	h := one(target(1, lan.Sturdy.Rate(), All()...))
	order := drive(t, h, func(port uint16, _ int) (state, time.Duration) {
		if port == 65535 || port == 80 {
			return open, ms
		}
		return closed, ms
	})
	if r := h.result(); len(order) != 65532 || r.Closed != 65530 || !slices.Equal(r.Open, []uint16{80, 65535}) {
		t.Errorf("%d questions, %+v", len(order), r)
	}
}

// TestFound: open ports are told of as soon as it is clear that the host does not
// accept just anything, none twice, and none of a host that does.
func TestFound(t *testing.T) {
	for name, c := range map[string]struct {
		says func(uint16) state
		want []uint16
	}{
		"a server": {func(p uint16) state { return map[bool]state{true: open, false: closed}[p == 80 || p == 62078] }, []uint16{80, 62078}},
		"walled":   {func(p uint16) state { return map[bool]state{true: open, false: silent}[p == 80] }, []uint16{80}},
		"a tarpit": {func(uint16) state { return open }, nil},
	} {
		var found []uint16
		x := target(1, 100, Home()...)
		x.Found = func(port uint16) { found = append(found, port) }
		h := one(x)
		drive(t, h, func(port uint16, _ int) (state, time.Duration) {
			h.mention()
			if port == Home()[100] && len(c.want) > 0 && len(found) == 0 {
				t.Errorf("%s: nothing is told of after 100 questions", name)
			}
			if c.says(port) == silent {
				return 0, never
			}
			return c.says(port), 5 * ms
		})
		h.mention()
		if !slices.Equal(found, c.want) {
			t.Errorf("%s: told of %v, want %v", name, found, c.want)
		}
	}
}
