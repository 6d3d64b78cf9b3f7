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
		err := stepDown(dir)
		groups, gerr := os.Getgroups()
		werr := os.WriteFile(filepath.Join(dir, "written"), nil, 0o600)
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
		if err := stepDown(dir); err != nil || os.Geteuid() != before {
			t.Errorf("%s: %v, now %d", dir, err, os.Geteuid())
		}
	}
}
