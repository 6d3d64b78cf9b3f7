package local

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// keeper is a house that says where it stands.
type keeper struct {
	fixed
	locked bool
}

func (keeper) Touch() lan.Touch        { return lan.Ask }
func (keeper) Granted() bool           { return true }
func (keeper) Progress() lan.Progress  { return lan.Progress{Running: true} }
func (k keeper) Locked() bool          { return k.locked }
func (keeper) Set(string) error        { return nil }
func (keeper) Ticket(time.Time) string { return "once" }
func (keeper) Code() string            { return "ABCD-EFGH" }
func finding(check string, v lan.Verdict, s lan.Severity) lan.Finding {
	return lan.Finding{Check: check, Verdict: v, Severity: s, Title: check, FirstSeen: noon, LastSeen: noon}
}

// busy is a house with findings of every kind.
func busy() fixed {
	h := house()
	h.sweep.Started, h.sweep.Finished, h.sweep.Rung, h.sweep.Notes = noon, noon, "raw", []string{"a note"}
	h.sweep.Devices[0].Findings = []lan.Finding{
		finding("passed", lan.Pass, lan.ActNow), finding("later", lan.Fail, lan.WhenYouCan), finding("now", lan.LikelyFail, lan.ActNow),
		finding("left", lan.Fail, lan.ActNow),
	}
	h.sweep.Devices[1].Findings = []lan.Finding{finding("soon", lan.Fail, lan.Soon), finding("now", lan.Fail, lan.ActNow)}
	h.decisions = append(h.decisions,
		lan.Decision{Device: "d-cam", What: "accept", Check: "left", Value: "yes"},
		lan.Decision{Device: "d-cam", What: "accept", Check: "now", Value: "yes"}, lan.Decision{Device: "d-cam", What: "accept", Check: "now"})
	return h
}

