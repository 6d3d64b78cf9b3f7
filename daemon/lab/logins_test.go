package lab

import (
	"bytes"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/homesweep/homesweep/daemon/config"
	"github.com/homesweep/homesweep/daemon/journal"
	"github.com/homesweep/homesweep/daemon/ledger"
	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest/netns"
	"github.com/homesweep/homesweep/probes/probetest/space"
)

// guest is an entrance in its room.
type guest struct {
	Entrance
	room *Room
	dir  string
}

// entrances is a household of all entrances in the given state.
func entrances(t *testing.T, u Upkeep) (guests []guest) {
	t.Helper()
	if testing.Short() && !space.SingleUser() {
		t.Skip("sweeps a household of servers, which the whole run does")
	}
	netns.Enter(t)
	h, err := Build(Street)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	var list []func() error
	for i, e := range Entrances {
		s := e.Software(u)
		if !here(t, s) {
			continue
		}
		room, err := h.Furnish(lan.MAC{0x02, 0x42, 0xc0, 0xa8, 5, byte(i)}, false)
		if err != nil {
			t.Fatal(err)
		}
		g := guest{e, room, t.TempDir()}
		list, guests = append(list, h.Outfit(t.Context(), s, room, g.dir)), append(guests, g)
	}
	if len(guests) == 0 {
		t.Skip("none of the software can run here")
	}
	w := &whole{t: t}
	w.startAll(list)
	return guests
}

// visits is how logins are tried on a household.
type visits struct {
	set   probes.LoginSet
	touch lan.Touch
	state string // where the budget is kept
	log   *bytes.Buffer
	known []lan.Device
	base  *logins.Set // instead of the product's own with the lab's; may be nil
}

