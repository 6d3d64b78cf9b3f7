package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"math"
	"net/netip"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/homesweep/homesweep/daemon/local"
	"github.com/homesweep/homesweep/probes/lan"
)

// parlour is what a daemon knows in these tests.
type parlour struct {
	sweep lan.Sweep
	said  []lan.Decision
}

func (p parlour) Sweep() lan.Sweep          { return p.sweep }
func (p parlour) Decisions() []lan.Decision { return p.said }

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.Local)

// nasty is a name that wants to paint the terminal.
const nasty = "\x1b]0;owned\x07\x1b[2Jfoo\u202ebar\nroot# "

func furnish() parlour {
	addr := netip.MustParseAddr
	camera := lan.Device{
		ID: "d-aabbcc0011", Kind: "camera", Names: []string{"Front door"}, Vendor: "Acme", Model: "Cam 2", Firmware: "1.2",
		MACs: []lan.MAC{{0, 0x11, 0x22, 0x33, 0x44, 0x55}}, Addresses: []netip.Addr{addr("192.0.2.7"), addr("fe80::1")},
		FirstSeen: noon.Add(-48 * time.Hour), LastSeen: noon,
		Presence: lan.Presence{State: lan.Offline, Since: noon.Add(-time.Hour), By: "dhcp", At: noon.Add(-time.Hour)},
		Identity: []lan.Fact{
			{Field: lan.FieldModel, Value: "Cam 2", Source: "upnp", Confidence: 0.9, Raw: "Acme Cam/2 rev B", FirstSeen: noon.Add(-24 * time.Hour), LastSeen: noon},
			{Field: lan.FieldIdentity, Value: "udn:1234", Source: "ssdp", Confidence: 0.8},
		},
		Bonds: []lan.Bond{{One: "fe80::1", Other: "d-aabbcc0011", By: "answered with the same hardware address", Source: "ndp"}, {One: "udn:1234", Other: "192.0.2.7", By: "announced from there", Source: "ssdp"}},
	}
	phone := lan.Device{
		ID: "d-aabbcc0022", Kind: "phone", Names: []string{"Anna's iPhone"}, LastSeen: noon, Addresses: []netip.Addr{addr("192.0.2.8")},
		Presence: lan.Presence{State: lan.Idle, Since: noon, By: "asked", At: noon},
	}
	hostile := lan.Device{
		ID: "d-ffee", Names: []string{nasty}, Vendor: nasty, Firmware: nasty, Kind: nasty, Link: nasty, Sources: []string{nasty},
		Identity: []lan.Fact{{Field: nasty, Value: nasty, Source: nasty, Raw: nasty, Confidence: 7}},
		Bonds:    []lan.Bond{{One: nasty, Other: nasty, By: nasty, Source: nasty}},
		Presence: lan.Presence{State: nasty, By: nasty, At: noon},
	}
	return parlour{
		sweep: lan.Sweep{
			Devices: []lan.Device{camera, phone, hostile},
			Suggestions: []lan.Suggestion{
				{Device: phone.ID, Same: hostile.ID, Reasons: []string{nasty}, Confidence: 0.6},
				{Device: phone.ID, Same: camera.ID, Reasons: []string{"same name", "seen together"}, Confidence: 0.4},
			},
		},
		said: []lan.Decision{
			{Device: camera.ID, What: "merge", Value: phone.ID, At: noon}, {Device: camera.ID, What: "name", Value: "Front door", At: noon},
			{Device: hostile.ID, What: "note", Value: nasty, At: noon},
		},
	}
}

// daemonIn serves p from a new state directory.
func daemonIn(t *testing.T, p parlour) (state string) {
	t.Helper()
	state = t.TempDir()
	s := local.Server{State: state, House: p, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return noon.Add(time.Minute) }}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	for range 1 << 20 { // until it answers
		if _, err := local.NewClient(state).Devices(t.Context()); err == nil {
			return state
		}
	}
	t.Fatal("the daemon does not answer")
	return ""
}

func TestShow(t *testing.T) {
	state := daemonIn(t, furnish())
	status, out, err := homesweep(t, "show", "Front door", "-state", state)
	if err != nil || status != ok {
		t.Fatalf("status %d, %v", status, err)
	}
	for _, want := range []string{
		"Front door\n", "ID         d-aabbcc0011", "Made       Acme Cam 2",
		"Off, though it should be on since 22 November 2026 11:00.", "Last heard 1h1m0s ago, by dhcp.",
		"model: Cam 2\n    by upnp, 90 % sure\n    its words: \"Acme Cam/2 rev B\"\n    seen first 21 November 2026 12:00, last 22 November 2026 12:00",
		"identity: udn:1234\n    by ssdp, 80 % sure\n",
		"fe80::1 belongs to it: answered with the same hardware address (ndp)",
		"udn:1234 belongs to 192.0.2.7: announced from there (ssdp)",
		"Anna's iPhone [d-aabbcc0022], 40 % sure: same name; seen together",
		"d-aabbcc0011 and Anna's iPhone [d-aabbcc0022] are one device (22 November 2026)",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("it lacks %q:\n%s", want, out)
		}
	}
}

