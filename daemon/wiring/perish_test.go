package wiring_test

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// homeLasts is how many lives one state directory goes through.
const homeLasts = 25

// tally is what TestPerish has seen, to be told.
type tally struct {
	lives, failing     int            // and those whose writes failed at random
	kept, refused      map[string]int // what was reported, by its word
	injected, restarts map[string]int // failed calls by name; starts by what they found
}

// TestPerish kills the daemon's memory with SIGKILL at random moments while it is
// written to from all sides, 50 times, or HOMESWEEP_KILLS times; in every second life
// its disk fails writes at random, or is full from some moment on. It always starts, and
// what was reported as kept is there: sweeps, events, presence, the owner's decisions
// and every login try.
func TestPerish(t *testing.T) {
	rounds := 50
	if n, err := strconv.Atoi(os.Getenv("HOMESWEEP_KILLS")); err == nil {
		rounds = n
	}
	seed := uint64(time.Now().UnixNano())
	r := rand.New(rand.NewPCG(seed, 0))
	strace, missing := tracer()
	all := &tally{kept: map[string]int{}, refused: map[string]int{}, injected: map[string]int{}, restarts: map[string]int{}}
	var dir string
	var told promises
	for round := range rounds {
		if round%homeLasts == 0 {
			dir, told = t.TempDir(), newPromises()
		}
		var under []string
		if missing == nil && round%2 == 1 {
			under = append([]string{strace}, faults(r, dir)...)
		}
		perish(t, r, all, told, dir, round, under)
		check(t, told, dir)
		if t.Failed() {
			t.Fatalf("in life %d of seed %d, under %q", round, seed, under)
		}
	}
	t.Logf("%d lives, %d of them with failing writes; injected %v; kept %v; refused %v; starts %v; lost none",
		all.lives, all.failing, all.injected, all.kept, all.refused, all.restarts)
	if missing == nil {
		return
	}
	if os.Getenv("CI") != "" {
		t.Fatal(missing)
	}
	t.Skipf("no life had failing writes: %v", missing)
}

// tracer is a strace that may trace here.
func tracer() (path string, err error) {
	if path, err = exec.LookPath("strace"); err != nil {
		return "", fmt.Errorf("failing writes need strace: %w", err)
	}
	if out, err := exec.Command(path, "-f", "-o", os.DevNull, "-e", "trace=none", path, "-V").CombinedOutput(); err != nil {
		return "", fmt.Errorf("strace may not trace here: %w: %.200s", err, out)
	}
	return path, nil
}

// faults are the arguments by which strace has calls on the files in dir fail, each
// kind of call at its own random rhythm: with EIO now and then, or with ENOSPC from some
// moment on. It counts by thread, so that the rhythms mix.
func faults(r *rand.Rand, dir string) []string {
	args := []string{"-D", "-f", "--seccomp-bpf", "-qq", "-A", "-o", faultLog(dir),
		"-e", "trace=pwrite64,write,fsync,fdatasync,ftruncate,?rename,renameat,?renameat2"}
	for _, name := range []string{"", "homesweep.db", "homesweep.db.snapshot", "homesweep.db.snapshot.new",
		"homesweep.db.recent", "homesweep.db.recent.new", "journal", "journal.new"} {
		args = append(args, "-P", filepath.Join(dir, name))
	}
	full := r.IntN(4) == 0
	for call, often := range map[string]int{"pwrite64": 40, "write": 40, "fsync": 40, "fdatasync": 40, "ftruncate": 2, "renameat": 4} {
		fault := fmt.Sprintf("EIO:when=%d+%d", 1+r.IntN(often), 1+r.IntN(often))
		if full {
			fault = fmt.Sprintf("ENOSPC:when=%d+", 1+r.IntN(2*often))
		}
		args = append(args, "-e", "inject="+call+":error="+fault)
	}
	return args
}

func faultLog(dir string) string { return dir + ".strace" }

// perish runs a life in dir, under strace if so told, kills it at a random moment and
// adds to told what it reported until then.
func perish(t *testing.T, r *rand.Rand, all *tally, told promises, dir string, round int, under []string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	argv := append(under[:len(under):len(under)], self)
	child := exec.CommandContext(t.Context(), argv[0], argv[1:]...)
	child.Env = append(os.Environ(), perishDir+"="+dir, perishRound+"="+strconv.Itoa(round+1))
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	ended, leash, err := os.Pipe() // strace holds it until it has written its log
	if err != nil {
		t.Fatal(err)
	}
	defer ended.Close()
	var complaint strings.Builder
	child.Stderr, child.ExtraFiles = &complaint, []*os.File{leash}
	err = child.Start()
	leash.Close()
	if err != nil {
		t.Fatal(err)
	}
	kill := func() { _ = child.Process.Kill() } // with strace -D the child is ours still
	reports := 1 + r.IntN(400)
	moment := time.Duration(r.IntN(20_000)) * time.Microsecond
	early := time.Duration(r.IntN(100)) * time.Millisecond
	late := time.AfterFunc(20*time.Second, kill)
	lines := bufio.NewScanner(out)
	for n := 0; lines.Scan(); {
		word, rest, _ := strings.Cut(lines.Text(), " ")
		if word == "alive" {
			if r.IntN(3) == 0 { // also while it starts, but not what strace does before that
				time.AfterFunc(early, kill)
			}
			continue
		}
		if word == "refused" {
			all.refused[strings.Fields(rest)[0]]++
			if under == nil {
				t.Errorf("on a sound disk: %s", lines.Text())
			}
		} else if err := told.note(word, rest); err != nil {
			t.Errorf("%q: %v", lines.Text(), err)
		} else {
			all.count(word, rest)
		}
		if n++; n == reports {
			time.AfterFunc(moment, kill)
		}
	}
	_ = child.Wait() // the kill is its error
	if !late.Stop() {
		t.Errorf("it did not report enough in 20 s: %s", &complaint)
	}
	_, _ = ended.Read(make([]byte, 1))
	all.lives++
	if under != nil {
		all.failing++
		all.faults(t, faultLog(dir))
	}
}

// faults takes in strace's log of one life.
func (all *tally) faults(t *testing.T, log string) {
	t.Helper()
	text, err := os.ReadFile(log)
	if errors.Is(err, os.ErrNotExist) { // killed before strace had come
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if _, call, _ := strings.Cut(line, " "); strings.Contains(call, "(INJECTED)") { // after the thread's number
			call = strings.TrimPrefix(strings.TrimSpace(call), "<... ") // another thread's line came between
			all.injected[call[:strings.IndexAny(call, "( ")]]++
		}
	}
	if err := os.Remove(log); err != nil {
		t.Fatal(err)
	}
}

// count takes in one thing kept, or one start.
func (all *tally) count(word, rest string) {
	if word == "started" {
		all.restarts[rest]++
		return
	}
	all.kept[word]++
}
