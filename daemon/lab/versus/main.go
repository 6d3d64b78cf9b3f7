// Versus measures homesweep side by side with nmap and masscan, in one run: on a
// household of fake devices and real software, on a host with seven open ports,
// and on synthetic networks of a /24 and a /22, all in a network namespace of
// its own that nothing leaves. It prints Markdown tables, and at the end a line
// for each limit that homesweep is held against. Its exit status is 1 when one is
// missed, 2 when it could not measure.
//
//	go run ./daemon/lab/versus
//
// It needs the programs nmap and masscan (Debian's packages of these names) and
// root, or an ordinary user's right to namespaces; then what must change its user
// is left out. What all are given is the same: the list of ports (probes/ports.Home)
// and a network that nobody else uses. Who is there, homesweep finds out for
// itself; nmap is told in the household, and masscan, which cannot, everywhere.
//
// Memory and processor time are the kernel's account of the whole process
// (getrusage), frames those that the scanner's own interface sent and received,
// connections those that the kernel made for it (TCP ActiveOpens but
// AttemptFails); the most to one device is that device's own count. What a
// scanner sends from a stack of its own (SYNs) makes no connection.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/probetest/space"
)

// bench is one run of all comparisons.
type bench struct {
	root, binary, dir string
	only              string
	runs              int
	seed              uint64
	short             bool
	patience          time.Duration
	out               io.Writer
	verdicts          *verdicts
}

func main() {
	if len(os.Args) > 2 && os.Args[1] == scale {
		os.Exit(scales(os.Args[2:]))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	status, err := compare(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "versus:", err)
		status = 2
	}
	stop()
	os.Exit(status)
}

func compare(ctx context.Context) (status int, err error) {
	b := bench{out: os.Stdout}
	flag.StringVar(&b.root, "root", ".", "where the source of homesweep lies")
	flag.StringVar(&b.binary, "homesweep", "", "measure this program; built from the source when empty")
	flag.StringVar(&b.only, "only", "", "these comparisons only, such as household,seven,street,town")
	flag.IntVar(&b.runs, "runs", 5, "how often to run the comparison on the /24")
	flag.Uint64Var(&b.seed, "seed", 1, "of the synthetic networks")
	flag.BoolVar(&b.short, "short", false, "a small /24 once, no /22, no nmap -sV; limits on time are not held against")
	flag.DurationVar(&b.patience, "patience", 20*time.Minute, "how long a scanner may take")
	flag.Parse()
	if flag.NArg() > 0 {
		return 0, fmt.Errorf("no argument is taken, such as %q; -h lists the options", flag.Arg(0))
	}
	for _, program := range []string{"nmap", "masscan"} {
		if _, err := exec.LookPath(program); err != nil {
			return 0, fmt.Errorf("%s is not installed; apt-get install nmap masscan", program)
		}
	}
	dir, err := os.MkdirTemp("", "versus")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	b.dir = dir
	if space.Inside() {
		return b.all(ctx)
	}
	if b.binary == "" {
		if b.binary, err = b.build(ctx); err != nil {
			return 0, err
		}
	}
	if b.binary, err = filepath.Abs(b.binary); err != nil {
		return 0, err
	}
	return space.Run(space.Command(ctx, append(slices.Clone(os.Args[1:]), "-homesweep", b.binary)...))
}

// build builds homesweep as it is released.
func (b bench) build(ctx context.Context) (string, error) {
	path, lean := filepath.Join(b.dir, "homesweep"), filepath.Join(b.dir, "lean")
	for _, argv := range [][]string{{".ci/lean", lean}, {".ci/build", lean, path}} {
		cmd := exec.CommandContext(ctx, "bash", argv...)
		cmd.Dir = b.root
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("building homesweep in %s: %w\n%s", b.root, err, out)
		}
	}
	return path, nil
}

// all makes the comparisons, in the namespace.
func (b bench) all(ctx context.Context) (status int, err error) {
	if err := space.Settle(); err != nil {
		return 0, err
	}
	var held strings.Builder
	b.verdicts = &verdicts{w: &held, timed: !b.short}
	fmt.Fprintf(b.out, "%s, %s, %s; Linux %s, %d cores, %s.\n", said(ctx, b.binary, "version"), said(ctx, "nmap", "--version"), said(ctx, "masscan", "--version"),
		kernel(), runtime.NumCPU(), time.Now().Format(time.DateOnly))
	for _, c := range []struct {
		name string
		make func(context.Context) error
	}{
		{"household", b.compareHousehold}, {"seven", b.compareSeven}, {"street", b.compareStreet}, {"town", b.compareTown},
	} {
		wanted := b.only == "" && !(b.short && c.name == "town") || slices.Contains(strings.Split(b.only, ","), c.name)
		if !wanted {
			continue
		}
		if err := c.make(ctx); err != nil {
			return 0, fmt.Errorf("%s: %w", c.name, err)
		}
	}
	fmt.Fprintf(b.out, "\n### Limits\n\n```\n%s```\n", held.String())
	if b.verdicts.failed > 0 {
		return 1, nil
	}
	return 0, nil
}

// said is the first line that a program says to argv which says something.
func said(ctx context.Context, argv ...string) string {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	out, _ := exec.CommandContext(ctx, argv[0], argv[1:]...).CombinedOutput() // masscan says it with a status of 1
	for line := range strings.Lines(string(out)) {
		if line = strings.TrimSpace(line); line != "" {
			words, _, _ := strings.Cut(line, " (")
			return words
		}
	}
	return filepath.Base(argv[0])
}

func kernel() string {
	release, err := os.ReadFile("/proc/sys/kernel/osrelease")
	if err != nil {
		return "of an unknown release"
	}
	return strings.TrimSpace(string(release))
}
