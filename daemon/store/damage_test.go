package store

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// numbered is sweep n of a home whose devices all carry n, so that a mixture of
// two sweeps shows.
func numbered(n int) lan.Sweep {
	var home []lan.Device
	for i := range 12 {
		d := device(i+1, finding("telnet-open", lan.Fail))
		d.Firmware = fmt.Sprint(n)
		d.Findings[0].Title = fmt.Sprint(n)
		home = append(home, d)
	}
	sweep := sweepAt(day0.Add(time.Duration(n)*time.Second), lan.Ask, home...)
	sweep.Cost.Packets = n
	return sweep
}

// number is the n of a memory that holds numbered(n) whole, 0 when it is empty.
func number(s *Store) (int, error) {
	sweep, err := s.Latest()
	if err != nil {
		return 0, err
	}
	n := sweep.Cost.Packets
	for _, d := range sweep.Devices {
		if d.Firmware != fmt.Sprint(n) || len(d.Findings) != 1 || d.Findings[0].Title != d.Firmware {
			return 0, fmt.Errorf("sweep %d has device %s of firmware %q", n, d.ID, d.Firmware)
		}
	}
	if n > 0 && len(sweep.Devices) != 12 {
		return 0, fmt.Errorf("sweep %d has %d devices", n, len(sweep.Devices))
	}
	return n, nil
}

