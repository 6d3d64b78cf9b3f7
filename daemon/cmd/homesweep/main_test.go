package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/daemon/lab"
	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest"
	"github.com/homesweep/homesweep/probes/probetest/netns"
	"github.com/homesweep/homesweep/probes/probetest/space"
	"github.com/homesweep/homesweep/probes/wire"
)

func TestMain(m *testing.M) { netns.Main(m) }

// homesweep runs the program in this process.
func homesweep(t *testing.T, args ...string) (status int, out string, err error) {
	t.Helper()
	talk, cerr := os.Create(filepath.Join(t.TempDir(), "talk"))
	if cerr != nil {
		t.Fatal(cerr)
	}
	defer talk.Close()
	var b bytes.Buffer
	status, err = dispatch(t.Context(), args, &b, talk)
	if err == nil && status == failed {
		said, _ := os.ReadFile(talk.Name())
		t.Logf("it said: %s", said)
	}
	return status, b.String(), err
}

// household moves in with three of the fake devices.
func household(t *testing.T) {
	t.Helper()
	netns.Enter(t)
	if err := space.Quiet(); err != nil {
		t.Fatal(err)
	}
	h, err := lab.Build(netip.MustParsePrefix("192.168.79.0/26"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	for _, name := range []string{"tplink-archer-ax21", "shelly-plus-plug-s", "openwrt-unconfigured"} {
		d, err := probetest.Load(os.DirFS(filepath.Join("../../../testdata/devices", name)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Settle(d); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPlanSendsNothingAndNamesWhatSweepTouches(t *testing.T) {
	household(t)
	watch, err := lab.StartCapture(lab.Link)
	if err != nil {
		t.Fatal(err)
	}
	status, out, err := homesweep(t, "plan", "-json")
	if err != nil || status != ok {
		t.Fatalf("plan: %d, %v", status, err)
	}
	if sent := watch.Sent(); len(sent) != 0 {
		t.Fatalf("plan sent %d frames, the first % x", len(sent), sent[0])
	}
	var p sweep.Plan
	if err := json.Unmarshal([]byte(out), &p); err != nil {
		t.Fatal(err)
	}

	watch, err = lab.StartCapture(lab.Link)
	if err != nil {
		t.Fatal(err)
	}
	status, out, err = homesweep(t, "sweep", "-json")
	if err != nil || status != findings {
		t.Fatalf("sweep: %d, %v", status, err)
	}
	var s lan.Sweep
	if err := json.Unmarshal([]byte(out), &s); err != nil {
		t.Fatal(err)
	}
	if len(s.Devices) != 4 || s.Number != lan.Schema {
		t.Errorf("%d devices, schema %d", len(s.Devices), s.Number)
	}
	sent := watch.Sent()
	if len(sent) < 300 {
		t.Fatalf("only %d frames were captured", len(sent))
	}
	for _, wrong := range unplanned(t, p, s, sent) {
		t.Error(wrong)
	}
}

// unplanned lists the frames that the plan did not announce: outside its
// networks, or to a port that it does not name and the device did not either.
func unplanned(t *testing.T, p sweep.Plan, s lan.Sweep, sent [][]byte) (wrong []string) {
	decoder := wire.NewDecoder()
	seen := map[string]bool{}
	for _, frame := range sent {
		to, err := wire.Destination(frame)
		if err != nil {
			t.Logf("not understood: %v", err)
			continue
		}
		what := to.String()
		inside := p.Links[0].Contains(to)
		if layers, err := decoder.Decode(frame); err == nil && inside {
			switch last := layers[len(layers)-1].String(); {
			case slices.Contains([]string{"TCP", "Payload"}, last) && decoder.IPv4.Protocol == 6:
				port := uint16(decoder.TCP.DstPort)
				what += "/tcp"
				inside = slices.Contains(p.TCP, port) || served(s, to, port) || port > p.Decoys.Above
			}
		}
		if to.IsMulticast() {
			inside = called(p, to) || to.String() == "224.0.0.22" // IGMP
		}
		if !inside && !seen[what] {
			seen[what] = true
			wrong = append(wrong, "not planned: "+what)
		}
	}
	return wrong
}

// called reports whether the plan names group.
func called(p sweep.Plan, group netip.Addr) bool {
	return slices.ContainsFunc(p.Everybody, func(c sweep.Called) bool {
		return c.To == group.String() || strings.HasPrefix(c.To, group.String()+":") || strings.HasPrefix(c.To, "["+group.String()+"]:")
	})
}

func served(s lan.Sweep, addr netip.Addr, port uint16) bool {
	return slices.ContainsFunc(s.Devices, func(d lan.Device) bool {
		return slices.Contains(d.Addresses, addr) && slices.ContainsFunc(d.Services, func(v lan.Service) bool { return v.Port == port })
	})
}

func TestSweepText(t *testing.T) {
	household(t)
	status, out, err := homesweep(t, "sweep", "-fail-on", "act_now", "-touch", "look", "-target", "192.168.79.1")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"192.168.79.1", "look"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	if status != ok {
		t.Errorf("status %d at touch look, where nothing is urgent", status)
	}
}

// TestBadInput holds every mistake a person can make to one line that says
// what to do, and to status 2.
func TestBadInput(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"swep"}, `no verb "swep"`},
		{[]string{"sweep", "-link", "nosuch0"}, "nosuch0"},
		{[]string{"sweep", "-target", "8.8.8.0/24"}, "8.8.8.0/24"},
		{[]string{"sweep", "extra"}, `"extra"`},
		{[]string{"run", "-listen", "0.0.0.0:80"}, "LAN address"},
		{[]string{"run", "-listen", "8.8.8.8:80"}, "not an address of the home"},
		{[]string{"run", "-every", "1s"}, "too often"},
		{[]string{"run", "-touch", "login"}, "logins"},
		{[]string{"run", "-state", t.TempDir(), "-listen", taken.Addr().String()}, "in use"},
	} {
		status, out, err := homesweep(t, c.args...)
		if status != failed || err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") || out != "" {
			t.Errorf("%v: status %d, printed %q, error %v, want one with %q", c.args, status, out, err, c.want)
		}
	}
	for _, args := range [][]string{{"sweep", "-touch", "poke"}, {"sweep", "-pace", "ludicrous"}, {"sweep", "-nosuch"}, {"plan", "-target", "home"}, {}} {
		if status, _, _ := homesweep(t, args...); status != failed {
			t.Errorf("%v: status %d", args, status)
		}
	}
}

func TestLists(t *testing.T) {
	_, out, err := homesweep(t, "checks")
	if err != nil || strings.Count(out, "\n") < 14 || !strings.Contains(out, "`default-login`") {
		t.Errorf("%v\n%s", err, out)
	}
	_, out, _ = homesweep(t, "checks", "-json")
	var rows []map[string]any
	if err := json.Unmarshal([]byte(out), &rows); err != nil || len(rows) < 12 {
		t.Errorf("%v\n%s", err, out)
	}
	if _, out, _ = homesweep(t, "version"); !strings.HasPrefix(out, "homesweep ") {
		t.Errorf("version %q", out)
	}
	if status, err := dispatch(context.Background(), []string{"help"}, os.Stdout, os.Stderr); status != ok || err != nil {
		t.Errorf("help: %d, %v", status, err)
	}
}
