package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/config"
	"github.com/homesweep/homesweep/daemon/lab"
	"github.com/homesweep/homesweep/daemon/ubus"
	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes/discover/hotplug"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest/netns"
)

// lease is the environment of a script that tells of a newcomer.
func lease(t *testing.T) {
	t.Helper()
	for name, value := range map[string]string{
		"ACTION": "add", "MACADDR": "02:00:5e:00:53:99", "IPADDR": "192.168.79.33", "HOSTNAME": "kettle", "DNSMASQ_INTERFACE": lab.Link,
	} {
		t.Setenv(name, value)
	}
}

// TestHotplugIsSilent: where no daemon listens, or one that takes nothing in, the
// script is not held up, and nothing is said.
func TestHotplugIsSilent(t *testing.T) {
	lease(t)
	busy := t.TempDir()
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: hotplug.Path(busy), Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	full := hotplug.Event{Action: "add", MAC: lan.MAC{2}, Addr: netip.MustParseAddr("192.0.2.1")}
	for hotplug.Send(hotplug.Path(busy), full) == nil { // until its queue is full
	}
	for _, dir := range []string{t.TempDir(), filepath.Join(t.TempDir(), "none"), busy} {
		if status, out, err := homesweep(t, "hotplug", "dhcp", "-state", dir); status != ok || out != "" || err != nil {
			t.Errorf("%s: %d, %q, %v", dir, status, out, err)
		}
	}
	for _, args := range [][]string{{"hotplug"}, {"hotplug", "neigh"}} {
		if status, _, err := homesweep(t, args...); status != failed || err == nil {
			t.Errorf("%v: %d, %v", args, status, err)
		}
	}
}

// TestNewcomerWithALease: what the router's DHCP server tells a script of is on the
// daemon's list, by the bus as well, though nothing was ever sent to find it.
func TestNewcomerWithALease(t *testing.T) {
	netns.Enter(t)
	house, err := lab.Build(netip.MustParsePrefix("192.168.79.0/26"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(house.Close)
	dir := t.TempDir()
	keepWatch(t, dir)
	lease(t)
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "etc/config"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "etc/config/homesweep"), []byte("config homesweep 'main'\n\toption state '"+dir+"'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	late := time.Now().Add(time.Minute)
	for {
		if status, out, err := homesweep(t, "hotplug", "dhcp", "-state", dir); status != ok || out != "" || err != nil {
			t.Fatalf("%d, %q, %v", status, out, err)
		}
		var out bytes.Buffer
		if _, err := plugin(t.Context(), root, ubus.Homesweep, []string{"call", "devices"}, strings.NewReader("{}"), &out); err != nil {
			t.Fatal(err)
		}
		var page struct{ Devices []lan.Device }
		if err := json.Unmarshal(out.Bytes(), &page); err != nil {
			t.Fatalf("%s: %v", out.String(), err)
		}
		i := slices.IndexFunc(page.Devices, func(d lan.Device) bool { return slices.Contains(d.Names, "kettle") })
		if i >= 0 {
			d := page.Devices[i]
			if len(d.MACs) != 1 || d.MACs[0].String() != "02:00:5e:00:53:99" || !slices.Contains(d.Addresses, netip.MustParseAddr("192.168.79.33")) || !slices.Contains(d.Sources, hotplug.Name) {
				t.Errorf("%+v", d)
			}
			return
		}
		if time.Now().After(late) {
			t.Fatalf("it is not on the list: %s", out.String())
		}
	}
}

// keepWatch is a daemon that listens only, until the test ends.
func keepWatch(t *testing.T, dir string) {
	t.Helper()
	c := config.Daemon()
	c.State, c.Listen = dir, "127.0.0.1:0"
	l, err := wiring.Listen(c)
	if err != nil {
		t.Fatal(err)
	}
	d, err := wiring.NewDaemon(c, l, true, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// TestPlugin: the program under rpcd's name for it is that object, and nothing else.
func TestPlugin(t *testing.T) {
	var out bytes.Buffer
	if status, err := run(t.Context(), []string{"/usr/libexec/rpcd/homesweep", "list"}, &out, os.Stderr); status != ok || err != nil || !json.Valid(out.Bytes()) || !strings.Contains(out.String(), `"ticket":{}`) {
		t.Errorf("%d, %v: %s", status, err, out.String())
	}
	out.Reset()
	if status, err := plugin(t.Context(), t.TempDir(), ubus.Homesweep, []string{"call", "version"}, strings.NewReader(""), &out); status != ok || err != nil || !strings.Contains(out.String(), `"error"`) {
		t.Errorf("%d, %v: %s", status, err, out.String())
	}
	out.Reset()
	if status, err := run(t.Context(), []string{"/usr/bin/homesweep", "version"}, &out, os.Stderr); status != ok || err != nil || json.Valid(out.Bytes()) {
		t.Errorf("%d, %v: %s", status, err, out.String())
	}
	if status, err := run(t.Context(), []string{"/usr/libexec/rpcd/homesweep", "list"}, shut{}, os.Stderr); status != failed || err == nil {
		t.Errorf("nobody reads: %d, %v", status, err)
	}
}

type shut struct{}

func (shut) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// TestStateOnARouter: the directory is the configuration's, if it says one.
func TestStateOnARouter(t *testing.T) {
	for text, want := range map[string]string{
		"config homesweep 'main'\n\toption state '/mnt/usb/../usb/sweep/'\n": "/mnt/usb/sweep",
		"config homesweep 'main'\n\toption touch 'listen'\n":                 "/else",
		"config homesweep 'main'\n\toption state 'relative'\n":               "/else",
		"config other 'main'\n\toption state '/other'\n":                     "/else",
		"option state '/broken'\n":                                           "/else",
	} {
		root := t.TempDir()
		if err := os.MkdirAll(filepath.Join(root, "etc/config"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, "etc/config/homesweep"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := stateOn(root, "/else"); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	if got := stateOn(t.TempDir(), "/else"); got != "/else" {
		t.Errorf("no router: %s", got)
	}
}
