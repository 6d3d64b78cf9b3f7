package router

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ubus"
)

const table = "ipv4     2 tcp      6 7431 ESTABLISHED src=192.168.1.20 dst=198.51.100.7 sport=40112 dport=23 packets=9 bytes=812 src=198.51.100.7 dst=203.0.113.5 sport=23 dport=40112 packets=7 bytes=640 [ASSURED] mark=0 use=2\n"

// home is where the fixture's router has its addresses.
func home() (map[string][]netip.Prefix, error) {
	return map[string][]netip.Prefix{"br-lan": {netip.MustParsePrefix("192.168.1.1/24")}}, nil
}

// fixture is the root directory of a router with settings, connections and a lease.
func fixture(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for _, name := range []string{"network", "firewall", "dhcp", "wireless"} {
		text, err := os.ReadFile(filepath.Join(samples, "stock/etc/config", name))
		if err != nil {
			t.Fatal(err)
		}
		write(t, root, "etc/config/"+name, string(text))
	}
	write(t, root, "etc/config/upnpd", "config upnpd config\n\toption enabled 1\n")
	write(t, root, "var/run/miniupnpd.leases", "TCP:51413:192.168.1.7:51413:0:Transmission\n")
	write(t, root, "proc/net/nf_conntrack", table)
	write(t, root, "proc/net/route", route("wan"))
	write(t, root, "etc/openwrt_release", "DISTRIB_ID='OpenWrt'\n")
	return root
}

// seen is the View of a root by who may read it.
func seen(root string) View {
	m := here(root)
	m.nets = home
	return m.view()
}

// shut takes the right to read the files below root from everybody else, and makes
// this test an ordinary user in what it does with files, if it is not.
func shut(t *testing.T, root string, paths ...string) {
	t.Helper()
	for dir := root; dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil && !errors.Is(err, fs.ErrPermission) {
			t.Fatal(err)
		}
	}
	for _, path := range paths {
		if err := os.Chmod(filepath.Join(root, path), 0o000); err != nil {
			t.Fatal(err)
		}
	}
	if os.Geteuid() != 0 {
		return
	}
	// The file system's user is a thread's. Without CAP_DAC_OVERRIDE, which goes with
	// it, mode 0000 holds for root as well (capabilities(7)).
	runtime.LockOSThread()
	if err := unix.Setfsuid(65534); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := unix.Setfsuid(0); err == nil {
			runtime.UnlockOSThread()
		}
	})
}

var allFiles = []string{
	"etc/config/network", "etc/config/firewall", "etc/config/dhcp", "etc/config/wireless", "etc/config/upnpd",
	"proc/net/nf_conntrack", "var/run/miniupnpd.leases",
}

// TestOrdinaryUser: the daemon's own user knows over the bus what root knows.
func TestOrdinaryUser(t *testing.T) {
	root := fixture(t)
	asRoot := seen(root)
	want := Conclude(asRoot, nil)
	if len(want.Zones) != 2 || len(want.Flows) != 1 || len(want.Leases) != 1 || len(want.Unread) > 0 {
		t.Fatalf("root knows %+v", want)
	}
	answer, err := json.MarshalIndent(asRoot, "", "\t") // as the program ubus prints it
	if err != nil {
		t.Fatal(err)
	}
	write(t, root, "answer", string(answer))
	write(t, root, "bin/ubus", "#!/bin/sh\necho \"$*\" >&2\n[ \"$*\" = 'call homesweep-router read' ] && exec cat '"+root+"/answer'\nexit 3\n")
	if err := os.Chmod(filepath.Join(root, "bin/ubus"), 0o755); err != nil {
		t.Fatal(err)
	}
	shut(t, root, allFiles...)
	r := New(root)
	r.nets = home
	if got := r.Router(t.Context()); !reflect.DeepEqual(got, want) {
		t.Errorf("an ordinary user knows\n%+v\nroot\n%+v", got, want)
	}
	for _, name := range files {
		got, err := r.File(t.Context(), name)
		if err != nil || !reflect.DeepEqual(got, asRoot.UCI[name]) {
			t.Errorf("of %s an ordinary user reads %+v, %v", name, got, err)
		}
	}
}

// TestPartly: what may be read is, and the rest is asked for.
func TestPartly(t *testing.T) {
	root := fixture(t)
	bus := &fake{answer: `{"uci":{},"flows":[],"leases":null,"unread":{"wireless":"it is damaged"}}`}
	shut(t, root, "proc/net/nf_conntrack", "etc/config/wireless")
	r := reader(root, bus)
	got := r.Router(t.Context())
	if len(got.Zones) != 2 || got.Flows == nil || len(got.Flows) > 0 || len(got.Leases) != 1 || len(got.Unread) != 1 || !strings.Contains(got.Unread[0], "wireless") {
		t.Errorf("it knows %+v", got)
	}
	if _, err := r.File(t.Context(), "wireless"); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("a damaged file: %v", err)
	}
	if f, err := r.File(t.Context(), "network"); err != nil || len(f.Sections) == 0 {
		t.Errorf("of what may be read it reads %+v, %v", f, err)
	}
}

// fake is a bus with one answer.
type fake struct {
	ubus.Caller
	mu     sync.Mutex
	times  int
	answer string
	err    error
}

func (f *fake) Call(ctx context.Context, args ...string) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if strings.Join(args, " ") != "call homesweep-router read" {
		return nil, fmt.Errorf("asked for %q", args)
	}
	f.times++
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return []byte(f.answer), f.err
}

func reader(root string, bus ubus.Caller) *Reader {
	r := New(root)
	r.bus, r.nets = bus, home
	return r
}