func TestStatus(t *testing.T) {
	dir := t.TempDir()
	k := keeper{fixed: busy(), locked: true}
	serveAs(t, &Server{State: dir, House: k, Door: k, Version: "9.9", Dashboard: "http://192.0.2.1:8480"})
	got, err := NewClient(dir).Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := Status{
		Version: "9.9", Touch: lan.Ask, Granted: true, Running: true, Started: noon, Finished: noon, Devices: 3, Present: 2,
		Findings: Problems{ActNow: 2, Soon: 1, WhenYouCan: 1}, Rung: "raw", Notes: []string{"a note"}, Dashboard: "http://192.0.2.1:8480",
	}
	if !got.Started.Equal(noon) || !got.Finished.Equal(noon) {
		t.Errorf("%s to %s", got.Started, got.Finished)
	}
	if got.Started, got.Finished = noon, noon; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

// TestTicketAddress: a browser is sent to the dashboard with its ticket, without one
// while there is no password to spare it.
func TestTicketAddress(t *testing.T) {
	for _, c := range []struct {
		locked    bool
		dashboard string
		want      Ticket
	}{
		{true, "http://192.0.2.1:8480", Ticket{"once", "http://192.0.2.1:8480/#ticket=once"}},
		{false, "http://192.0.2.1:8480", Ticket{"", "http://192.0.2.1:8480/#code=ABCD-EFGH"}},
		{false, "", Ticket{}},
		{true, "", Ticket{"once", ""}},
	} {
		dir := t.TempDir()
		k := keeper{fixed: busy(), locked: c.locked}
		serveAs(t, &Server{State: dir, House: k, Door: k, Dashboard: c.dashboard})
		if got, err := NewClient(dir).Ticket(t.Context()); err != nil || got != c.want {
			t.Errorf("%+v, %v; want %+v", got, err, c.want)
		}
		if s, err := NewClient(dir).Status(t.Context()); err != nil || s.Setup == c.locked {
			t.Errorf("waits for a password: %v, %v", s.Setup, err)
		}
	}
}

// TestFindingsInOrder: what presses is first, whosever it is; what was accepted asks
// nothing.
func TestFindingsInOrder(t *testing.T) {
	dir := t.TempDir()
	serveAs(t, &Server{State: dir, House: busy()})
	for _, c := range []struct {
		page   Page
		device string
		want   string
		total  int
	}{
		{Page{}, "", "Acme now, Front door now, Acme soon, Front door later, Front door left, Front door passed", 6},
		{Page{Offset: 1, Limit: 2}, "", "Front door now, Acme soon", 6},
		{Page{}, "d-phone", "Acme now, Acme soon", 2},
		{Page{Offset: 6}, "", "", 6},
		{Page{Offset: 1 << 30, Limit: 1 << 30}, "", "", 6},
		{Page{Offset: -5, Limit: -5}, "nobody", "", 0},
	} {
		got, err := NewClient(dir).Findings(t.Context(), c.page, c.device)
		if err != nil {
			t.Fatal(err)
		}
		var words []string
		for _, raw := range got.Findings {
			var f struct{ Name, Check string }
			if err := json.Unmarshal(raw, &f); err != nil {
				t.Fatal(err)
			}
			words = append(words, f.Name+" "+f.Check)
		}
		if all := strings.Join(words, ", "); all != c.want || got.Total != c.total || got.Offset != min(max(c.page.Offset, 0), c.total) {
			t.Errorf("%+v %s: %s from %d of %d, want %s of %d", c.page, c.device, all, got.Offset, got.Total, c.want, c.total)
		}
	}
}

// TestPagesAreBounded: 2048 devices that say as much as they can come in pages of at
// most 200 KiB, each of them once, and so do their findings.
func TestPagesAreBounded(t *testing.T) {
	long := strings.Repeat("<é>", lan.MaxValue/4)
	h := fixed{}
	for i := range 2048 {
		d := lan.Device{ID: fmt.Sprintf("d-%d", i), Kind: "camera", Vendor: long, Model: long, Names: []string{long, long, long}}
		d.Heard, d.Identity = lan.Heard{"x": long}, []lan.Fact{{Value: long}}
		f := finding("c", lan.Fail, lan.Soon)
		f.Evidence = []lan.Evidence{{Said: long, Heard: long}}
		d.Findings = []lan.Finding{f}
		h.sweep.Devices = append(h.sweep.Devices, d)
	}
	h.sweep.Devices[7].Names = []string{strings.Repeat(long, 2000)} // too long even in short
	h.sweep.Devices[9].Sources = []string{strings.Repeat(long, 2000)}
	h.sweep.Devices[9].Findings[0].Evidence[0].Said = strings.Repeat(long, 2000)
	s := &Server{House: h}
	for what, ask := range map[string]func(Page) (any, []json.RawMessage){
		"inventory": func(p Page) (any, []json.RawMessage) { a := s.inventory(p); return a, a.Devices },
		"findings":  func(p Page) (any, []json.RawMessage) { a := s.findings(p, ""); return a, a.Findings },
	} {
		seen := 0
		for seen < 2048 {
			answer, list := ask(Page{seen, 1 << 20})
			if b, err := json.Marshal(answer); err != nil || len(b) > PageBytes || len(list) == 0 {
				t.Fatalf("%s from %d: %d bytes, %d objects, %v", what, seen, len(b), len(list), err)
			}
			seen += len(list)
		}
		if seen != 2048 {
			t.Errorf("%s: %d objects", what, seen)
		}
	}
}

// TestPageSizes: so many objects as were asked for, within reason.
func TestPageSizes(t *testing.T) {
	var h fixed
	for i := range 300 {
		h.sweep.Devices = append(h.sweep.Devices, lan.Device{ID: fmt.Sprintf("d-%d", i)})
	}
	s := &Server{House: h}
	for limit, want := range map[int]int{0: PageSize, -1: PageSize, 1: 1, 150: 150, 201: 200, 1 << 30: 200} {
		if got := len(s.inventory(Page{10, limit}).Devices); got != want {
			t.Errorf("of %d it gives %d, want %d", limit, got, want)
		}
	}
	if got := len(s.inventory(Page{Offset: 295}).Devices); got != 5 {
		t.Errorf("of the last it gives %d", got)
	}
}

// FuzzPage: whatever is asked for, the answer is a page of the list.
func FuzzPage(f *testing.F) {
	for _, q := range []string{"", "offset=1&limit=1", "offset=-1&limit=99999999999999999999", "offset=%zz", "limit=0x10;offset=2", "offset=9"} {
		f.Add(q)
	}
	s := &Server{House: busy()}
	f.Fuzz(func(t *testing.T, query string) {
		r := httptest.NewRequest("GET", "/inventory", nil)
		r.URL.RawQuery = query
		a := s.inventory(pageOf(r))
		if a.Total != 3 || a.Offset < 0 || a.Offset > 3 || len(a.Devices) > 3-a.Offset {
			t.Errorf("%q gives %d of %d from %d", query, len(a.Devices), a.Total, a.Offset)
		}
	})
}
