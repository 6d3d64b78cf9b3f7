package ubus

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/local"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/ui"
)

// house is the household that the dashboard's own tests show.
type house struct{ sweep lan.Sweep }

func (h house) Sweep() lan.Sweep                        { return h.sweep }
func (house) Decisions() []lan.Decision                 { return nil }
func (house) Progress() lan.Progress                    { return lan.Progress{} }
func (house) Watch(context.Context, func(lan.Progress)) {}
func (house) Start() error                              { return nil }
func (house) Cancel()                                   {}
func (house) Decide(lan.Decision) error                 { return nil }
func (house) Touch() lan.Touch                          { return lan.Ask }
func (house) SetTouch(lan.Touch) error                  { return nil }

var _ ui.House = house{}

// both are a household's dashboard, and its daemon's socket in dir.
func both(t *testing.T) (api http.Handler, dir string, h house) {
	t.Helper()
	raw, err := os.ReadFile("../../ui/testdata/home.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &h.sweep); err != nil {
		t.Fatal(err)
	}
	if api, err = ui.New(ui.Options{House: h, Public: true}); err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	serve(t, &local.Server{State: dir, House: h, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	return api, dir, h
}

func serve(t *testing.T, s *local.Server) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	for { // until it answers
		if _, err := local.NewClient(s.State).Devices(t.Context()); err == nil {
			return
		} else if !errors.Is(err, local.ErrNoDaemon) {
			t.Fatal(err)
		}
	}
}

// object is a JSON object with its values as they were written.
type object map[string]json.RawMessage

// said is what the API says of a device.
func said(t *testing.T, api http.Handler, id string) (o object) {
	t.Helper()
	w := httptest.NewRecorder()
	api.ServeHTTP(w, httptest.NewRequest("GET", "http://127.0.0.1/api/v1/devices/"+id, nil))
	var answer struct{ Device object }
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%s: %d, %v", id, w.Code, err)
	}
	return answer.Device
}

// call is what the bus says, over the socket in dir.
func call(t *testing.T, dir, method, in string, into any) {
	t.Helper()
	var out bytes.Buffer
	p := Plugin{Object: Homesweep, Daemon: is(local.NewClient(dir))}
	if err := p.Run(t.Context(), []string{"call", method}, bytes.NewReader([]byte(in)), &out); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out.Bytes(), into); err != nil {
		t.Fatalf("%s: %.200q, %v", method, out.String(), err)
	}
}

// same compares two pieces of JSON by what they say.
func same(a, b json.RawMessage) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}

// TestObjectsAreTheAPIs: for the same house every device and every finding says on the
// bus what the dashboard's API says of it.
func TestObjectsAreTheAPIs(t *testing.T) {
	api, dir, h := both(t)
	var page struct {
		Total   int
		Devices []object
	}
	seen, findings := 0, 0
	for seen < len(h.sweep.Devices) {
		before := seen
		page.Devices = nil // else their members would be added to
		call(t, dir, "devices", fmt.Sprintf(`{"offset":%d,"limit":3}`, seen), &page)
		for _, d := range page.Devices {
			seen++
			var id string
			if err := json.Unmarshal(d["id"], &id); err != nil {
				t.Fatal(err)
			}
			theirs := said(t, api, id)
			for field, value := range d {
				if !slices.Contains([]string{"problems", "name", "mac", "address"}, field) && !same(value, theirs[field]) {
					t.Errorf("%s: %s is %s, of the API %s", id, field, value, theirs[field])
				}
			}
			for _, must := range []string{"macs", "addresses", "names", "kind", "vendor", "model", "firmware", "problems"} {
				if d[must] == nil {
					t.Errorf("%s has no %s", id, must)
				}
			}
			for _, never := range []string{"services", "findings", "identity", "heard"} {
				if d[never] != nil {
					t.Errorf("%s has %s", id, never)
				}
			}
			findings += findingsOf(t, dir, id, theirs["findings"])
		}
		if seen == before {
			t.Fatalf("the page from %d is empty", seen)
		}
	}
	if page.Total != len(h.sweep.Devices) || findings == 0 {
		t.Errorf("%d devices of %d, with %d findings", seen, page.Total, findings)
	}
}

// findingsOf compares the findings of one device and counts them.
func findingsOf(t *testing.T, dir, id string, theirs json.RawMessage) int {
	t.Helper()
	var list []object
	var page struct {
		Total    int
		Findings []object
	}
	if err := json.Unmarshal(theirs, &list); err != nil {
		t.Fatal(err)
	}
	call(t, dir, "findings", `{"device":"`+id+`","limit":200}`, &page)
	if page.Total != len(list) || len(page.Findings) != len(list) {
		t.Errorf("%s has %d findings, in one page %d, of the API %d", id, page.Total, len(page.Findings), len(list))
	}
	for _, f := range page.Findings {
		found := false
		for _, other := range list {
			found = found || same(f["check"], other["check"]) && same(f["service"], other["service"])
			if same(f["check"], other["check"]) && same(f["service"], other["service"]) {
				for field, value := range other {
					if !same(value, f[field]) {
						t.Errorf("%s, %s: %s is %s, of the API %s", id, f["check"], field, f[field], value)
					}
				}
			}
		}
		if !found || f["device"] == nil || f["name"] == nil {
			t.Errorf("%s: the API has no %s %s, or whose it is is not said", id, f["check"], f["service"])
		}
	}
	return len(list)
}

// TestStatusOverTheSocket is the plainest of calls, with and without a daemon.
func TestStatusOverTheSocket(t *testing.T) {
	_, dir, h := both(t)
	var status struct {
		Devices, Present int
		Findings         map[string]int
		Error            string
	}
	if call(t, dir, "status", "", &status); status.Devices != len(h.sweep.Devices) || len(status.Findings) != 4 || status.Error != "" {
		t.Errorf("%+v", status)
	}
	if call(t, t.TempDir(), "status", "", &status); status.Error == "" {
		t.Error("nobody is there, and it is not said")
	}
	var ticket struct{ Error string }
	if call(t, dir, "ticket", "", &ticket); ticket.Error != "this daemon cannot do that" {
		t.Errorf("%+v", ticket)
	}
}
