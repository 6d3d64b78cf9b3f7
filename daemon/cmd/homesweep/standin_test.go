package main

import (
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/local"
	"github.com/homesweep/homesweep/probes/lan"
)

// empty is a home without devices.
type empty struct{}

func (empty) Sweep() lan.Sweep          { return lan.Sweep{} }
func (empty) Decisions() []lan.Decision { return nil }

// readOnly is how the test below runs itself, with the two directories.
const readOnly = "HOMESWEEP_TEST_READ_ONLY"

// TestStandInAsked: the daemon of a state directory that takes no writes is asked where
// it works meanwhile; that of one that does never is.
func TestStandInAsked(t *testing.T) {
	if dirs := os.Getenv(readOnly); dirs != "" {
		state, memory, _ := strings.Cut(dirs, ":")
		if d, at, err := runningIn(state, memory); err != nil || at != state {
			t.Error(at, err)
		} else if _, err := d.Devices(t.Context()); err == nil {
			t.Error("the stand-in was asked for a directory that takes writes")
		}
		if err := syscall.Mount("none", state, "tmpfs", syscall.MS_RDONLY, ""); err != nil {
			t.Fatal(err)
		}
		if d, at, err := runningIn(state, memory); err != nil || at != state {
			t.Error(at, err)
		} else if _, err := d.Devices(t.Context()); err != nil {
			t.Error(err)
		}
		return
	}
	memory := t.TempDir()
	s := &local.Server{State: memory, House: empty{}, Log: slog.New(slog.DiscardHandler), Now: time.Now}
	go func() { _ = s.Run(t.Context()) }()
	for end := time.Now().Add(10 * time.Second); ; {
		if _, err := local.NewClient(memory).Devices(t.Context()); err == nil {
			break
		} else if time.Now().After(end) {
			t.Fatal(err)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	state := filepath.Join(t.TempDir(), "state")
	if err := os.Mkdir(state, 0o700); err != nil {
		t.Fatal(err)
	}
	child := exec.Command(self, "-test.run=^TestStandInAsked$")
	child.Env = append(os.Environ(), readOnly+"="+state+":"+memory)
	child.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}, GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
	}
	if err := child.Start(); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("CI must allow a namespace of its own:", err)
		}
		t.Skip("no namespace of its own:", err)
	}
	if err := child.Wait(); err != nil {
		t.Error("in its namespace:", err)
	}
}