// visit sweeps the household, wired as the product is, with everything allowed.
func visit(t *testing.T, v visits) lan.Sweep {
	t.Helper()
	c := config.Default()
	c.Touch, c.State, c.Logins = v.touch, v.state, v.set
	choice, err := wiring.Links(c)
	if err != nil {
		t.Fatal(err)
	}
	j, err := journal.Open(filepath.Join(c.State, "journal"))
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	budget, err := ledger.Open(j, patientClock())
	if err != nil {
		t.Fatal(err)
	}
	if v.log == nil {
		v.log = new(bytes.Buffer)
	}
	parts, err := wiring.PartsOn(wiring.RungRaw, c, choice.Links, budget, slog.New(slog.NewTextHandler(v.log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	if parts.Knowledge.Logins = v.base; v.base == nil {
		parts.Knowledge.Logins = withLabs(t)
	}
	want := wiring.Want(c, choice.Links, v.touch)
	want.Known, want.Consent = v.known, sweep.Yes
	s, err := sweep.Run(t.Context(), parts, want, talk(t.Logf))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d devices in %s, %d logins tried", len(s.Devices), s.Finished.Sub(s.Started), budget.Made())
	return s
}

// labRecords are logins of software for which no product is known to ship one. By
// their pages' titles the lab's machines are known.
const labRecords = `[
{"id": "lab-mqtt", "vendor": "Lab", "models": ["broker"], "gate": {"protocol": "mqtt", "match": {"http.title": "^Lab broker$"}},
 "auth": {"type": "mqtt"}, "pairs": [{"user": "admin", "pass": "public"}], "success": {"inside": "^CONNACK 0"},
 "fix": "Change it.", "provision": "5.1-1", "source": {"name": "the lab", "url": "https://example.com/", "grade": "B"},
 "checked": "2026-11-23", "verified": true,
 "examples": {"match": [{"heard": {"http.title": "Lab broker"}}], "not_match": [{"heard": {"http.title": "Broker"}}],
  "success": [{"body": "CONNACK 0"}], "failure": [{"body": "CONNACK 5"}]}},
{"id": "lab-redis", "vendor": "Lab", "models": ["redis"], "gate": {"protocol": "redis", "match": {"http.title": "^Lab memory$"}},
 "auth": {"type": "redis"}, "pairs": [{"user": "", "pass": "foobared"}], "success": {"inside": "PONG"},
 "fix": "Change it.", "provision": "5.1-1", "source": {"name": "the lab", "url": "https://example.com/", "grade": "B"},
 "checked": "2026-11-23", "verified": true,
 "examples": {"match": [{"heard": {"http.title": "Lab memory"}}], "not_match": [{"heard": {"http.title": "Memory"}}],
  "success": [{"body": "+PONG"}], "failure": [{"body": "-WRONGPASS"}]}}
]`

// withLabs is the product's own records and the lab's.
func withLabs(t *testing.T) *logins.Set {
	t.Helper()
	all := fstest.MapFS{"data/lab.json": {Data: []byte(labRecords)}}
	const dir = "../../probes/knowledge/logins"
	err := fs.WalkDir(os.DirFS(dir), "data", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, path))
		all[path] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	set, err := logins.LoadFS(all)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// TestShippedLogins: every factory login of real servers is found, by what the
// product documents of it.
func TestShippedLogins(t *testing.T) {
	guests := entrances(t, Shipped)
	s := visit(t, visits{set: probes.Documented, touch: lan.Login, state: t.TempDir()})
	for _, g := range guests {
		t.Run(g.Name, func(t *testing.T) {
			d := device(t, s, g.room.Addr())
			expect(t, d, g.Expect(Shipped))
			if g.Record == "" {
				return
			}
			f := finding(d, "default-login")
			if f.Verdict != lan.Fail || !slices.ContainsFunc(f.Evidence, func(e lan.Evidence) bool { return strings.Contains(e.Said, g.Record) }) {
				t.Errorf("default-login is %s by %+v, want fail by %s", f.Verdict, f.Evidence, g.Record)
			}
			refused(t, g, Shipped, 1) // the control
		})
	}
}

// TestChangedLogins: where the password is another one nothing is reported of it,
// though generic pairs are tried after that, and no server's own log has more than
// two wrong passwords an account, however often we sweep.
func TestChangedLogins(t *testing.T) {
	guests := entrances(t, Changed)
	c, err := StartCapture(Link)
	if err != nil {
		t.Fatal(err)
	}
	v := visits{set: probes.Documented, touch: lan.Login, state: t.TempDir()}
	s := visit(t, v)
	v.set, v.known = probes.Common, s.Devices
	again := visit(t, v)
	brokers := overMQTT(conversations(c.Sent()))
	for _, g := range guests {
		t.Run(g.Name, func(t *testing.T) {
			d := device(t, s, g.room.Addr())
			expect(t, d, g.Expect(Changed))
			expect(t, device(t, again, g.room.Addr()), g.Expect(Changed))
			if f := finding(d, "default-login"); g.Record != "" && f.Verdict != lan.Pass {
				t.Errorf("default-login is %s by %+v, want pass", f.Verdict, f.Evidence)
			}
			refused(t, g, Changed, 2)
			if g.Name == "mosquitto" {
				brokers.agree(t, tail(filepath.Join(g.dir, "output")))
			}
		})
	}
}

// visitors are who came to brokers, and who of them gave a name.
type visitors struct{ all, named int }

func overMQTT(list []*sent) (v visitors) {
	for _, one := range list {
		if one.to.Port() == 1883 && len(one.said) > 0 && one.said[0] == 0x10 {
			v.all++
			if one.credential() != "" {
				v.named++
			}
		}
	}
	return v
}

// agree holds the visitors against mosquitto's log, which tells how many it turned
// away, and not whether they gave a name.
func (v visitors) agree(t *testing.T, log string) {
	t.Helper()
	if n := strings.Count(log, "disconnected, not authorised"); n != v.all {
		t.Errorf("its log has %d turned away, we sent %d\n%s", n, v.all, log)
	}
	if v.named == 0 || v.named > ledger.PerAccount {
		t.Errorf("%d wrong passwords were sent, at least 1 and at most %d are to be", v.named, ledger.PerAccount)
	}
	t.Logf("%d turned away, %d of them with a wrong password", v.all, v.named)
}

// TestKeptLogins: a well-kept device gives an owner nothing to do.
func TestKeptLogins(t *testing.T) {
	guests := entrances(t, Kept)
	s := visit(t, visits{set: probes.Common, touch: lan.Login, state: t.TempDir()})
	for _, g := range guests {
		t.Run(g.Name, func(t *testing.T) { expect(t, device(t, s, g.room.Addr()), g.Expect(Kept)) })
	}
}

// expect holds the problems of d that are worth an owner's time against want.
func expect(t *testing.T, d lan.Device, want []string) {
	t.Helper()
	problems := map[string]bool{}
	for _, f := range d.Findings {
		if f.Verdict.Problem() && f.Severity > lan.ForInfo {
			problems[f.Check] = true
		}
	}
	if got := slices.Sorted(maps.Keys(problems)); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
		t.Errorf("problems %v, want %v", got, want)
		t.Logf("%+v", d.Services)
		for _, f := range d.Findings {
			t.Logf("%s %s %s: %+v", f.Check, f.Service, f.Verdict, f.Evidence)
		}
	}
}

// finding is the worst of d's findings by a check.
func finding(d lan.Device, check string) (worst lan.Finding) {
	for _, f := range d.Findings {
		if f.Check == check && (worst.Check == "" || f.Verdict.Problem()) {
			worst = f
		}
	}
	return worst
}

// refused holds what the server's own log has of wrong passwords against the
// budget. A server that was asked for its factory login must have at least one.
func refused(t *testing.T, g guest, u Upkeep, most int) {
	t.Helper()
	count, err := g.Refused(g.dir, u)
	if err != nil {
		t.Fatal(err)
	}
	all := 0
	for user, n := range count {
		if all += n; n > most {
			t.Errorf("its log has %d wrong passwords for %q, at most %d are allowed", n, user, most)
		}
	}
	if all > ledger.PerDevice {
		t.Errorf("its log has %d wrong passwords, at most %d are allowed", all, ledger.PerDevice)
	}
	if all == 0 && g.Record != "" && (g.Refusal != "" || g.Wrong != nil) {
		t.Errorf("its log has no wrong password, so it does not show what it should:\n%s", tail(filepath.Join(g.dir, g.Log)))
	}
	t.Log(fmt.Sprint("wrong passwords in its log: ", count))
}

// tail is the end of a file.
func tail(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-3000):])
}
