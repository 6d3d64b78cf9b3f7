package ledger

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/daemon/journal"
)

// TestYear sweeps a household for a year, several times a day, by two programs,
// at times both at once, with power cuts at any byte of what is written, rotten
// flash and clocks that jump: and the devices, which do the counting, never see
// more wrong passwords than the budget, nor ever lock.
func TestYear(t *testing.T) {
	days, seeds := 365, uint64(2)
	if testing.Short() {
		days, seeds = 60, 1
	}
	for seed := range seeds {
		synctest.Test(t, func(t *testing.T) {
			y := newYear(t, seed)
			for end := time.Now().Add(time.Duration(days) * Day); time.Now().Before(end) && !t.Failed(); {
				y.sweeps()
				time.Sleep(time.Duration(y.rand.Int64N(int64(8 * time.Hour))))
			}
			wrong, deepest, again := 0, 0, 0
			for _, f := range y.fakes {
				wrong, deepest, again = wrong+f.wrong, max(deepest, f.deepest), again+f.again
			}
			t.Logf("%d days: %d sweeps, %d wrong passwords, %d times what opened a device once more, %d a device in a day at most, %d deaths, %d of them in the middle of a line, %d damaged journals, %d clock jumps, %d times two programs at once",
				days, y.swept, wrong, again, deepest, y.deaths, y.torn, y.rotten, y.machine.jumps, y.busy)
			if wrong < days || deepest < PerDevice || again < days/10 || y.torn == 0 || y.rotten == 0 || y.busy == 0 {
				t.Error("the year was too quiet to prove anything")
			}
		})
	}
}

// year is the household and what becomes of it.
type year struct {
	t       *testing.T
	rand    *rand.Rand
	dir     string
	fakes   []*fake
	machine *machine

	mu                                sync.Mutex
	swept, deaths, torn, rotten, busy int
}

func (y *year) count(n *int) {
	y.mu.Lock()
	defer y.mu.Unlock()
	*n++
}

func newYear(t *testing.T, seed uint64) *year {
	y := &year{t: t, rand: rand.New(rand.NewPCG(seed, 1)), dir: memory(t)}
	y.machine = &machine{rand: y.rand}
	y.machine.boot()
	for i, f := range []*fake{
		{lock: 3, whole: true, known: 3}, // locks early and is known for it
		{lock: 3, views: moved},          // counts by account
		{lock: 5, whole: true},           // whose family nobody knows
		{lock: 5, whole: true, known: 5, views: forged},
		{lock: 7, whole: true, known: 7, views: twoCards},
		{lock: 7, whole: true, views: nameless},
		{lock: 5, whole: true, views: renamed},
		{lock: 7, whole: true, pass: "root"}, // has its factory password, on and off
		{lock: 3, whole: true, known: 3, pass: "admin"},
		{lock: 5, whole: true, angry: true},         // somebody else has nearly locked it
		{lock: 7, whole: true, views: gone(y.rand)}, // is away half of the time
	} {
		f.t, f.number = t, byte(i+1)
		y.fakes = append(y.fakes, f)
	}
	return y
}

// memory is a directory in memory where there is one: power cuts are played here,
// so that waiting for a real disk tells nothing.
func memory(t *testing.T) string {
	dir, err := os.MkdirTemp("/dev/shm", "homesweep-year-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// sweeps is what happens at one time: a sweep, or two programs at once; before it
// the machine may have been started anew, its clock set or its flash gone bad.
func (y *year) sweeps() {
	if y.rand.IntN(6) == 0 {
		y.machine.boot()
	}
	if y.rand.IntN(6) == 0 {
		y.machine.jump()
	}
	if y.rand.IntN(20) == 0 {
		y.rot()
	}
	for _, f := range y.fakes {
		if y.rand.IntN(8) == 0 {
			f.change()
		}
	}
	var programs sync.WaitGroup
	for range 1 + y.rand.IntN(2) {
		source := rand.New(rand.NewPCG(y.rand.Uint64(), 2))
		programs.Go(func() { y.sweep(source) })
	}
	programs.Wait()
}

// sweep is one program from its start to its end, which may be sudden.
func (y *year) sweep(source *rand.Rand) {
	path := filepath.Join(y.dir, "journal")
	j, err := journal.Open(path)
	if errors.Is(err, journal.ErrBusy) {
		y.count(&y.busy)
		return
	}
	if err != nil {
		y.t.Fatal(err)
	}
	m := &mortal{Journal: j, path: path, left: source.IntN(40), cut: source.Float64()}
	defer func() {
		j.Close()
		m.bury(y)
	}()
	l, err := Open(m, y.machine.now)
	if m.dead {
		return
	}
	if err != nil {
		y.t.Fatal(err)
	}
	if j.Size() > 32<<10 {
		counts := l.Keeper()
		if err := j.Compact(0, func(kind string, _ time.Time, raw json.RawMessage) bool { return kind != Kind || counts(raw) }); err != nil {
			y.t.Fatal(err)
		}
	}
	y.count(&y.swept)
	var devices sync.WaitGroup
	for _, f := range y.fakes {
		for range 1 + source.IntN(8)/7 { // one may be taken for two
			own := rand.New(rand.NewPCG(source.Uint64(), 3))
			devices.Go(func() { f.besiege(l, m, own) })
		}
	}
	devices.Wait()
}

// rot changes some of the latest bytes of the journal, save the end of its last line: a file that
// lacks that is one whose last line was never acknowledged.
func (y *year) rot() {
	path := filepath.Join(y.dir, "journal")
	b, err := os.ReadFile(path)
	if err != nil || len(b) < 2 {
		return
	}
	from := max(0, len(b)-2-y.rand.IntN(4<<10))
	for i := from; i < min(from+1<<y.rand.IntN(12), len(b)-1); i++ {
		b[i] ^= 1 << y.rand.IntN(8)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		y.t.Fatal(err)
	}
	y.count(&y.rotten)
}
