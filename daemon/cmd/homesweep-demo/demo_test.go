package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/lab"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest/netns"
	"github.com/homesweep/homesweep/probes/probetest/space"
)

func TestMain(m *testing.M) { netns.Main(m) }

// program is the demonstration as a command that does not know that this test
// has a namespace of its own already.
func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	path := filepath.Join(t.TempDir(), "homesweep-demo")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "HOMESWEEP_") })
	cmd.Stderr = t.Output()
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return cmd
}

// TestOnce runs the demonstration beside a network that it must not touch, and
// captures there.
func TestOnce(t *testing.T) {
	netns.Enter(t)
	if err := space.Quiet(); err != nil {
		t.Fatal(err)
	}
	netns.New(t, "home0", "192.168.77.50/24", "192.168.77.1/24")
	netns.Route(t, "home0")
	var watches []*lab.Capture
	for _, name := range []string{"home0", "lo"} {
		w, err := lab.StartCapture(name)
		if err != nil {
			t.Fatal(err)
		}
		watches = append(watches, w)
	}
	out, err := program(t, "-once").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range watches {
		if sent := w.Sent(); len(sent) != 0 {
			t.Errorf("%d frames left the demonstration, the first % x", len(sent), sent[0])
		}
	}
	var s lan.Sweep
	if err := json.Unmarshal(out, &s); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	kinds := map[string]bool{}
	for _, d := range s.Devices {
		for _, f := range d.Findings {
			if f.Verdict.Problem() {
				kinds[f.Check] = true
			}
		}
	}
	if s.Number != lan.Schema || len(s.Devices) < 12 || len(kinds) < 8 {
		t.Errorf("schema %d, %d devices, problems of the kinds %v", s.Number, len(s.Devices), kinds)
	}
	for _, d := range s.Devices {
		for field, values := range filled(d) {
			for _, value := range values {
				if !vouched(d, field, value) {
					t.Errorf("nothing in the identity of %v tells where its %s %q comes from", d.Addresses, field, value)
				}
			}
		}
	}
	t.Logf("%d devices and %d kinds of problem in %s", len(s.Devices), len(kinds), s.Finished.Sub(s.Started))
}

// TestDashboard starts the demonstration as its README says and waits for the
// sweep to show on the dashboard.
func TestDashboard(t *testing.T) {
	netns.Enter(t)
	cmd := program(t, "-listen", "127.0.0.1:0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatal("it says nothing")
	}
	_, rest, ok := strings.Cut(lines.Text(), "http://")
	address, _, _ := strings.Cut(rest, " ")
	if !ok {
		t.Fatalf("no address in %q", lines.Text())
	}
	if !lines.Scan() || !strings.HasPrefix(lines.Text(), "Swept ") {
		t.Fatalf("no word of a sweep but %q", lines.Text())
	}
	t.Log(lines.Text())
	client := http.Client{Timeout: 10 * time.Second}
	for path, want := range map[string]string{"/": "<title>", "/api/v1/state": "Archer AX21"} {
		resp, err := client.Get("http://" + address + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusOK || !strings.Contains(string(body), want) {
			t.Errorf("%s: %s without %q", path, resp.Status, want)
		}
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
}

// filled are the fields of d that say something, by the field of their facts.
func filled(d lan.Device) map[string][]string {
	fields := map[string][]string{lan.FieldName: d.Names}
	for field, value := range map[string]string{
		lan.FieldVendor: d.Vendor, lan.FieldModel: d.Model, lan.FieldHardware: d.Hardware, lan.FieldFirmware: d.Firmware,
	} {
		if value != "" {
			fields[field] = []string{value}
		}
	}
	if d.Kind.Known() {
		fields[lan.FieldKind] = []string{string(d.Kind)}
	}
	for _, m := range d.MACs {
		fields[lan.FieldMAC] = append(fields[lan.FieldMAC], m.String())
	}
	for _, a := range d.Addresses {
		fields[lan.FieldAddress] = append(fields[lan.FieldAddress], a.String())
	}
	return fields
}

// vouched reports whether a fact with a source and a confidence says so.
func vouched(d lan.Device, field, value string) bool {
	return slices.ContainsFunc(d.Identity, func(f lan.Fact) bool {
		return f.Field == field && f.Value == value && f.Source != "" && f.Confidence > 0
	})
}