// TestNotThere: a file that root does not find either is not there.
func TestNotThere(t *testing.T) {
	root := fixture(t)
	shut(t, root, "etc/config/firewall")
	r := reader(root, &fake{answer: `{"uci":{}}`})
	if got := r.Router(t.Context()); got.Zones == nil || got.Forwards == nil || len(got.Zones)+len(got.Unread) > 0 {
		t.Errorf("it knows %+v", got)
	}
	if _, err := r.File(t.Context(), "firewall"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the error is %v", err)
	}
}

// TestNothingReadable: it is said once, with what to do.
func TestNothingReadable(t *testing.T) {
	root := fixture(t)
	shut(t, root, allFiles...)
	for name, c := range map[string]struct {
		err  error
		text string
		say  string
	}{
		"no bus":      {err: ubus.ErrAbsent, say: "Run homesweep as root."},
		"not granted": {err: ubus.ErrUnknown, say: "Install the package homesweep again"},
		"refused":     {err: fmt.Errorf("ubus call: %w", ubus.ErrRefused), say: "restart rpcd"},
		"no answer":   {err: context.DeadlineExceeded, say: "deadline"},
		"nonsense":    {text: "}", say: "not understood"},
		"an error":    {text: `{"error":"it is 1970"}`, say: "it is 1970"},
	} {
		r := reader(root, &fake{err: c.err, answer: c.text})
		got := r.Router(t.Context())
		if got.Zones != nil || got.Forwards != nil || got.Flows != nil || got.Leases != nil || len(got.Unread) != 1 || !strings.Contains(got.Unread[0], c.say) {
			t.Errorf("%s: it knows %+v", name, got)
		}
		if _, err := r.File(t.Context(), "network"); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("%s: the error of a file is %v", name, err)
		}
	}
}

// TestAskedSeldom: the bus is asked once a minute at most, whoever asks and whatever
// it says, and anew when somebody knows of a change.
func TestAskedSeldom(t *testing.T) {
	root := fixture(t)
	shut(t, root, allFiles...)
	bus := &fake{err: ubus.ErrRefused}
	r := reader(root, bus)
	now := time.Unix(1800000000, 0)
	r.now = func() time.Time { return now }
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if v, err := r.ask(gone); err == nil {
		t.Errorf("who went away is told %+v", v)
	}
	for n, step := range []struct {
		after  time.Duration
		forget bool
		want   int
	}{{0, false, 1}, {kept - 1, false, 1}, {1, false, 2}, {0, true, 3}, {0, false, 3}, {-time.Hour, false, 4}} {
		now = now.Add(step.after)
		if step.forget {
			r.Forget()
		}
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				_, _ = r.ask(t.Context())
			})
		}
		all.Wait()
		if bus.times != step.want {
			t.Errorf("step %d: it was asked %d times, want %d", n, bus.times, step.want)
		}
	}
}

// hung is a bus that answers when it is let go.
type hung struct {
	ubus.Caller
	asked, free chan struct{}
}

func (h hung) Call(context.Context, ...string) ([]byte, error) {
	h.asked <- struct{}{}
	<-h.free
	return []byte(`{"uci":{}}`), nil
}

// TestHungBus: who waits for another's question does so no longer than he wants to, and
// who knows of a change does not wait at all: the next one asks anew.
func TestHungBus(t *testing.T) {
	bus := hung{asked: make(chan struct{}, 9), free: make(chan struct{})}
	r := reader(fixture(t), bus)
	ended := make(chan error)
	go func() {
		_, err := r.ask(context.Background())
		ended <- err
	}()
	<-bus.asked
	waits, leave := context.WithCancel(t.Context())
	go leave()
	if _, err := r.ask(waits); !errors.Is(err, context.Canceled) {
		t.Errorf("who left is told %v", err)
	}
	r.Forget()
	close(bus.free)
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := r.ask(t.Context()); err != nil || len(bus.asked) != 1 {
		t.Errorf("after a change it was asked %d times more, %v", len(bus.asked), err)
	}
}

// TestLeasesInAJail: where the settings can be read and the lease file is not there to
// be seen, the bus is asked for what programs at home had opened.
func TestLeasesInAJail(t *testing.T) {
	root := fixture(t)
	if err := os.Remove(filepath.Join(root, leaseFile)); err != nil {
		t.Fatal(err)
	}
	bus := &fake{answer: `{"uci":{},"leases":[{"client":"192.168.1.7","transport":"tcp","external":51413,"port":51413}]}`}
	r := reader(root, bus)
	if got := r.Router(t.Context()); len(got.Leases) != 1 || len(got.Unread) > 0 {
		t.Errorf("it knows %+v", got)
	}
	r = reader(root, &fake{err: ubus.ErrAbsent})
	if got := r.Router(t.Context()); got.Leases != nil || len(got.Unread) != 1 {
		t.Errorf("without a bus it knows %+v", got)
	}
}

// TestElsewhere: a machine without OpenWrt knows nothing, says nothing and asks nobody.
func TestElsewhere(t *testing.T) {
	root := fixture(t)
	if err := os.Remove(filepath.Join(root, "etc/openwrt_release")); err != nil {
		t.Fatal(err)
	}
	bus := &fake{}
	empty := reader(t.TempDir(), bus)
	shut(t, root, allFiles...)
	r := reader(root, bus)
	if got := r.Router(t.Context()); !reflect.DeepEqual(got, lan.Router{}) || r.OpenWrt() {
		t.Errorf("it knows %+v", got)
	}
	if _, err := r.File(t.Context(), "dhcp"); !errors.Is(err, fs.ErrPermission) || bus.times > 0 {
		t.Errorf("it asked %d times, %v", bus.times, err)
	}
	if _, err := empty.File(t.Context(), "dhcp"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}
