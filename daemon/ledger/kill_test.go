package ledger

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/journal"
	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// The journal on which a re-run of this test binary tries logins, the number of the
// run, and whether the disk is full at times.
const (
	childEnv = "HOMESWEEP_LEDGER_CHILD"
	roundEnv = "HOMESWEEP_LEDGER_ROUND"
	fullEnv  = "HOMESWEEP_LEDGER_FULL"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(childEnv); path != "" {
		round, err := strconv.Atoi(os.Getenv(roundEnv))
		if err == nil {
			err = tryForever(path, round, os.Getenv(fullEnv) != "")
		}
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// roundTime is how far the runs are apart by the clock.
const roundTime = 12 * time.Hour

func at(round int) func() Moment {
	return func() Moment {
		return Moment{Wall: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC).Add(time.Duration(round) * roundTime), Boot: fmt.Sprint(round), Sure: true}
	}
}

// fill lets the kernel refuse to write beyond a size about that of the journal, or to
// write at all, or neither.
func fill(path string) {
	var r syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &r); err != nil {
		panic(err)
	}
	r.Cur = r.Max
	if info, err := os.Stat(path); err == nil {
		switch rand.IntN(3) {
		case 0:
			r.Cur = uint64(info.Size()) + rand.Uint64N(300)
		case 1:
			r.Cur = rand.Uint64N(uint64(info.Size()) + 1)
		}
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &r); err != nil {
		panic(err)
	}
}

// tryForever makes two tries on one device after the other, says each at the moment at
// which the device would meet it, and compacts now and then.
func tryForever(path string, round int, fills bool) error {
	turn := func() {
		if fills {
			fill(path)
		}
	}
	turn()
	j, err := journal.Open(path)
	if err != nil {
		return fmt.Errorf("the journal does not start: %w", err)
	}
	l, err := Open(j, at(round))
	if err != nil {
		return fmt.Errorf("the ledger does not start: %w", err)
	}
	for n := 0; ; n++ {
		device := lan.Device{ID: fmt.Sprintf("%d-%d", round, n)}
		for _, account := range []string{"admin", "root"} {
			turn()
			_, err := l.Try(context.Background(), device, probes.Try{Account: account}, func(context.Context) (probes.Outcome, error) {
				fmt.Println(device.ID)
				turn()
				return probes.Rejected, nil
			})
			if fills && errors.Is(err, syscall.EFBIG) {
				fmt.Println("full")
				err = nil
			}
			if err != nil {
				return err
			}
		}
		if n%5 == 4 {
			turn()
			counts := l.Keeper()
			err := j.Compact(1, func(kind string, _ time.Time, raw json.RawMessage) bool { return kind != Kind || counts(raw) })
			if err != nil && !errors.Is(err, syscall.EFBIG) {
				return err
			}
		}
	}
}

// TestKill kills a process that tries logins 50 times, or HOMESWEEP_KILLS times, and
// lets it meet a full disk half of the times: the ledger starts, and knows every try
// of the week that a device has met.
func TestKill(t *testing.T) {
	path := filepath.Join(memory(t), "journal")
	rounds, full, made := 50, 0, 0
	if n, err := strconv.Atoi(os.Getenv("HOMESWEEP_KILLS")); err == nil {
		rounds = n
	}
	met := map[string]int{}
	for round := range rounds {
		list, refusals := tryAndKill(t, path, round, 1+round%13, time.Duration(round*37%500)*time.Microsecond)
		full, made = full+refusals, made+len(list)
		for _, id := range list {
			met[id]++
		}
		j, err := journal.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		l, err := Open(j, at(round))
		if err != nil || j.Health().Damaged > 0 {
			t.Fatal(err, j.Health())
		}
		for id, tries := range met {
			if of, _, _ := strings.Cut(id, "-"); of == strconv.Itoa(round-13) { // a week ago, nearly
				delete(met, id)
			} else if known := len(l.of([]string{id}, l.now(), remembered)); known < tries {
				t.Errorf("run %d: device %s met %d tries, and %d are known", round, id, tries, known)
			}
		}
		j.Close()
	}
	t.Logf("%d kills, %d tries made, %d refused or left open as the disk was full", rounds, made, full)
	if full == 0 {
		t.Error("the disk was never full")
	}
}

// tryAndKill runs a child until so many tries were made and a moment more, and kills
// it. list are the devices that met them.
func tryAndKill(t *testing.T, path string, round, reports int, moment time.Duration) (list []string, full int) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), self)
	child.Env = append(os.Environ(), childEnv+"="+path, roundEnv+"="+strconv.Itoa(round))
	if round%2 == 1 {
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
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if lines.Text() == "full" {
			full++
			continue
		}
		if list = append(list, lines.Text()); len(list) == reports {
			time.AfterFunc(moment, func() { child.Process.Kill() })
		}
	}
	child.Wait()
	if len(list) < reports {
		t.Errorf("run %d: the child ended after %d of %d tries", round, len(list), reports)
	}
	return list, full
}
