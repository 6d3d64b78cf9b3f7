package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/homesweep/homesweep/probes/lan"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata/sweeps")

// golden compares got with the file of that name, or rewrites it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("..", "..", "testdata", "sweeps", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; run with -update and read the change\ngot:\n%s\nwant:\n%s", name, got, want)
	}
}

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }

func open(a string, port uint16, name string) lan.Service {
	return lan.Service{Address: addr(a), Transport: lan.TCP, Port: port, Name: name}
}

// home is a small household, its lists deliberately out of order.
func home() lan.Sweep {
	start := time.Date(2026, 11, 22, 14, 3, 0, 0, time.UTC)
	camera := lan.Device{
		ID: "cam-1", MACs: []lan.MAC{{0x00, 0x12, 0x34, 0x56, 0x78, 0x9a}},
		Addresses: []netip.Addr{addr("fe80::212:34ff:fe56:789a"), addr("192.168.1.20")},
		Names:     []string{"Front door"}, Kind: "camera", Vendor: "Acme", Model: "C1 Outdoor", Firmware: "2.1.4 build 1180",
		Confidence: 0.9,
		Identity:   []lan.Fact{{Field: lan.FieldModel, Value: "C1 Outdoor", Source: "upnp", Confidence: 0.9, Raw: "Acme C1 Outdoor"}},
		Services: []lan.Service{
			open("192.168.1.20", 554, "rtsp"), open("192.168.1.20", 80, "http"), open("192.168.1.20", 23, "telnet"),
			open("192.168.1.20", 34567, lan.Unknown),
		},
		Findings: []lan.Finding{
			{Check: "telnet-open", Verdict: lan.Fail, Severity: lan.Soon, Service: "tcp/23",
				Title:     "Anybody on the network can reach its Telnet login",
				Advice:    "Switch Telnet off in the camera's settings. If there is no such setting, ask the maker for a firmware without it.",
				Guideline: 6, Provision: "5.6-1", Evidence: []lan.Evidence{{Heard: "login:"}}},
			{Check: "default-login", Verdict: lan.Fail, Severity: lan.ActNow, Service: "tcp/80",
				Title:  "It lets anybody in with the password printed in its manual",
				Advice: "Set a password of your own in the camera's app.", Guideline: 1, Provision: "5.1-1",
				Evidence: []lan.Evidence{{Said: "login of record acme-c1", Heard: "200 OK"}}},
			{Check: "firmware-outdated", Verdict: lan.Undecided, Evidence: []lan.Evidence{{Heard: "build 1180 is not in the list"}}},
		},
	}
	router := lan.Device{
		ID: "router", Addresses: []netip.Addr{addr("192.168.1.1")}, Names: []string{"router.lan"}, Kind: "router",
		Vendor: "OpenWrt", Model: "OpenWrt One", Self: true,
		Services: []lan.Service{open("192.168.1.1", 53, "domain"), open("192.168.1.1", 80, "http")},
		Findings: []lan.Finding{
			{Check: "firmware-outdated", Verdict: lan.LikelyPass},
			{Check: "telnet-open", Verdict: lan.Pass},
			{Check: "default-login", Verdict: lan.NotTested, Service: "tcp/80"},
			{Check: "upnp-igd", Verdict: lan.LikelyFail, Severity: lan.WhenYouCan, Title: "Devices may open the router to the internet",
				Advice: "Switch UPnP port mapping off if no game or camera needs it."},
		},
	}
	bare := lan.Device{ID: "x", MACs: []lan.MAC{{0xa6, 1, 2, 3, 4, 5}}, Kind: lan.Unknown}
	tv := lan.Device{ID: "tv", Addresses: []netip.Addr{addr("192.168.1.7")}, Names: []string{"居間のテレビ"}, Kind: "tv",
		Vendor: "Sony", Model: "KD-55", Services: []lan.Service{open("192.168.1.7", 8008, "http"), open("192.168.1.7", 8009, "castv2")},
		Findings: []lan.Finding{
			{Check: "local-control", Verdict: lan.Fail, Title: "Anyone on your network can control it", Service: "tcp/8009",
				Advice: "Keep guests on a guest network.", Evidence: []lan.Evidence{{Said: "asked as its app does", Heard: "It answered."}}},
			{Check: "default-login", Verdict: lan.NotTested, Title: "Its factory password", Service: "tcp/8008",
				Evidence: []lan.Evidence{{Said: "the factory login kd, account \"admin\"", Heard: "It was not tried, as you said no."}}},
			{Check: "stream-open", Verdict: lan.Undecided, Title: "Its picture on the web",
				Evidence: []lan.Evidence{{Said: "asked for /image.jpg", Heard: "404 Not Found"}}},
		}}
	pot := lan.Device{ID: "pot", Addresses: []netip.Addr{addr("192.168.1.66")}, Kind: lan.Unknown,
		Identity: []lan.Fact{{Field: lan.FieldPorts, Value: "accepts connections on every port", Source: "ports", Confidence: 0.95}}}
	return lan.Sweep{
		Tool: "homesweep 0.1.0", Started: start, Finished: start.Add(41 * time.Second), Touch: lan.Ask,
		Links:   []lan.Link{{Name: "br-lan", Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24")}}},
		Devices: []lan.Device{camera, bare, tv, router, pot},
		Rung:    "raw", Notes: []string{"The sweep was cut short after 2 minutes: one device was not looked at to the end."},
		Cost: lan.Cost{Packets: 4120, Connections: 31, Datagrams: 1},
	}
}

func text(t *testing.T, s lan.Sweep, o TextOptions) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Text(&b, s, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGolden(t *testing.T) {
	var b bytes.Buffer
	if err := JSON(&b, home()); err != nil {
		t.Fatal(err)
	}
	golden(t, "home.json", b.Bytes())
	golden(t, "home.txt", text(t, home(), TextOptions{}))
	golden(t, "home-120.txt", text(t, home(), TextOptions{Width: 120}))
	golden(t, "home-40.txt", text(t, home(), TextOptions{Width: 40}))
	golden(t, "home-color.txt", text(t, home(), TextOptions{Color: true}))
	golden(t, "nothing.txt", text(t, lan.Sweep{Tool: "homesweep 0.1.0"}, TextOptions{}))
}

func TestJSONReadsBack(t *testing.T) {
	var b bytes.Buffer
	if err := JSON(&b, home()); err != nil {
		t.Fatal(err)
	}
	var back lan.Sweep
	if err := json.Unmarshal(b.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if err := JSON(&again, back); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Errorf("written, read and written again it differs: %v", err)
	}
	shuffled := home()
	slices.Reverse(shuffled.Devices)
	before := fmt.Sprint(shuffled)
	again.Reset()
	if err := JSON(&again, shuffled); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Error("the order of devices shows")
	}
	if fmt.Sprint(shuffled) != before {
		t.Error("the caller's sweep was put in order")
	}
}

// evil is what a device may try to do to the terminal.
const evil = "\x1b[2J\x1b]0;owned\x07\x9b31m\u009b31m\x7f\u202egnp.\u2066\r\n\b<script>\U000E0041\xff"

// hostile is home with evil in every string of it.
func hostile() lan.Sweep {
	s := home()
	poison(reflect.ValueOf(&s).Elem())
	return s
}

func poison(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			poison(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			poison(v.Field(i))
		}
	case reflect.String:
		if v.CanSet() {
			v.SetString(evil + v.String() + evil)
		}
	}
}

func TestHostile(t *testing.T) {
	check := func(what string, out []byte) {
		t.Helper()
		for _, r := range string(out) {
			if r != '\n' && unicode.In(r, unicode.Cc, unicode.Cf) {
				t.Fatalf("%s has %U in it", what, r)
			}
		}
	}
	for _, width := range []int{0, 20, 40, 80, 200} {
		out := text(t, hostile(), TextOptions{Width: width})
		check(fmt.Sprintf("text of width %d", width), out)
		for l := range strings.Lines(string(out)) {
			if n := cells(strings.TrimSuffix(l, "\n")); n > max(width, 20) && width != 0 {
				t.Errorf("a line of %d columns on %d: %q", n, width, l)
			}
		}
	}
	var b bytes.Buffer
	if err := JSON(&b, hostile()); err != nil {
		t.Fatal(err)
	}
	check("JSON", b.Bytes())
	p := lan.Progress{Phase: evil, Message: evil, Devices: 3}
	check("progress", []byte(Line(p, 0)))
}

func TestJSONKeepsWhatItEscapes(t *testing.T) {
	s := lan.Sweep{Notes: []string{"a\u009bb\u202ec\U000E0041d\x1be\"\\"}}
	var b bytes.Buffer
	if err := JSON(&b, s); err != nil {
		t.Fatal(err)
	}
	var back lan.Sweep
	if err := json.Unmarshal(b.Bytes(), &back); err != nil || back.Notes[0] != s.Notes[0] {
		t.Errorf("%q came back as %q, %v", s.Notes, back.Notes, err)
	}
}

// TestWords holds the report to the words that may not be said.
func TestWords(t *testing.T) {
	out := strings.ToLower(string(text(t, home(), TextOptions{})) + string(text(t, lan.Sweep{}, TextOptions{})))
	for v := range verdicts {
		out += strings.ToLower(VerdictWords(v))
	}
	for _, word := range []string{"compliant", "safe", "hacked", "illegal", "unknown", "secure"} {
		if strings.Contains(out, word) {
			t.Errorf("the report says %q", word)
		}
	}
	if VerdictWords(99) != VerdictWords(lan.Undecided) || SeverityWords(99) != SeverityWords(lan.ForInfo) {
		t.Error("a value that is none has words of its own")
	}
}

type brokenPipe struct{}

var errPipe = errors.New("broken pipe")

func (brokenPipe) Write([]byte) (int, error) { return 0, errPipe }

func TestWriteErrors(t *testing.T) {
	if err := Text(brokenPipe{}, home(), TextOptions{}); !errors.Is(err, errPipe) {
		t.Error(err)
	}
	if err := JSON(brokenPipe{}, home()); !errors.Is(err, errPipe) {
		t.Error(err)
	}
}

func TestLine(t *testing.T) {
	full := lan.Progress{Phase: "ports", Devices: 12, Finished: 5, Probes: 1420, Total: 4200, Problems: 1, Message: "asking 192.168.1.20"}
	for _, tt := range []struct {
		p     lan.Progress
		width int
		want  string
	}{
		{full, 0, "Open ports · 12 devices, 5 finished · ports 33 % · 1 finding · asking 192.168.1…"},
		{full, 30, "Open ports · 12 devices, 5 fi…"},
		{lan.Progress{Phase: "presence"}, 80, "Who is there"},
		{lan.Progress{Phase: "done", Devices: 1, Finished: 1, Probes: 5, Total: 5}, 80, "Done · 1 device, 1 finished"},
		{lan.Progress{Phase: "ports", Probes: 9, Total: 5}, 80, "Open ports · ports 100 %"},
		{lan.Progress{}, 80, ""},
	} {
		if got := Line(tt.p, tt.width); got != tt.want {
			t.Errorf("Line(%+v, %d) = %q, want %q", tt.p, tt.width, got, tt.want)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		text  string
		width int
		want  []string
	}{
		{"", 10, []string{""}},
		{"one two three", 7, []string{"one two", "three"}},
		{"one two three", 3, []string{"one", "two", "thr", "ee"}},
		{"abcdefgh", 4, []string{"abcd", "efgh"}},
		{"居間のテレビ", 5, []string{"居間", "のテ", "レビ"}},
		{"居間", 1, []string{"居", "間"}},
	} {
		if got := wrap(tt.text, tt.width); !slices.Equal(got, tt.want) {
			t.Errorf("wrap(%q, %d) = %q, want %q", tt.text, tt.width, got, tt.want)
		}
	}
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1234: "-1,234", -123: "-123"} {
		if got := grouped(n); got != want {
			t.Errorf("grouped(%d) = %q", n, got)
		}
	}
}

func FuzzWrap(f *testing.F) {
	f.Add(evil, 10)
	f.Add("居間のテレビ e\u0301 word", 3)
	f.Add("居0", 0)
	f.Fuzz(func(t *testing.T, s string, width int) {
		width = 2 + max(width, -width)%200
		s = clean(s)
		for _, l := range wrap(s, width) {
			if cells(l) > width {
				t.Errorf("%q on %d columns", l, width)
			}
		}
		if got := strings.Join(wrap(s, width), ""); strings.ReplaceAll(got, " ", "") != strings.Join(strings.Fields(s), "") {
			t.Errorf("%q became %q", s, got)
		}
		if cells(cut(s, width)) > width {
			t.Errorf("cut(%q, %d) is too long", s, width)
		}
	})
}

// TestTitle: a device whose name is its maker and model is called so once, and
// not only by its kind.
func TestTitle(t *testing.T) {
	for want, d := range map[string]lan.Device{
		"Brother MFC-J5320DW": {Names: []string{"Brother MFC-J5320DW"}, Vendor: "Brother", Model: "MFC-J5320DW", Kind: "printer"},
		"AVM FRITZ!Box 7590":  {Names: []string{"FRITZ!Box 7590"}, Vendor: "AVM", Model: "FRITZ!Box 7590"},
		"Hall, Acme C1":       {Names: []string{"Hall"}, Vendor: "Acme", Model: "C1"},
		"acme c1 in the hall": {Names: []string{"acme c1 in the hall"}, Vendor: "Acme", Model: "C1"},
		"printer":             {Kind: "printer"},
	} {
		if got := title(d); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
