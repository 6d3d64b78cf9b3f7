package wiring_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/config"
	"github.com/homesweep/homesweep/daemon/door"
	"github.com/homesweep/homesweep/daemon/journal"
	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes/lan"
)

// start is a daemon with its state in dir that never sweeps, and its log.
func start(t *testing.T, dir string, public bool) (*wiring.Daemon, *bytes.Buffer, error) {
	t.Helper()
	c := config.Daemon()
	c.State, c.Listen, c.Every = dir, "127.0.0.1:0", time.Hour
	l, err := wiring.Listen(c)
	if err != nil {
		t.Fatal(err)
	}
	log := &bytes.Buffer{}
	d, err := wiring.NewDaemon(c, l, public, slog.New(slog.NewTextHandler(log, nil)))
	if err == nil {
		t.Cleanup(func() { _ = d.Close() })
	} else if _, again := l.Accept(); !errors.Is(again, net.ErrClosed) {
		t.Errorf("the listener was not given back: %v", again)
	}
	return d, log, err
}

func mustStart(t *testing.T, dir string) (*wiring.Daemon, string) {
	t.Helper()
	d, log, err := start(t, dir, false)
	if err != nil {
		t.Fatal(err)
	}
	return d, log.String()
}

// TestDamagedDatabase: the daemon starts all the same, says so, keeps the
// damaged file, and the owner's word holds.
func TestDamagedDatabase(t *testing.T) {
	dir := t.TempDir()
	d, log := mustStart(t, dir)
	if strings.Contains(log, "damaged") {
		t.Errorf("a first start says\n%s", log)
	}
	if err := errors.Join(d.Home.Decide(lan.Decision{Device: "d-1", What: "name", Value: "Hall camera"}), d.Home.SetTouch(lan.Ask), d.Close()); err != nil {
		t.Fatal(err)
	}
	garbage := bytes.Repeat([]byte("this is no database\n"), 4096)
	if err := os.WriteFile(filepath.Join(dir, "homesweep.db"), garbage, 0o600); err != nil {
		t.Fatal(err)
	}
	d, log = mustStart(t, dir)
	if !strings.Contains(log, `level=WARN msg="the database was damaged"`) || !strings.Contains(log, dir) {
		t.Errorf("the log does not tell:\n%s", log)
	}
	if !holds(t, dir, garbage) {
		t.Error("the damaged file is gone")
	}
	if list := d.Home.Decisions(); len(list) != 1 || list[0].Value != "Hall camera" || d.Home.Touch() != lan.Ask {
		t.Errorf("the owner's word is lost: %v, touch %v", list, d.Home.Touch())
	}
	if s := d.Home.Sweep(); len(s.Devices) != 0 {
		t.Errorf("%d devices out of garbage", len(s.Devices))
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if _, log = mustStart(t, dir); strings.Contains(log, "damaged") {
		t.Errorf("it tells again:\n%s", log)
	}
}

// holds reports whether a file in dir is exactly content.
func holds(t *testing.T, dir string, content []byte) bool {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if b, _ := os.ReadFile(filepath.Join(dir, f.Name())); bytes.Equal(b, content) {
			return true
		}
	}
	return false
}

// TestDamagedJournal: what can be read is in force, and the log tells.
func TestDamagedJournal(t *testing.T) {
	dir := t.TempDir()
	d, _ := mustStart(t, dir)
	for _, value := range []string{"first", "second"} {
		if err := d.Home.Decide(lan.Decision{Device: value, What: "name", Value: value}); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "journal")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Replace(b, []byte(`"value":"first"`), []byte(`"value":"f1rst"`), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	d, log := mustStart(t, dir)
	if !strings.Contains(log, "the journal was damaged") || !strings.Contains(log, "damaged=1") {
		t.Errorf("the log does not tell:\n%s", log)
	}
	if list := d.Home.Decisions(); len(list) != 1 || list[0].Value != "second" {
		t.Errorf("in force: %v", list)
	}
	if notes := strings.Join(d.Home.Sweep().Notes, " "); !strings.Contains(notes, "(1 lines)") || !strings.Contains(notes, "No factory login is tried for a day") {
		t.Errorf("the owner reads %q", notes)
	}
}

// TestStateInUse: two daemons with one state are one too many, and the second
// leaves nothing open.
func TestStateInUse(t *testing.T) {
	dir := t.TempDir()
	d, _ := mustStart(t, dir)
	if _, _, err := start(t, dir, false); !errors.Is(err, journal.ErrBusy) {
		t.Errorf("error %v", err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	mustStart(t, dir)
}

// TestCodeInLog: the code for the first password stands in the log until there
// is a password, and never in the demonstration's.
func TestCodeInLog(t *testing.T) {
	dir := t.TempDir()
	d, log := mustStart(t, dir)
	if !strings.Contains(log, "code=") || !strings.Contains(log, "http://"+d.Self().String()) {
		t.Errorf("log\n%s", log)
	}
	_ = d.Close()
	public, said, err := start(t, dir, true)
	if err != nil || strings.Contains(said.String(), "code=") {
		t.Errorf("the demonstration: %v\n%s", err, said)
	}
	_ = public.Close()

	b := openBook(t, dir)
	keeper, err := door.Open(b)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(keeper.Set("correct horse battery"), b.Close()); err != nil {
		t.Fatal(err)
	}
	if _, log := mustStart(t, dir); strings.Contains(log, "code=") {
		t.Errorf("with a password\n%s", log)
	}
}

// TestListen says which address it is and what to do.
func TestListen(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for listen, says := range map[string]string{
		taken.Addr().String(): "is in use; choose another with -listen, or stop what has it",
		"192.0.2.1:8480":      "cannot be opened; choose another with -listen", // TEST-NET-1 is nobody's
	} {
		l, err := wiring.Listen(config.Config{Listen: listen})
		if err == nil {
			_ = l.Close()
		}
		if err == nil || !strings.Contains(err.Error(), listen) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", listen, err, says)
		}
	}
}