// household makes a database of sweeps 1 to 8 with a snapshot after the third
// and the fifth, and gives back its options and bytes.
func household(t *testing.T) (Options, []byte) {
	t.Helper()
	c := &clock{day0}
	o := options(t, c)
	s := mustOpen(t, o)
	for n := 1; n <= 8; n++ {
		mustCommit(t, s, numbered(n))
		if n == 3 || n == 5 {
			if err := s.Snapshot(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(o.Path)
	if err != nil {
		t.Fatal(err)
	}
	return o, whole
}

// reopen opens o with db for its database and returns the number it holds and
// what was recovered.
func reopen(t *testing.T, o Options, db []byte) (int, Recovery) {
	t.Helper()
	if err := os.WriteFile(o.Path, db, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Open(o)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	defer s.Close()
	n, err := number(s)
	if err != nil {
		t.Fatal(err)
	}
	mustCommit(t, s, numbered(9)) // it can be written to as well
	if n, err := number(s); n != 9 {
		t.Fatalf("after a commit: %d, %v", n, err)
	}
	r := s.Recovered()
	if kept, err := os.ReadFile(r.Damaged); r.Damaged != "" && (err != nil || !bytes.Equal(kept, db)) {
		t.Fatalf("the damaged file was not kept as it was: %v", err)
	}
	os.Remove(r.Damaged)
	return n, r
}

func TestDamage(t *testing.T) {
	o, whole := household(t)
	rng := rand.New(rand.NewPCG(1, 2))
	harm := map[string]func([]byte) []byte{
		"cut short": func(b []byte) []byte { return b[:1+rng.IntN(len(b)-1)] },
		"one bit": func(b []byte) []byte {
			b[rng.IntN(len(b))] ^= 1 << rng.IntN(8)
			return b
		},
		"one page of zeros": func(b []byte) []byte {
			at := rng.IntN(len(b)/pageSize) * pageSize
			clear(b[at : at+pageSize])
			return b
		},
		"one page of noise": func(b []byte) []byte {
			at := rng.IntN(len(b)/pageSize) * pageSize
			for i := range pageSize {
				b[at+i] = byte(rng.Uint32())
			}
			return b
		},
		"two pages swapped": func(b []byte) []byte {
			i, j := rng.IntN(len(b)/pageSize)*pageSize, rng.IntN(len(b)/pageSize)*pageSize
			page := bytes.Clone(b[i : i+pageSize])
			copy(b[i:], b[j:j+pageSize])
			copy(b[j:], page)
			return b
		},
		"not a database": func([]byte) []byte { return bytes.Repeat([]byte("hello "), 5000) },
	}
	for name, damage := range harm {
		t.Run(name, func(t *testing.T) {
			seen := map[int]int{}
			for range 60 {
				n, r := reopen(t, o, damage(bytes.Clone(whole)))
				seen[n]++
				switch {
				case n == 8 || n == 7: // unharmed where it counts, or the commit before a torn meta page
					if r.Happened() {
						t.Errorf("sweep %d with %+v", n, r)
					}
				case n == 5:
					if r.Damaged == "" || r.Snapshot != o.Path+".snapshot" || r.Cause == "" {
						t.Errorf("the snapshot was used, but %+v", r)
					}
				default:
					t.Errorf("sweep %d", n)
				}
			}
			t.Logf("sweep found and how often: %v", seen)
		})
	}
}

func TestDamagedSnapshotToo(t *testing.T) {
	o, whole := household(t)
	path := o.Path + ".snapshot"
	packed, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(3, 4))
	for i := range 60 {
		bad := bytes.Clone(packed)
		if i%2 == 0 {
			bad = bad[:rng.IntN(len(bad))]
		} else {
			bad[rng.IntN(len(bad))] ^= 1 << rng.IntN(8)
		}
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		n, r := reopen(t, o, whole[:3*pageSize])
		if n != 3 || r.Snapshot != path+previous {
			t.Fatalf("sweep %d from %+v, want 3 from the snapshot before", n, r)
		}
	}
	os.Remove(path)
	os.Remove(path + previous)
	if n, r := reopen(t, o, whole[:3*pageSize]); n != 0 || r.Damaged == "" || r.Snapshot != "" {
		t.Errorf("without any snapshot: sweep %d, %+v", n, r)
	}
}

func mustRead(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestPowerCut copies the file, page by page in any order, while it is written
// to: each copy is a mixture that a power cut with reordered writes could have
// left.
func TestPowerCut(t *testing.T) {
	c := &clock{day0}
	o := options(t, c)
	s := mustOpen(t, o)
	s.db.NoSync = true // more commits a second
	mustCommit(t, s, numbered(1))
	snapshot := mustRead(t, o.Path+".snapshot")

	stop, done := make(chan struct{}), make(chan int)
	go func() {
		for n := 2; ; n++ {
			select {
			case <-stop:
				done <- n
				return
			default:
				if err := s.Commit(numbered(n)); err != nil {
					t.Error(err)
				}
			}
		}
	}()
	rng := rand.New(rand.NewPCG(9, 10))
	var copies [][]byte
	for range 100 {
		copies = append(copies, shuffledCopy(t, rng, o.Path))
	}
	close(stop)
	last := <-done

	there := Options{Path: filepath.Join(t.TempDir(), "state.db"), Now: c.Now}
	if err := os.WriteFile(there.Path+".snapshot", snapshot, 0o600); err != nil {
		t.Fatal(err)
	}
	recovered := 0
	for _, db := range copies {
		if err := os.WriteFile(there.Path, db, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(there)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := number(s); err != nil || n < 1 || n > last {
			t.Errorf("sweep %d: %v", n, err)
		}
		if s.Recovered().Happened() {
			recovered++
		}
		s.Close()
	}
	t.Logf("%d copies of sweeps 1 to %d, %d of them recovered from the snapshot", len(copies), last, recovered)
}

func shuffledCopy(t *testing.T, rng *rand.Rand, path string) []byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	b := make([]byte, info.Size())
	for _, i := range rng.Perm(len(b) / pageSize) {
		if _, err := f.ReadAt(b[i*pageSize:(i+1)*pageSize], int64(i*pageSize)); err != nil {
			t.Fatal(err)
		}
		runtime.Gosched()
	}
	return b
}

// TestConcurrent is for the race detector and for deadlocks.
func TestConcurrent(t *testing.T) {
	c := &clock{day0}
	s := mustOpen(t, options(t, c))
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for n := range 10 {
				if err := s.Commit(numbered(w*10 + n + 1)); err != nil {
					t.Error(err)
				}
				if _, err := number(s); err != nil {
					t.Error(err)
				}
				s.Usage()
			}
		})
	}
	wg.Wait()
}

// TestFault maps more than there is of a file, so that reading faults as it
// does on failing flash.
func TestFault(t *testing.T) {
	c := &clock{day0}
	o := options(t, c)
	s := mustOpen(t, o)
	mustCommit(t, s, numbered(1))
	if err := os.Truncate(o.Path, pageSize*2); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Latest(); !errors.Is(err, ErrDamaged) {
		t.Errorf("Latest: %v", err)
	}
}
