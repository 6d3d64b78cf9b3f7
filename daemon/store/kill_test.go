package store

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// childEnv names the database that a re-run of this test binary writes to.
const childEnv = "HOMESWEEP_STORE_CHILD"

func TestMain(m *testing.M) {
	if path := os.Getenv(childEnv); path != "" {
		fmt.Fprintln(os.Stderr, commitForever(path))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// commitForever commits numbered sweeps, on from what is there, and says each
// number once it is kept.
func commitForever(path string) error {
	s, err := Open(Options{Path: path})
	if err != nil {
		return err
	}
	n, err := number(s)
	for err == nil {
		n++
		if err = s.Commit(numbered(n)); err == nil {
			_, err = fmt.Println(n)
		}
	}
	return err
}

// TestKill kills a committing process 50 times, or HOMESWEEP_KILLS times, each a little later than the
// last: what was reported as kept is there, whole, and nothing is damaged.
func TestKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")
	rounds := 50
	if n, err := strconv.Atoi(os.Getenv("HOMESWEEP_KILLS")); err == nil {
		rounds = n
	}
	for i := range rounds {
		reported := runAndKill(t, path, 1+i%7, time.Duration(i*37%500)*time.Microsecond)
		s, err := Open(Options{Path: path})
		if err != nil {
			t.Fatal(err)
		}
		n, err := number(s)
		if err != nil || n < reported || n > reported+1 {
			t.Errorf("run %d: reported %d, found %d, %v", i, reported, n, err)
		}
		if r := s.Recovered(); r.Happened() {
			t.Errorf("run %d: recovered %+v", i, r)
		}
		s.Close()
	}
}

// runAndKill runs a child until it has reported so many commits and a moment
// more, kills it and returns the last number it reported.
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
