package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/homesweep/homesweep/daemon/lab"
	"github.com/homesweep/homesweep/probes/probetest/space"
)

// weight is what a program cost this machine and the network.
type weight struct {
	Wall, CPU time.Duration
	RSS       int // the most memory it held, in KiB
	Status    int

	Sent, Received int  `json:"-"` // frames at the scanner's own end of its cable
	Connections    int  `json:"-"` // that the kernel made for it
	Late           bool `json:"-"` // it was stopped for want of patience
	complaint      string
}

// scale is the word that makes this program weigh another.
const scale = "weigh"

// weigh runs argv and gives what it wrote to its standard output. A status that
// is not 0 is no error: what it means is the program's own.
//
// Each is started by a fresh copy of this program, for what a kernel accounts to a
// process includes the peak of the one that started it (see scales).
func weigh(ctx context.Context, patience time.Duration, argv ...string) (w weight, out []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	note, result, err := os.Pipe()
	if err != nil {
		return w, nil, err
	}
	defer note.Close()
	before, err := counted()
	if err != nil {
		return w, nil, err
	}
	cmd := exec.CommandContext(ctx, "/proc/self/exe", append([]string{scale}, argv...)...)
	var said, talk bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = &said, &talk, []*os.File{result}
	cmd.WaitDelay = 10 * time.Second
	begin := time.Now()
	err = cmd.Run()
	_ = result.Close()
	after, counting := counted()
	if counting != nil {
		return w, nil, counting
	}
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		w.Wall, w.Late = time.Since(begin), true
	case err != nil:
		return w, nil, fmt.Errorf("%s: %w: %s", argv[0], err, tail(talk.Bytes()))
	default:
		if err := json.NewDecoder(note).Decode(&w); err != nil {
			return w, nil, fmt.Errorf("%s: what it weighs was not said: %w: %s", argv[0], err, tail(talk.Bytes()))
		}
	}
	w.complaint = tail(talk.Bytes())
	w.Sent, w.Received = after.sent-before.sent, after.received-before.received
	w.Connections = after.opened - before.opened - (after.failed - before.failed)
	return w, said.Bytes(), nil
}

// tail is the end of what a program complained of.
func tail(b []byte) string { return strings.TrimSpace(string(b[max(0, len(b)-400):])) }

// scales is this program as the scales: it starts argv, and says what it weighed
// on file descriptor 3.
//
// The kernel counts a process's memory from the moment before it became the
// program that it is (exec), when it still shared that of the scales. A peak that
// is not above theirs may be theirs; then what was seen of the program itself in
// /proc, a hundred times a second, takes its place.
func scales(argv []string) int {
	runtime.LockOSThread() // what is started is killed with the thread that did
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	own, stop := peak(os.Getpid()), make(chan struct{})
	seen := watch(cmd.Process.Pid, stop)
	_ = cmd.Wait() // its status says it
	w := weight{Wall: time.Since(begin), CPU: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), Status: cmd.ProcessState.ExitCode()}
	close(stop)
	w.RSS = <-seen
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok && int(u.Maxrss) > own {
		w.RSS = int(u.Maxrss)
	}
	if err := json.NewEncoder(os.NewFile(3, "note")).Encode(w); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// watch gives the highest peak of a process that was seen until stop.
func watch(pid int, stop <-chan struct{}) <-chan int {
	seen := make(chan int, 1)
	go func() {
		most := 0
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			most = max(most, peak(pid))
			select {
			case <-stop:
				seen <- most
				return
			case <-tick.C:
			}
		}
	}()
	return seen
}

// peak is the most memory that a living process has held as the program that it
// is (proc(5), VmHWM), in KiB.
func peak(pid int) (kib int) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0 // it has ended
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			_, _ = fmt.Sscan(value, &kib)
		}
	}
	return kib
}

// counters are the kernel's, of this namespace.
type counters struct{ sent, received, opened, failed int }

func counted() (c counters, err error) {
	here, err := space.Here()
	if err != nil {
		return c, err
	}
	defer here.Close()
	link, err := here.LinkByName(lab.Link)
	if err != nil {
		return c, fmt.Errorf("finding %s: %w", lab.Link, err)
	}
	if s := link.Attrs().Statistics; s != nil {
		c.sent, c.received = int(s.TxPackets), int(s.RxPackets)
	}
	text, err := os.ReadFile("/proc/thread-self/net/snmp")
	if err != nil {
		return c, err
	}
	tcp := snmp(string(text), "Tcp:")
	c.opened, c.failed = tcp["ActiveOpens"], tcp["AttemptFails"]
	return c, nil
}

// snmp reads one group of /proc/net/snmp: a line of names, then one of values.
func snmp(text, group string) map[string]int {
	var names []string
	values := map[string]int{}
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0 || fields[0] != group:
		case names == nil:
			names = fields
		default:
			for i := 1; i < min(len(fields), len(names)); i++ {
				n := 0
				_, _ = fmt.Sscan(fields[i], &n)
				values[names[i]] = n
			}
		}
	}
	return values
}
