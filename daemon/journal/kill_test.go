package journal

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"
)

// childEnv names the journal that a re-run of this test binary appends to.
const childEnv = "HOMESWEEP_JOURNAL_CHILD"

func TestMain(m *testing.M) {
	if path := os.Getenv(childEnv); path != "" {
		fmt.Fprintln(os.Stderr, appendForever(path))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// appendForever appends numbers, on from what is there, and says each once it
// is kept. Every tenth time it compacts to the last five.
func appendForever(path string) error {
	j, err := Open(path)
	if err != nil {
		return err
	}
	n, err := lastNumber(j)
	for err == nil {
		n++
		if err = j.Append("spend", n); err == nil {
			_, err = fmt.Println(n)
		}
		if err == nil && n%10 == 0 {
			err = j.Compact(func(_ string, _ time.Time, raw json.RawMessage) bool {
				v, err := strconv.Atoi(string(raw))
				return err != nil || v > n-5
			})
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

// TestKill kills an appending process 50 times, each a little later than the
// last: what was acknowledged is there, every time.
func TestKill(t *testing.T) {
	path := file(t)
	for i := range 50 {
		acknowledged := runAndKill(t, path, 1+i%13, time.Duration(i*37%500)*time.Microsecond)
		j, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		n, err := lastNumber(j)
		if err != nil || n < acknowledged || n > acknowledged+1 || j.Health().Damaged > 0 {
			t.Errorf("run %d: acknowledged %d, found %d, %v, %+v", i, acknowledged, n, err, j.Health())
		}
		j.Close()
	}
}

// runAndKill runs a child until it has acknowledged so many entries and a
// moment more, kills it and returns the last number it acknowledged.
func runAndKill(t *testing.T, path string, reports int, moment time.Duration) (last int) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), self)
	child.Env = append(os.Environ(), childEnv+"="+path)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for seen := 0; lines.Scan(); {
		if last, err = strconv.Atoi(lines.Text()); err != nil {
			t.Fatal(err)
		}
		if seen++; seen == reports {
			time.AfterFunc(moment, func() { child.Process.Kill() })
		}
	}
	child.Wait()
	return last
}
