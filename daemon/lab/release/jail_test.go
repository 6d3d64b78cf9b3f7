package release

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/probetest/space"
)

// jailed makes this test binary, run anew, put itself into a jail as a router's does
// with a service (ujail of procd) and become the program there: its own user, no new
// privileges, all files read-only but its state and a /tmp of its own.
const jailed = "HOMESWEEP_LAB_JAIL"

// Where a jailed program finds itself and its state.
const (
	jail        = "/tmp/jail"
	jailProgram = jail + "/homesweep"
	jailState   = jail + "/state"
)

// jailUser is the package's user, whom nobody else is.
const jailUser = 8480

// The jail begins before TestMain, which would enter a namespace.
func init() {
	if caps, ok := os.LookupEnv(jailed); ok {
		err := enterJail(os.Args[1], os.Args[2])
		if err == nil {
			err = become(caps, os.Args[3:])
		}
		fmt.Fprintln(os.Stderr, "no jail:", err)
		os.Exit(2)
	}
}

// inJail is a command that runs program with args in a jail, where its state is dir,
// with no capabilities but caps: "net_raw", or none.
func inJail(t *testing.T, caps, program, dir string, args ...string) *exec.Cmd {
	t.Helper()
	if _, err := exec.LookPath("setpriv"); err != nil {
		t.Fatalf("util-linux is missing: %v", err)
	}
	if !space.SingleUser() {
		list, err := filepath.Glob(filepath.Join(dir, "*"))
		for _, path := range append(list, dir) {
			err = errors.Join(err, os.Chown(path, jailUser, jailUser))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "/proc/self/exe", append([]string{program, dir}, args...)...)
	cmd.Env = append(os.Environ(), jailed+"="+caps)
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNS}
	return cmd
}

// enterJail mounts what the jail shows. What is bound is held open first, as the new
// /tmp hides it.
func enterJail(program, state string) error {
	if err := unix.Mount("none", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("making mounts private: %w", err)
	}
	bound := map[string]string{}
	for path, at := range map[string]string{program: jailProgram, state: jailState} {
		fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
		if err != nil {
			return err
		}
		bound[at] = fmt.Sprintf("/proc/self/fd/%d", fd)
	}
	if err := unix.Mount("none", "/tmp", "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=1777"); err != nil {
		return fmt.Errorf("a /tmp of its own: %w", err)
	}
	if err := errors.Join(os.MkdirAll(jailState, 0o755), os.WriteFile(jailProgram, nil, 0o755)); err != nil {
		return err
	}
	for at, path := range bound {
		if err := unix.Mount(path, at, "", unix.MS_BIND, ""); err != nil {
			return fmt.Errorf("binding %s: %w", at, err)
		}
	}
	readOnly := &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY}
	if err := unix.MountSetattr(unix.AT_FDCWD, "/", unix.AT_RECURSIVE, readOnly); err != nil {
		return fmt.Errorf("making all read-only: %w", err)
	}
	for _, path := range []string{"/tmp", jailState} {
		if err := unix.MountSetattr(unix.AT_FDCWD, path, 0, &unix.MountAttr{Attr_clr: unix.MOUNT_ATTR_RDONLY}); err != nil {
			return fmt.Errorf("making %s writable: %w", path, err)
		}
	}
	return nil
}

// become turns this process into the jailed program. In a user namespace that knows
// one user it stays that one, whose execs give back nothing of what it had.
func become(caps string, args []string) error {
	setpriv, err := exec.LookPath("setpriv")
	if err != nil {
		return err
	}
	set := "-all"
	if caps != "" {
		set += ",+" + caps
	}
	argv := []string{"setpriv", "--no-new-privs", "--inh-caps=" + set, "--ambient-caps=" + set, "--bounding-set=" + set}
	if space.SingleUser() {
		argv = append(argv, "--securebits=+noroot,+noroot_locked")
	} else {
		argv = append(argv, fmt.Sprintf("--reuid=%d", jailUser), fmt.Sprintf("--regid=%d", jailUser), "--clear-groups")
	}
	env := []string{"HOME=/tmp", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"}
	return unix.Exec(setpriv, append(append(argv, jailProgram), args...), env)
}

// confined fails the test where the process is not as confined as it should be.
func confined(t *testing.T, pid int, caps string) {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	has := map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		has[name] = strings.TrimSpace(value)
	}
	want := "0000000000000000"
	if caps == "net_raw" {
		want = fmt.Sprintf("%016x", 1<<unix.CAP_NET_RAW)
	}
	for _, set := range []string{"CapEff", "CapPrm", "CapBnd", "CapAmb"} {
		if has[set] != want {
			t.Errorf("%s is %s, want %s", set, has[set], want)
		}
	}
	if !space.SingleUser() && !strings.HasPrefix(has["Uid"], fmt.Sprintf("%d\t", jailUser)) || has["NoNewPrivs"] != "1" {
		t.Errorf("user %s, no new privileges %s", has["Uid"], has["NoNewPrivs"])
	}
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/root/etc/homesweep-test", pid), nil, 0o600); !errors.Is(err, unix.EROFS) {
		t.Errorf("writing to /etc there: %v", err)
	}
}
