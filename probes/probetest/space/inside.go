package space

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// mark is the environment variable that tells a program it was started by
// Command.
const mark = "HOMESWEEP_NETNS"

// Inside reports whether this program was started by Command and so runs in a
// network of its own.
func Inside() bool { return os.Getenv(mark) != "" }

// Command is this program again with the given arguments, in a new network and
// mount namespace; for an ordinary user in a new user namespace too, in which
// it is root. It is killed with its parent. Call Settle first thing in it.
func Command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "/proc/self/exe", args...)
	cmd.Args[0] = os.Args[0]
	cmd.Env = append(os.Environ(), mark+"=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	attr := &syscall.SysProcAttr{
		Cloneflags: unix.CLONE_NEWNET | unix.CLONE_NEWNS,
		Pdeathsig:  syscall.SIGKILL,
	}
	if os.Getuid() != 0 {
		attr.Cloneflags |= unix.CLONE_NEWUSER
		attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	cmd.SysProcAttr = attr
	return cmd
}

// Settle makes the new namespace fit to work in: the loopback up, mounts
// private, and /sys showing the namespace's own interfaces where the kernel
// allows it.
func Settle() error {
	if err := unix.Mount("none", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("making mounts private: %w", err)
	}
	_ = unix.Mount("sysfs", "/sys", "sysfs", unix.MS_RDONLY, "")
	here, err := Here()
	if err != nil {
		return err
	}
	defer here.Close()
	lo, err := here.LinkByName("lo")
	if err != nil {
		return fmt.Errorf("finding the loopback: %w", err)
	}
	if err := here.LinkSetUp(lo); err != nil {
		return fmt.Errorf("bringing up the loopback: %w", err)
	}
	return nil
}

// Run runs a Command to its end and returns its exit status. An error means
// that it could not be started, most often because the machine does not let
// this user have namespaces (see Denied).
func Run(cmd *exec.Cmd) (status int, err error) {
	// The child is killed when the thread that started it ends.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err = cmd.Run()
	if cmd.ProcessState == nil {
		return 0, fmt.Errorf("starting a network namespace: %w", err)
	}
	return cmd.ProcessState.ExitCode(), nil // err says no more: it ended, by itself or because it was told to
}

// SingleUser reports whether this program's user namespace knows one user only,
// as that of an ordinary user's Command does.
func SingleUser() bool {
	text, err := os.ReadFile("/proc/self/uid_map") // user_namespaces(7)
	fields := strings.Fields(string(text))
	return err == nil && len(fields) == 3 && fields[2] == "1"
}
