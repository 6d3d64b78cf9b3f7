package lab

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// Software is real server software run as a device: nobody here wrote what it
// says. The catalogue is in catalogue.go.
type Software struct {
	Name     string
	Programs []string // that must be installed
	Package  []string // Debian's, for whoever lacks them
	Users    bool     // it changes its user, so that one alone is not enough
	Open     []Port   // what must be found, and nothing else
	Problems []string // checks that must find a problem, and no others
	Host     string   // what the machine is called; the lab's own name when empty
	Says     string   // a line of its output that means that it is ready
	Truth    Truth
	start    func(*bench) error
}

// Truth is what a device is, as far as it tells; an empty field is one that it
// keeps to itself. Where several words are right, "|" is between them.
type Truth struct{ Kind, Vendor, Model, Firmware string }

// Port is an open port and what it must be named.
type Port struct {
	Transport lan.Transport
	Number    uint16
	Name      string
	Product   string // empty where the software does not say
	Package   string // Debian package whose version must be shown, empty where the software hides it
}

// Missing are the programs that are not installed.
func (s Software) Missing() []string {
	var list []string
	for _, p := range s.Programs {
		if _, err := exec.LookPath(p); err != nil {
			list = append(list, p)
		}
	}
	return list
}

// Install starts the software in a room of its own, with dir for its files,
// and waits until its ports are open.
func (h *House) Install(ctx context.Context, s Software, mac lan.MAC, dir string) (*Room, error) {
	room, err := h.Furnish(mac, false)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Name, err)
	}
	return room, h.Outfit(ctx, s, room, dir)()
}

// Outfit prepares the software for the room and gives what starts it and waits
// until it is ready. Several may be started at the same time.
func (h *House) Outfit(ctx context.Context, s Software, room *Room, dir string) (start func() error) {
	b := &bench{ctx: ctx, room: room, dir: dir, host: s.Host}
	h.cleanup = append(h.cleanup, b.stop)
	return func() error {
		if err := s.start(b); err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		for _, p := range s.Open {
			if err := b.await(fmt.Sprintf("%s port %d", p.Transport, p.Number), func() bool { return b.open(p) }); err != nil {
				return fmt.Errorf("%s: %w", s.Name, err)
			}
		}
		if s.Says != "" {
			return b.await(fmt.Sprintf("%s: the line %q", s.Name, s.Says), func() bool { return strings.Contains(b.output(), s.Says) })
		}
		return nil
	}
}

// bench is where one piece of software is set up.
type bench struct {
	ctx  context.Context
	room *Room
	dir  string
	host string
	cmds []*exec.Cmd
}

// file writes a file below the bench's directory and returns its path. %DIR%
// stands for the directory.
func (b *bench) file(name, content string) (string, error) {
	path := filepath.Join(b.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", err
	}
	return path, os.WriteFile(path, []byte(strings.ReplaceAll(content, "%DIR%", b.dir)), 0o600)
}

// script755 writes a file that can be run.
func (b *bench) script755(name, content string) (string, error) {
	path, err := b.file(name, content)
	if err != nil {
		return "", err
	}
	return path, os.Chmod(path, 0o755)
}

// run starts a program in the room, in a view of its own of the file system, the
// processes and the machine's name, so that what it starts ends with it. Its
// output goes to a file beside its configuration.
func (b *bench) run(argv ...string) error {
	path, err := exec.LookPath(argv[0])
	if err != nil {
		return err
	}
	log, err := os.OpenFile(filepath.Join(b.dir, "output"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	argv[0] = path
	if b.host != "" {
		argv = append([]string{"/bin/sh", "-c", `hostname "$0" && exec "$@"`, b.host}, argv...)
	}
	cmd := exec.CommandContext(b.ctx, argv[0], argv[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = b.dir, log, log
	cmd.Env = append(os.Environ(), "SNMP_PERSISTENT_DIR="+b.dir, "HOME="+b.dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWUTS, Pdeathsig: syscall.SIGKILL,
	}
	if err := b.room.Start(cmd); err != nil {
		return fmt.Errorf("starting %s: %w", argv[0], err)
	}
	b.cmds = append(b.cmds, cmd)
	return nil
}

// script runs a shell script that sees an empty /run of its own and %DIR% as its
// working directory. Its last line is to exec the software.
func (b *bench) script(text string) error {
	path, err := b.file("start", "set -e\nmount -t tmpfs tmpfs /run\n"+text+"\n")
	if err != nil {
		return err
	}
	return b.run("sh", path)
}

// stop ends what run started.
func (b *bench) stop() {
	for _, cmd := range b.cmds {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // the kill is its error
	}
}

// patience is how long a server may take to be ready.
const patience = 30 * time.Second

// await waits until ready. It never asks the server itself.
func (b *bench) await(what string, ready func() bool) error {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ready() {
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s was not there within %s; it said: %s", what, patience, b.output())
		case <-tick.C:
		}
	}
	return nil
}

// output is what the software has said so far.
func (b *bench) output() string {
	said, _ := os.ReadFile(filepath.Join(b.dir, "output"))
	return string(said)
}

// open reports whether the port is open. It looks in the kernel's table, so that
// the server sees nothing of it.
func (b *bench) open(p Port) bool {
	return b.listens(string(p.Transport), p) || b.listens(string(p.Transport)+"6", p)
}

// listens looks for the port in /proc/net/tcp or udp of the room (proc(5)):
// the second field is the local address, the fourth the state, 0A for a
// listening and 07 for an unconnected socket.
func (b *bench) listens(table string, p Port) (found bool) {
	state := map[lan.Transport]string{lan.TCP: "0A", lan.UDP: "07"}[p.Transport]
	_ = b.room.Do(func() error {
		f, err := os.Open("/proc/thread-self/net/" + table)
		if err != nil {
			return err
		}
		defer f.Close()
		for lines := bufio.NewScanner(f); lines.Scan(); {
			fields := strings.Fields(lines.Text())
			if len(fields) > 3 && strings.HasSuffix(fields[1], fmt.Sprintf(":%04X", p.Number)) && fields[3] == state {
				found = true
			}
		}
		return nil
	})
	return found
}

// lookPath is the whole path of a program, which some want to be called by; the
// name itself where there is none.
func lookPath(program string) string {
	if path, err := exec.LookPath(program); err == nil {
		return path
	}
	return program
}
