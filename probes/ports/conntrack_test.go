package ports

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// kernel writes what the kernel says of its table into dir.
func kernel(t *testing.T, dir string, most, count int) {
	t.Helper()
	for name, n := range map[string]int{"nf_conntrack_max": most, "nf_conntrack_count": count} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(strconv.Itoa(n)+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTable(t *testing.T) {
	dir := t.TempDir()
	opens := func(x *table, now time.Duration) time.Duration {
		t.Helper()
		at, err := x.opens(now)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	var none *table
	if opens(none, 0) != 0 || opens(&table{root: dir}, 0) != 0 {
		t.Error("a table that is not there is full")
	}
	x := &table{root: dir}
	kernel(t, dir, 1000, 700)
	if opens(x, 0) != 0 {
		t.Error("70 % is full")
	}
	kernel(t, dir, 1000, 701)
	if opens(x, tableAge-1) != 0 {
		t.Error("read more than twice a second")
	}
	if at := opens(x, tableAge); at != 2*tableAge {
		t.Errorf("701 of 1000: opens at %v", at)
	}
	kernel(t, dir, 1000, 100)
	if opens(x, 2*tableAge) != 0 {
		t.Error("still full")
	}
	for range 100 {
		x.begin()
	}
	if at := opens(x, 3*tableAge); at <= 3*tableAge {
		t.Error("more than a tenth is ours")
	}
	for range 60 {
		x.end(2*time.Second, resetLife)
	}
	for range 40 {
		x.end(2*time.Second, unansweredLife)
	}
	if at := opens(x, 11*time.Second); at <= 11*time.Second {
		t.Error("forgot entries that live")
	}
	if opens(x, 13*time.Second); x.ours != 40 {
		t.Errorf("%d are ours", x.ours)
	}
	if opens(x, 123*time.Second); x.ours != 0 {
		t.Errorf("%d are ours after two minutes", x.ours)
	}
}

// TestFullTableEndsTheScan waits for a minute only.
func TestFullTableEndsTheScan(t *testing.T) {
	dir := t.TempDir()
	kernel(t, dir, 100, 99)
	f := &fakeRoad{delay: ms}
	results := 0
	s := &schedule{
		road: f, gate: newGate(0), table: &table{root: dir}, clock: func() time.Duration { return f.now },
		done: func(_ Target, r Result) {
			if results++; r.Closed+r.Silent > 0 {
				t.Errorf("%+v", r)
			}
		},
	}
	stats, err := s.run(t.Context(), []*host{one(target(1, 10, 1, 2, 3))})
	if !errors.Is(err, errTable) || stats.Sent != 0 || results != 1 || f.now < tablePatience || f.now > tablePatience+2*tableAge {
		t.Errorf("%v after %v, %+v", err, f.now, stats)
	}
	// It empties in time.
	f = &fakeRoad{delay: ms}
	s = &schedule{
		road: f, gate: newGate(0), table: &table{root: dir}, done: func(Target, Result) {},
		clock: func() time.Duration {
			if f.now > 20*time.Second {
				kernel(t, dir, 100, 9)
			}
			return f.now
		},
	}
	if stats, err := s.run(t.Context(), []*host{one(target(1, 10, 1, 2, 3))}); err != nil || stats.Sent != 3 || f.now < 20*time.Second {
		t.Errorf("%v after %v, %+v", err, f.now, stats)
	}
}

// TestConnectionsAreCounted has a road of connects note its entries, whether the
// kernel decides them at once or not.
func TestConnectionsAreCounted(t *testing.T) {
	p, err := newPoller(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	now := time.Duration(0)
	entries := &table{root: t.TempDir()}
	r := &connectRoad{
		link: loopback, allow: anywhere, poll: p, table: entries, clock: func() time.Duration { return now },
		calls: map[int]call{}, fds: map[netip.AddrPort]int{},
	}
	h := one(Target{Addr: loopback.Addrs[0]})
	port, _ := listen(t, "127.0.0.1")
	for _, port := range []uint16{port, shut(t)} {
		if err := r.ask(h, port); err != nil {
			t.Fatal(err)
		}
	}
	for heard := 0; heard < 2; {
		list, err := r.wait(t.Context(), never)
		if err != nil {
			t.Fatal(err)
		}
		heard += len(list)
	}
	if entries.ours != 2 {
		t.Errorf("%d entries are ours", entries.ours)
	}
	now = resetLife + time.Second
	if entries.forget(now); entries.ours != 0 {
		t.Errorf("%d entries outlive their connections", entries.ours)
	}
}
