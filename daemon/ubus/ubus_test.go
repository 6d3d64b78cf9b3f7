package ubus

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/daemon/local"
)

// fake is a daemon that notes what it is asked.
type fake struct {
	asked []string
	err   error
	large bool
}

func (f *fake) note(what string, args ...any) error {
	f.asked = append(f.asked, strings.TrimSpace(fmt.Sprintln(append([]any{what}, args...)...)))
	return f.err
}

func (f *fake) Status(context.Context) (local.Status, error) {
	return local.Status{Version: "1", Notes: []string{}}, f.note("status")
}

func (f *fake) Inventory(_ context.Context, p local.Page) (local.Inventory, error) {
	i := local.Inventory{Total: 1, Devices: []json.RawMessage{[]byte(`{"id":"d"}`)}}
	if f.large {
		i.Devices = append(i.Devices, []byte(`"`+strings.Repeat("x", maxAnswer)+`"`))
	}
	return i, f.note("devices", p.Offset, p.Limit)
}

func (f *fake) Findings(_ context.Context, p local.Page, device string) (local.Findings, error) {
	return local.Findings{Findings: []json.RawMessage{}}, f.note("findings", p.Offset, p.Limit, device)
}

func (f *fake) Sweep(context.Context) error { return f.note("sweep") }

func (f *fake) Ticket(context.Context) (local.Ticket, error) {
	return local.Ticket{Ticket: "t", Address: "http://192.0.2.1/#ticket=t"}, f.note("ticket")
}

// is finds d.
func is(d Daemon) func() (Daemon, error) { return func() (Daemon, error) { return d, nil } }

// TestNoWayToTheDaemon: the methods are listed all the same, and a call is told why.
func TestNoWayToTheDaemon(t *testing.T) {
	p := Plugin{Object: Homesweep, Daemon: func() (Daemon, error) { return nil, errors.New("the user is gone") }}
	if got := run(t, p, "", "list"); got["status"] == nil {
		t.Errorf("listed are %v", got)
	}
	if got := run(t, p, "", "call", "status"); got["error"] != "the user is gone" {
		t.Errorf("a call is told %v", got)
	}
}

// run is what p prints, decoded.
func run(t testing.TB, p Plugin, in string, args ...string) map[string]any {
	t.Helper()
	var out bytes.Buffer
	if err := p.Run(context.Background(), args, strings.NewReader(in), &out); err != nil {
		t.Fatal(err)
	}
	var answer map[string]any
	if err := json.Unmarshal(out.Bytes(), &answer); err != nil || out.Len() > maxAnswer+1 {
		t.Fatalf("%d bytes, no object: %.200q, %v", out.Len(), out.String(), err)
	}
	return answer
}

func TestObject(t *testing.T) {
	for argv0, want := range map[string]string{
		"/usr/libexec/rpcd/homesweep": Homesweep, "/usr/libexec/rpcd/homesweep-router": Router, "rpcd/homesweep": Homesweep,
		"/usr/bin/homesweep": "", "homesweep": "", "": "", "/": "", "/usr/libexec/rpcd/file": "", "/usr/libexec/rpcd/": "", "/opt/rpcd/x/homesweep": "",
	} {
		if got, ok := Object(argv0); ok != (want != "") || ok && got != want {
			t.Errorf("%q is %q, %v; want %q", argv0, got, ok, want)
		}
	}
}

// TestList: rpcd makes an object of what is listed if every method is a table.
func TestList(t *testing.T) {
	for object, want := range map[string]string{Homesweep: "devices findings status sweep ticket", Router: "read"} {
		var names []string
		for name, arguments := range run(t, Plugin{Object: object}, "", "list") {
			if _, table := arguments.(map[string]any); !table {
				t.Errorf("%s %s takes %v", object, name, arguments)
			}
			names = append(names, name)
		}
		for _, name := range strings.Fields(want) {
			if !strings.Contains(strings.Join(names, " "), name) || len(names) != len(strings.Fields(want)) {
				t.Errorf("%s has %v, want %s", object, names, want)
			}
		}
	}
}

func TestCall(t *testing.T) {
	for _, c := range []struct {
		method, in, asked, answer string
	}{
		{"status", "", "status", `"version":"1"`},
		{"status", `{"ubus_rpc_session":"0123456789abcdef"}`, "status", `"notes":[]`},
		{"devices", `{"offset":50,"limit":10}`, "devices 50 10", `"devices":[{"id":"d"}]`},
		{"devices", `{"offset":"50","limit":""}`, "devices 50 0", `"total":1`},
		{"devices", `{"offset":null}`, "devices 0 0", `"offset":0`},
		{"findings", `{"device":"d-1","limit":5}` + "\n", "findings 0 5 d-1", `"findings":[]`},
		{"sweep", `{}`, "sweep", `{"started":true}`},
		{"ticket", `{}`, "ticket", `"address":"http://192.0.2.1/#ticket=t"`},
	} {
		d := &fake{}
		answer, _ := json.Marshal(run(t, Plugin{Object: Homesweep, Daemon: is(d)}, c.in, "call", c.method))
		if got := strings.Join(d.asked, ", "); got != c.asked || !bytes.Contains(answer, []byte(c.answer)) {
			t.Errorf("%s %s asks %q and answers %s", c.method, c.in, got, answer)
		}
	}
}

