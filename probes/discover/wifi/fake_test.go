package wifi

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/discover/fdb"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ubus"
)

// late ends a test that waits for what never comes.
const late = 20 * time.Second

var start = time.Unix(1800000000, 0)

// bus is a Caller of fixed answers by "list hostapd.*" and so on; what it does
// not know the bus does not know. It records its followers.
type bus struct {
	mu      sync.Mutex
	answers map[string]string
	fails   map[string]error
	started chan *follower
	linger  chan struct{} // if there is one, a program ends only after it is closed
}

// follower is one Follow under way, of which the test is the program.
type follower struct {
	args  string
	lines chan string
	end   chan error
}

func newBus(answers map[string]string) *bus {
	return &bus{answers: answers, fails: map[string]error{}, started: make(chan *follower, 16)}
}

func (b *bus) Call(_ context.Context, args ...string) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	key := strings.Join(args, " ")
	if err := b.fails[key]; err != nil {
		return nil, err
	}
	if answer, ok := b.answers[key]; ok {
		return []byte(answer), nil
	}
	return nil, ubus.ErrUnknown
}

func (b *bus) set(key, answer string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answers[key] = answer
}

func (b *bus) Follow(ctx context.Context, line func([]byte), args ...string) error {
	f := &follower{args: strings.Join(args, " "), lines: make(chan string), end: make(chan error)}
	b.started <- f
	for {
		select {
		case text := <-f.lines:
			line([]byte(text))
		case err := <-f.end:
			return err
		case <-ctx.Done():
			if b.linger != nil {
				<-b.linger
			}
			return nil
		}
	}
}

// next is the next follower that is started.
func (b *bus) next(t *testing.T) *follower {
	t.Helper()
	select {
	case f := <-b.started:
		return f
	case <-time.After(late):
		t.Fatal("nothing is followed")
		return nil
	}
}

// say prints lines.
func (f *follower) say(t *testing.T, lines ...string) {
	t.Helper()
	for _, line := range lines {
		select {
		case f.lines <- line:
		case <-time.After(late):
			t.Fatalf("%s: nobody reads", f.args)
		}
	}
}

// sample is a file of testdata.
func sample(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// root is a fixture with the kernel's view: the master of each interface, and
// under each interface with a VLAN the one that it is made on.
func root(t *testing.T, masters, lower map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, master := range masters {
		at := filepath.Join(dir, "sys/class/net", name)
		if err := errors.Join(os.MkdirAll(at, 0o755), os.Symlink("../"+master, filepath.Join(at, "master"))); err != nil {
			t.Fatal(err)
		}
	}
	for name, below := range lower {
		at := filepath.Join(dir, "sys/class/net", name)
		if err := errors.Join(os.MkdirAll(at, 0o755), os.Symlink("../"+below, filepath.Join(at, "lower_"+below))); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

var home = lan.Link{Name: "br-lan", MAC: lan.MAC{2, 0xaa, 0xaa, 0xaa, 0xaa, 0xab}}

// over is the source over b, in a home of two access points and a guests' one.
func over(t *testing.T, b *bus) source {
	t.Helper()
	dir := root(t, map[string]string{"phy0-ap0": "br-lan", "phy1-ap0": "br-lan", "phy1-ap1": "br-guest"}, map[string]string{"br-lan.10": "br-lan"})
	s := newSource(dir, b)
	s.now = func() time.Time { return start }
	s.members = func(lan.Link) ([]fdb.Entry, error) { panic("unexpected call") }
	return s
}

// text is a sighting in a line: MAC, age, fields, and whether it left.
func text(s lan.Sighting) string {
	fields := []string{s.Source, s.Link, s.MAC.String(), start.Sub(s.At).String()}
	for _, key := range slices.Sorted(maps.Keys(s.Heard)) {
		fields = append(fields, fmt.Sprintf("%s=%s", strings.TrimPrefix(key, "wifi."), s.Heard[key]))
	}
	if s.Gone {
		fields = append(fields, "gone")
	}
	return strings.Join(fields, " ")
}