// TestShowFinds the device by whatever a person has at hand.
func TestShowFinds(t *testing.T) {
	state := daemonIn(t, furnish())
	for what, want := range map[string]string{
		"d-aabbcc0011": "d-aabbcc0011", "front DOOR": "d-aabbcc0011", "00-11-22-33-44-55": "d-aabbcc0011",
		"0011.2233.4455": "d-aabbcc0011", "192.0.2.7": "d-aabbcc0011", "FE80:0::1%eth0": "d-aabbcc0011",
		"d-aabbcc00": "", "d-": "", "d-aabbcc001": "d-aabbcc0011", "d-f": "d-ffee", "anna": "d-aabbcc0022",
		"192.0.2.9": "none", "nobody": "none", "": "list", "02:00:00:00:00:01": "none",
	} {
		status, out, err := homesweep(t, "show", "-state", state, "-json", what)
		var a local.Answer
		switch want {
		case "list": // a variable that was empty
			if status != ok || err != nil || !strings.HasPrefix(out, "[") {
				t.Errorf("%q: status %d, %v", what, status, err)
			}
		case "none":
			if status != failed || err == nil || !strings.Contains(err.Error(), "knows no device") {
				t.Errorf("%q: status %d, %v", what, status, err)
			}
		case "":
			if status != failed || err == nil || !strings.Contains(err.Error(), "d-aabbcc0011 (Front door 192.0.2.7), d-aabbcc0022 (Anna's iPhone 192.0.2.8)") {
				t.Errorf("%q: status %d, %v", what, status, err)
			}
		default:
			if jerr := json.Unmarshal([]byte(out), &a); jerr != nil || err != nil || status != ok || a.Device.ID != want {
				t.Errorf("%q: status %d, %v, %v, %s", what, status, err, jerr, out)
			}
		}
	}
}

// TestShowAll lists the devices, also as JSON.
func TestShowAll(t *testing.T) {
	state := daemonIn(t, furnish())
	status, out, err := homesweep(t, "show", "-state", state)
	if err != nil || status != ok || strings.Count(out, "\n") != 3 || !strings.Contains(out, "d-aabbcc0011     192.0.2.7") || !strings.Contains(out, "offline") {
		t.Errorf("status %d, %v\n%s", status, err, out)
	}
	var list []local.Entry
	if _, out, _ = homesweep(t, "show", "-json", "-state", state); json.Unmarshal([]byte(out), &list) != nil || len(list) != 3 {
		t.Errorf("%s", out)
	}
	_, out, err = homesweep(t, "show", "-state", daemonIn(t, parlour{}))
	if err != nil || !strings.Contains(out, "no device yet") {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestShowHostile: no name paints the terminal, nor makes a line of its own.
func TestShowHostile(t *testing.T) {
	state := daemonIn(t, furnish())
	_, list, _ := homesweep(t, "show", "-state", state)
	_, one, _ := homesweep(t, "show", "-state", state, "d-ffee")
	_, _, err := homesweep(t, "show", "-state", state, nasty+"x")
	if err == nil {
		t.Fatal("found")
	}
	if !strings.Contains(one, "It may also be") || !strings.Contains(one, "100 % sure") {
		t.Errorf("%s", one)
	}
	for _, text := range []string{list, one, err.Error()} {
		for _, r := range text {
			if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
				t.Fatalf("%U in %q", r, text)
			}
		}
		if strings.Contains(text, "\nroot") || strings.HasPrefix(text, "root") {
			t.Errorf("a line of its own: %q", text)
		}
	}
}

// TestShowPhone tells the day and no more.
func TestShowPhone(t *testing.T) {
	state := daemonIn(t, furnish())
	_, out, _ := homesweep(t, "show", "-state", state, "192.0.2.8")
	if !strings.Contains(out, "Here, but quiet since 22 November 2026.") || !strings.Contains(out, "Last heard on 22 November 2026, by its answer when it was asked.") || strings.Contains(out, ":00") {
		t.Errorf("%s", out)
	}
}

// TestShowWithoutDaemon says what to do.
func TestShowWithoutDaemon(t *testing.T) {
	dir := t.TempDir()
	status, out, err := homesweep(t, "show", "-state", dir)
	if status != failed || out != "" || err == nil || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "start one with homesweep run") {
		t.Errorf("status %d, %q, %v", status, out, err)
	}
	if status, _, err := homesweep(t, "show", "one", "two"); status != failed || err == nil || !strings.Contains(err.Error(), "quotes") {
		t.Errorf("two devices: %d, %v", status, err)
	}
}

func TestPercent(t *testing.T) {
	for share, want := range map[float64]int{0: 0, 0.554: 55, 1: 100, 7: 100, -1: 0, math.Inf(1): 100} {
		if got := percent(share); got != want {
			t.Errorf("%v is %d %%", share, got)
		}
	}
	if percent(math.NaN()) != 0 {
		t.Error("NaN")
	}
}
