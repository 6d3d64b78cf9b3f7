package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/probes/lan"
)

// pty is a terminal: what its owner types and reads, and the path at which a
// program finds it.
func pty(t *testing.T) (owner *os.File, path string) {
	t.Helper()
	owner, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no terminals here: %v", err)
	}
	t.Cleanup(func() { owner.Close() })
	raw, err := owner.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	cerr := raw.Control(func(fd uintptr) {
		if err = unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0); err == nil {
			n, err = unix.IoctlGetInt(int(fd), unix.TIOCGPTN)
		}
	})
	if err := errors.Join(err, cerr); err != nil {
		t.Fatal(err)
	}
	return owner, fmt.Sprint("/dev/pts/", n)
}

// twoDevices is what the question is about.
var twoDevices = []sweep.Request{
	{
		Device:  lan.Device{ID: "a", Names: []string{"Hall camera\x1b[2J"}, Addresses: []netip.Addr{netip.MustParseAddr("192.168.1.20")}},
		Service: lan.Service{Address: netip.MustParseAddr("192.168.1.20"), Transport: lan.TCP, Port: 80, Name: "http"},
		Logins:  []sweep.PlannedLogin{{Record: "axis-http", Account: "root"}, {Record: "axis-http", Account: ""}},
	},
	{
		Device:  lan.Device{ID: "b", Kind: "router"},
		Service: lan.Service{Address: netip.MustParseAddr("192.168.1.1"), Transport: lan.TCP, Port: 23, Name: "telnet"},
		Logins:  []sweep.PlannedLogin{{Record: "dd-wrt", Account: "root"}},
	},
}

// readUntil reads what is shown until it ends with the question mark of the choice.
func readUntil(t *testing.T, from io.Reader, end string) string {
	t.Helper()
	var all []byte
	for one := make([]byte, 1); !strings.HasSuffix(string(all), end); {
		if _, err := from.Read(one); err != nil {
			t.Fatalf("%v after %q", err, all)
		}
		all = append(all, one[0])
	}
	return string(all)
}

// TestQuestion: the devices, the accounts and the risk, once, to be answered at
// the terminal and nowhere else; and anything but yes is no.
func TestQuestion(t *testing.T) {
	for answer, want := range map[string]bool{"y\n": true, "YES\n": true, " y \n": true, "n\n": false, "\n": false, "yeah\n": false, "\x04": false} {
		owner, path := pty(t)
		talk, err := os.Create(filepath.Join(t.TempDir(), "talk"))
		if err != nil {
			t.Fatal(err)
		}
		defer talk.Close()
		ask, done, err := call{talk: talk}.consent(path, func() {})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := owner.WriteString("y\n"); err != nil { // too early to be an answer
			t.Fatal(err)
		}
		readUntil(t, owner, "y\r\n")
		got := make(chan sweep.Allowed, 1)
		go func() { got <- ask(t.Context(), twoDevices) }()
		shown := readUntil(t, owner, "[y/N] ")
		for _, part := range []string{
			"on 2 devices", "Hall camera", "(192.168.1.20), tcp/80 http", `account "root" by axis-http`, `account "" by axis-http`,
			"Router (192.168.1.1), tcp/23 telnet", "for everybody on it to read", "2 wrong passwords an account and 4 a device", "I own these devices or may test them.",
		} {
			if !strings.Contains(strings.ToLower(shown), strings.ToLower(part)) {
				t.Errorf("%q is missing in %q", part, shown)
			}
		}
		if strings.Contains(shown, "\x1b") {
			t.Errorf("a device writes on the terminal: %q", shown)
		}
		if _, err := owner.WriteString(answer); err != nil {
			t.Fatal(err)
		}
		if why := (<-got)(twoDevices[0]); (why == "") != want {
			t.Errorf("answer %q: %q", answer, why)
		}
		done()
	}
}

// TestQuestionEnds with the sweep: nobody is asked for ever.
func TestQuestionEnds(t *testing.T) {
	owner, path := pty(t)
	talk, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer talk.Close()
	ask, done, err := call{talk: talk}.consent(path, func() {})
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	ctx, cancel := context.WithCancel(t.Context())
	got := make(chan sweep.Allowed, 1)
	go func() { got <- ask(ctx, twoDevices) }()
	readUntil(t, owner, "[y/N] ")
	cancel()
	if why := (<-got)(twoDevices[0]); why != refused {
		t.Errorf("after the end: %q", why)
	}
}

// TestNobodyToAsk: without a terminal nothing is sent at all, and the sentence
// says what to do; -yes needs none.
func TestNobodyToAsk(t *testing.T) {
	if _, _, err := (call{}).consent(filepath.Join(t.TempDir(), "tty"), func() {}); !errors.Is(err, errNobody) || !strings.Contains(err.Error(), "-yes") {
		t.Errorf("error %v", err)
	}
	ask, done, err := call{yes: true}.consent("", func() {})
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	if why := ask(t.Context(), twoDevices)(twoDevices[0]); why != "" {
		t.Errorf("with -yes: %q", why)
	}
	if tty, err := os.OpenFile(terminalPath, os.O_RDWR, 0); err == nil {
		_ = tty.Close()
		t.Skip("these tests have a terminal themselves")
	}
	household(t)
	status, out, err := homesweep(t, "sweep", "-touch", "login", "-state", t.TempDir())
	if status != failed || out != "" || !errors.Is(err, errNobody) {
		t.Errorf("status %d, %v, printed %q", status, err, out)
	}
}

// TestNoBudgetNoLogin: where the ledger cannot be kept, the sweep is made all the
// same, without a login, and says so.
func TestNoBudgetNoLogin(t *testing.T) {
	household(t)
	t.Setenv("XDG_STATE_HOME", "/dev/null/state")
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	status, out, err := homesweep(t, "sweep", "-json", "-touch", "login", "-yes", "-state", filepath.Join(file, "state"), "-target", "192.168.79.1")
	if status != failed || err == nil || !strings.Contains(err.Error(), "budget of wrong passwords cannot be kept") {
		t.Errorf("status %d, %v", status, err)
	}
	for _, part := range []string{`"login_tries": 0`, "No login was tried: the budget of wrong passwords cannot be kept"} {
		if !strings.Contains(out, part) {
			t.Errorf("%q is missing in\n%s", part, out)
		}
	}
}
