package ubus

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// late is the patience of a test with what is slow to start.
const late = 20 * time.Second

// TestMain is also the program ubus of a fixture: the test binary under that
// name, which does what its first argument says.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "ubus" {
		os.Exit(ubus(os.Args[1:]))
	}
	os.Exit(m.Run())
}

func ubus(args []string) (status int) {
	_ = unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0)
	switch args[0] {
	case "about":
		dir, _ := os.Getwd()
		fmt.Println(strings.Join(os.Environ(), " "), dir, strings.Join(args[1:], "|"))
	case "exit":
		status, _ = strconv.Atoi(args[1])
	case "flood":
		fmt.Println(strings.Repeat("x", 2*MaxAnswer))
	case "lines":
		fmt.Println("one\ntwo")
	case "hang":
		fmt.Println("hanging")
		_ = unix.Pause()
	}
	return status
}

// install makes this test binary the ubus of a root.
func install(t *testing.T, root string) Caller {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.MkdirAll(filepath.Join(root, "bin"), 0o755), os.Symlink(self, filepath.Join(root, "bin/ubus"))); err != nil {
		t.Fatal(err)
	}
	return New(root, late)
}

func TestCall(t *testing.T) {
	c := install(t, t.TempDir())
	t.Setenv("SECRET", "word")
	out, err := c.Call(t.Context(), "about", `{"device":"a b;$(c)"}`)
	if want := "PATH=/usr/sbin:/usr/bin:/sbin:/bin / {\"device\":\"a b;$(c)\"}\n"; err != nil || string(out) != want {
		t.Errorf("it sees %q, %v; want %q", out, err, want)
	}
	for status, want := range map[int]string{
		1: "exit status 1", 3: ErrUnknown.Error(), 4: ErrUnknown.Error(), 252: ErrUnknown.Error(), 253: ErrUnknown.Error(),
		6: "acl.d", 250: "acl.d", 255: "ubusd",
	} {
		if _, err := c.Call(t.Context(), "exit", strconv.Itoa(status)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("exit status %d: %v", status, err)
		}
	}
	if _, err := c.Call(t.Context(), "flood"); !errors.Is(err, ErrTooMuch) {
		t.Errorf("a flood: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := c.Call(ctx, "hang"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("one that hangs: %v", err)
	}
	hasty := program{c.(program).root, 50 * time.Millisecond}
	if _, err := hasty.Call(t.Context(), "hang"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("one that hangs, asked with little patience: %v", err)
	}
	if _, err := c.Call(t.Context(), "exit", "6"); !errors.Is(err, ErrRefused) {
		t.Errorf("a refusal is %v", err)
	}
}

func TestFollow(t *testing.T) {
	c := install(t, t.TempDir())
	var lines []string
	hear := func(b []byte) { lines = append(lines, string(b)) }
	if err := c.Follow(t.Context(), hear, "lines"); err == nil || strings.Join(lines, " ") != "one two" {
		t.Errorf("one that ends: %q, %v", lines, err)
	}
	if err := c.Follow(t.Context(), hear, "exit", "4"); !errors.Is(err, ErrUnknown) {
		t.Errorf("one that knows nothing: %v", err)
	}
	if err := c.Follow(t.Context(), func([]byte) { t.Error("a line") }, "flood"); err == nil || !strings.Contains(err.Error(), "too long") {
		t.Errorf("a line without end: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if err := c.Follow(ctx, func([]byte) { cancel() }, "hang"); err != nil {
		t.Errorf("the end of the context: %v", err)
	}
}

func TestAbsent(t *testing.T) {
	c := New(t.TempDir(), late)
	if _, err := c.Call(t.Context(), "list"); !errors.Is(err, ErrAbsent) {
		t.Errorf("error %v", err)
	}
	if err := c.Follow(t.Context(), nil, "list"); !errors.Is(err, ErrAbsent) {
		t.Errorf("error %v", err)
	}
}