// endless never stops giving blanks.
type endless struct{}

func (endless) Read(b []byte) (int, error) { return copy(b, bytes.Repeat([]byte(" "), len(b))), nil }

// TestRefusals: what cannot be done is said in one line, and nobody is asked for it.
func TestRefusals(t *testing.T) {
	deep := strings.Repeat(`{"x":`, 20000)
	for _, c := range []struct {
		args []string
		in   string
		want string
	}{
		{[]string{"call", "status"}, `{"offset"`, "no JSON object"},
		{[]string{"call", "status"}, `[]`, "no JSON object"},
		{[]string{"call", "status"}, deep, "no JSON object"},
		{[]string{"call", "devices"}, `{"offset":"many"}`, "no number"},
		{[]string{"call", "devices"}, `{"offset":99999999999}`, "no number"},
		{[]string{"call", "findings"}, `{"device":7}`, "no JSON object"},
		{[]string{"call", "status"}, `{"x":"` + strings.Repeat("x", maxInput), "longer than 1024 KiB"},
		{[]string{"call", "erase"}, `{}`, `no method "erase"`},
		{[]string{"call", "read"}, `{}`, `no method "read"`},
		{[]string{"call", "\x1b[2J"}, `{}`, `no method`},
		{[]string{"call"}, `{}`, "for rpcd"}, {nil, "", "for rpcd"}, {[]string{"list", "x"}, "", "for rpcd"}, {[]string{"call", "a", "b"}, "", "for rpcd"},
	} {
		d := &fake{}
		got, _ := run(t, Plugin{Object: Homesweep, Daemon: is(d)}, c.in, c.args...)["error"].(string)
		if !strings.Contains(got, c.want) || strings.ContainsAny(got, "\n\x1b") || len(d.asked) > 0 {
			t.Errorf("%q %.40q: %q, asks %v", c.args, c.in, got, d.asked)
		}
	}
	var out bytes.Buffer
	if err := (Plugin{Object: Homesweep}).Run(t.Context(), []string{"call", "status"}, endless{}, &out); err != nil || !strings.Contains(out.String(), "longer than") {
		t.Errorf("an endless input: %q, %v", out.String(), err)
	}
}

// TestDaemonRefuses: its own words come through; that there is none is said with what
// to do on a router.
func TestDaemonRefuses(t *testing.T) {
	for err, want := range map[error]string{
		errors.New("a sweep is under way already"):                         "a sweep is under way already",
		fmt.Errorf("%w (nobody answers on /x)", local.ErrNoDaemon):         "/etc/init.d/homesweep start",
		errors.New("two\nlines" + strings.Repeat("x", 2*maxWords) + "end"): "xxx",
	} {
		for _, method := range []string{"status", "devices", "findings", "sweep", "ticket"} {
			got, _ := run(t, Plugin{Object: Homesweep, Daemon: is(&fake{err: err})}, "", "call", method)["error"].(string)
			if !strings.Contains(got, want) || len(got) > maxWords || strings.Contains(got, "\n") {
				t.Errorf("%s: %q", method, got)
			}
		}
	}
	if got, _ := run(t, Plugin{Object: Homesweep, Daemon: is(&fake{large: true})}, "", "call", "devices")["error"].(string); !strings.Contains(got, "limit") {
		t.Errorf("an answer without end: %q", got)
	}
	if err := (Plugin{Object: Homesweep}).Run(t.Context(), []string{"list"}, nil, broken{}); err == nil {
		t.Error("nobody reads, and nobody says so")
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// TestRouter: the second object gives what it is made to read, and nothing else.
func TestRouter(t *testing.T) {
	daemon := &fake{}
	p := Plugin{Object: Router, Daemon: is(daemon), Read: func() any { return map[string]any{"uci": map[string]any{}} }}
	if got := run(t, p, "{}", "call", "read"); got["uci"] == nil {
		t.Errorf("%v", got)
	}
	for _, method := range []string{"status", "ticket", "sweep"} {
		if got := run(t, p, "{}", "call", method); got["error"] == nil || len(daemon.asked) > 0 {
			t.Errorf("%s: %v", method, got)
		}
	}
	p.Read = func() any { return func() {} }
	if got := run(t, p, "{}", "call", "read"); got["error"] == nil {
		t.Errorf("%v", got)
	}
}

// FuzzCall: whatever comes in, one bounded object goes out.
func FuzzCall(f *testing.F) {
	for _, in := range []string{"", "{}", `{"offset":-1,"limit":"7","device":"d"}`, "null", `{"limit":1e3}`, `"`, `{"offset":{"offset":1}}`, "\x00", "{}{}"} {
		f.Add("devices", in)
		f.Add("findings", in)
	}
	f.Fuzz(func(t *testing.T, method, in string) {
		run(t, Plugin{Object: Homesweep, Daemon: is(&fake{})}, in, "call", method)
		run(t, Plugin{Object: Router}, in, "call", method)
	})
}
