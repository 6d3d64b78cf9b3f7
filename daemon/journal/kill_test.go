package journal

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// What a re-run of this test binary appends to, and whether its disk is full at times.
const (
	childEnv = "HOMESWEEP_JOURNAL_CHILD"
	fullEnv  = "HOMESWEEP_JOURNAL_FULL"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(childEnv); path != "" {
		var d disk
		if os.Getenv(fullEnv) != "" {
			d.path = path
		}
		fmt.Fprintln(os.Stderr, appendForever(path, &d))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// disk is one that is full now and then: the kernel writes up to a size, in the
// middle of a line, and refuses the rest.
type disk struct {
	path string // of the journal; empty for a disk that is never full
}

// turn fills the disk or makes room on it. It is full somewhere about the end of the
// journal, or from the beginning on.
func (d *disk) turn() {
	if d.path == "" {
		return
	}
	var r syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &r); err != nil {
		panic(err)
	}
	r.Cur = r.Max
	if info, err := os.Stat(d.path); err == nil {
		switch rand.IntN(3) {
		case 0:
			r.Cur = uint64(info.Size()) + rand.Uint64N(120)
		case 1:
			r.Cur = rand.Uint64N(uint64(info.Size()) + 1)
		}
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &r); err != nil {
		panic(err)
	}
}

// refused reports, on standard output too, whether err is that of a full disk.
func (d *disk) refused(err error) bool {
	if d.path == "" || !errors.Is(err, syscall.EFBIG) {
		return false
	}
	fmt.Println("full")
	return true
}

// appendForever appends numbers, on from what is there, and says each once it
// is kept. Every tenth time it compacts to the last five.
func appendForever(path string, d *disk) error {
	d.turn()
	j, err := Open(path)
	if err != nil {
		return fmt.Errorf("it does not start: %w", err)
	}
	n, err := lastNumber(j)
	for err == nil {
		d.turn()
		if err = j.Append("spend", n+1); d.refused(err) {
			err = nil
			continue
		}
		n++
		if err == nil {
			_, err = fmt.Println(n)
		}
		if err == nil && n%10 == 0 {
			d.turn()
			err = j.Compact(1, func(_ string, _ time.Time, raw json.RawMessage) bool {
				v, err := strconv.Atoi(string(raw))
				return err != nil || v > n-5
			})
			if d.refused(err) {
				err = nil
			}
		}
	}
	return err
}

// lastNumber is the last number kept; numbers have no gap.
func lastNumber(j *Journal) (last int, err error) {
	err = j.Replay("spend", func(_ time.Time, raw json.RawMessage) error {
		v, err := strconv.Atoi(string(raw))
		if err == nil && last > 0 && v != last+1 {
			err = fmt.Errorf("%d follows %d", v, last)
		}
		last = v
		return err
	})
	return last, err
}

// TestKill kills an appending process 50 times, or HOMESWEEP_KILLS times, each a
// little later than the last, and lets it meet a full disk half of the times: it
// starts, and what was acknowledged is there, every time.
func TestKill(t *testing.T) {
	path := file(t)
	rounds, full, torn := 50, 0, 0
	if n, err := strconv.Atoi(os.Getenv("HOMESWEEP_KILLS")); err == nil {
		rounds = n
	}
	last := 0
	for i := range rounds {
		acknowledged, refusals := runAndKill(t, path, i%2 == 1, 1+i%13, time.Duration(i*37%500)*time.Microsecond)
		full, last = full+refusals, max(last, acknowledged)
		j, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		n, err := lastNumber(j)
		if err != nil || n < last || n > last+1 || j.Health().Damaged > 0 {
			t.Errorf("run %d: acknowledged %d, found %d, %v, %+v", i, last, n, err, j.Health())
		}
		if last = n; j.Health().Torn {
			torn++
		}
		j.Close()
	}
	t.Logf("%d kills, %d entries kept, %d writes refused by a full disk, %d lines torn", rounds, last, full, torn)
	if full == 0 {
		t.Error("the disk was never full")
	}
}

// runAndKill runs a child until it has acknowledged so many entries and a
// moment more, kills it and returns the last number it acknowledged, and how often
// its disk was full.
func runAndKill(t *testing.T, path string, fills bool, reports int, moment time.Duration) (last, full int) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), self)
	child.Env = append(os.Environ(), childEnv+"="+path)
	if fills {
		child.Env = append(child.Env, fullEnv+"=1")
	}
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines, seen := bufio.NewScanner(out), 0
	for lines.Scan() {
		if lines.Text() == "full" {
			full++
			continue
		}
		if last, err = strconv.Atoi(lines.Text()); err != nil {
			t.Fatal(err)
		}
		if seen++; seen == reports {
			time.AfterFunc(moment, func() { child.Process.Kill() })
		}
	}
	child.Wait()
	if seen < reports {
		t.Errorf("the child ended after %d of %d", seen, reports)
	}
	return last, full
}
