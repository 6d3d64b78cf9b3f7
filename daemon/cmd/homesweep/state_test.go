package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// stepping is how the test below runs itself, with the directory.
const stepping = "HOMESWEEP_TEST_STEP_DOWN"

// TestStepDown: root becomes the user whom the state directory belongs to, wholly,
// and what it writes there is that user's. Others stay who they are.
func TestStepDown(t *testing.T) {
	if dir := os.Getenv(stepping); dir != "" {
		at, err := stepDown(dir)
		groups, gerr := os.Getgroups()
		werr := os.WriteFile(filepath.Join(at, "written"), nil, 0o600)
		_, rerr := os.ReadDir("/proc/1/fd") // root's own
		fmt.Printf("now %d %d %d %d %v %v %v %v %v.\n", os.Getuid(), os.Geteuid(), os.Getgid(), os.Getegid(), groups, err, gerr, werr, rerr == nil)
		return
	}
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(self, "-test.run=^TestStepDown$")
	child.Env = append(os.Environ(), stepping+"="+dir)
	want := fmt.Sprintf("now %d %d %d %d ", os.Getuid(), os.Geteuid(), os.Getgid(), os.Getegid())
	if err := os.Chown(dir, 8480, 8481); os.Geteuid() == 0 && !errors.Is(err, syscall.EINVAL) { // that is a root of itself alone
		if err != nil {
			t.Fatal(err)
		}
		want = "now 8480 8480 8481 8481 [] <nil> <nil> <nil> false."
		child.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Groups: []uint32{4, 27}}}
	}
	out, err := child.CombinedOutput()
	if err != nil || !strings.Contains(string(out), want) {
		t.Errorf("%v, it says %s, want %s", err, out, want)
	}
	if _, err := os.Stat(filepath.Join(dir, "written")); err != nil {
		t.Error(err)
	}
}

// TestStepDownWithout: there is nobody to become where there is no directory, or
// where it is root's own.
func TestStepDownWithout(t *testing.T) {
	for _, dir := range []string{t.TempDir(), filepath.Join(t.TempDir(), "none")} {
		before := os.Geteuid()
		if at, err := stepDown(dir); at != dir || err != nil || os.Geteuid() != before {
			t.Errorf("%s: %v, now %d", dir, err, os.Geteuid())
		}
	}
}

// verbing is how the test below runs itself as the program, on a terminal's behalf.
const verbing = "HOMESWEEP_TEST_VERB"

// TestDynamicUser: under systemd's DynamicUser= the state directory is reached by a link
// through /var/lib/private, which is closed to the very user whom it belongs to. All
// verbs work there as root, and what they write is that user's.
func TestDynamicUser(t *testing.T) {
	if words := os.Getenv(verbing); words != "" {
		status, err := dispatch(t.Context(), strings.Fields(words), os.Stdout, os.Stderr)
		fmt.Println("status", status, err)
		return
	}
	lib := t.TempDir()
	if err := os.Chmod(filepath.Dir(lib), 0o755); err != nil {
		t.Fatal(err)
	}
	private, state := filepath.Join(lib, "private/homesweep"), filepath.Join(lib, "homesweep")
	for _, dir := range []string{filepath.Dir(private), private} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("private/homesweep", state); err != nil {
		t.Fatal(err)
	}
	const user = 61500
	if err := os.Chown(private, user, user); err != nil {
		t.Skip("only root can be another user:", err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ verb, in, want string }{
		{"passwd", "correct horse battery\n", "The new password holds."},
		{"forget -yes", "", "All that homesweep remembered is deleted."},
		{"show", "", "no daemon is running here"},
	} {
		child := exec.Command(self, "-test.run=^TestDynamicUser$")
		child.Env = append(os.Environ(), verbing+"="+c.verb+" -state "+state)
		child.Stdin = strings.NewReader(c.in)
		if out, err := child.CombinedOutput(); err != nil || !strings.Contains(string(out), c.want) {
			t.Errorf("%s: %v, it says %s", c.verb, err, out)
		}
	}
	files, err := os.ReadDir(private)
	if err != nil || len(files) == 0 {
		t.Fatalf("nothing was written: %v", err)
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil || info.Sys().(*syscall.Stat_t).Uid != user {
			t.Errorf("%s is not the service's: %v", f.Name(), err)
		}
	}
}
