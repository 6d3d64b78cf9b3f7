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
	start    func(*bench) error
}

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
	b := &bench{ctx: ctx, room: room, dir: dir}
	h.cleanup = append(h.cleanup, b.stop)
	if err := s.start(b); err != nil {
		return nil, fmt.Errorf("%s: %w", s.Name, err)
	}
	for _, p := range s.Open {
		if err := b.await(p); err != nil {
			return nil, fmt.Errorf("%s: %w", s.Name, err)
		}
	}
	return room, nil
}

// bench is where one piece of software is set up.
type bench struct {
	ctx  context.Context
	room *Room
	dir  string
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

// run starts a program in the room, in a mount namespace of its own. Its
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
	cmd := exec.CommandContext(b.ctx, path, argv[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = b.dir, log, log
	cmd.Env = append(os.Environ(), "SNMP_PERSISTENT_DIR="+b.dir, "HOME="+b.dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	if err := b.room.Start(cmd); err != nil {
		return fmt.Errorf("starting %s: %w", argv[0], err)
	}
	b.cmds = append(b.cmds, cmd)
	return nil
}

// stop ends what run started.
func (b *bench) stop() {
	for _, cmd := range b.cmds {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // the kill is its error
	}
}

// patience is how long a server may take to open its port.
const patience = 15 * time.Second

// await waits until the port is open. It looks in the kernel's table, so that
// the server sees nothing of it.
func (b *bench) await(p Port) error {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		for _, table := range []string{string(p.Transport), string(p.Transport) + "6"} {
			if b.listens(table, p) {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			said, _ := os.ReadFile(filepath.Join(b.dir, "output"))
			return fmt.Errorf("%s port %d did not open within %s; it said: %s", p.Transport, p.Number, patience, said)
		case <-tick.C:
		}
	}
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
