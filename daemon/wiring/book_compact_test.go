package wiring

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/door"
	"github.com/homesweep/homesweep/daemon/journal"
	"github.com/homesweep/homesweep/daemon/ledger"
	"github.com/homesweep/homesweep/daemon/notify"
	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// words is how many entries of each kind are in the book.
func words(t *testing.T, b *Book) map[string]int {
	t.Helper()
	n := map[string]int{}
	err := b.Walk(func(kind string, _ time.Time, _ json.RawMessage) error { n[kind]++; return nil })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// inForceNow is all that the owner said, as the daemon goes by it.
func inForceNow(d *Daemon) []any {
	return []any{d.Home.Decisions(), d.Home.Grants(), d.Home.Touch(), d.Home.Schedule(), d.Home.Contact(), d.Home.Chosen(), d.notifier.Alerts()}
}

// sayAnything has the owner say something at random.
func sayAnything(d *Daemon, source *rand.Rand) error {
	device, other := fmt.Sprint("d-", source.IntN(4)), fmt.Sprint("d-", source.IntN(4))
	if source.IntN(3) == 0 {
		other = "192.168.1.20"
	}
	what := []string{"name", "note", "do-not-probe", "accept", "merge", "split"}[source.IntN(6)]
	said := lan.Decision{Device: device, What: what, Value: other}
	if what == "accept" {
		said.Check = []string{"telnet-open", "http-open"}[source.IntN(2)]
	}
	now := time.Now()
	switch source.IntN(8) {
	case 0:
		return d.Home.SetTouch(lan.Touch(source.IntN(3)))
	case 1:
		return d.Home.SetContact(other)
	case 2:
		return d.Home.SetSchedule(lan.Schedule{Hours: 1 + source.IntN(168)})
	case 3:
		return d.Home.SetGrant(lan.Grant{Device: device, By: other, Until: now.Add(time.Hour)})
	case 4:
		return d.Home.SetGrant(lan.Grant{Device: device, By: other})
	case 5:
		return d.notifier.SetAlerts(lan.Alerts{Channels: []lan.Channel{{ID: "c", Name: other, Kind: "ntfy", Server: "https://192.168.1.9", To: "home"}}})
	}
	return d.Home.Decide(said)
}

// shown is what list looks like from outside.
func shown(t *testing.T, list []any) string {
	t.Helper()
	text, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestLastWords: whatever is said in whatever order, compaction changes nothing of what
// is in force, and leaves one word on each matter.
func TestLastWords(t *testing.T) {
	dir, source := t.TempDir(), rand.New(rand.NewPCG(1, 2))
	d := planting(t, dir)
	for round := range 6 {
		for range 40 {
			if err := sayAnything(d, source); err != nil {
				t.Fatal(err)
			}
		}
		if round == 3 { // grants from before hold no more
			if err := d.book.Append(journal.Damage, journal.Health{Damaged: 1}); err != nil {
				t.Fatal(err)
			}
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
			d = planting(t, dir)
		}
		before := inForceNow(d)
		if err := errors.Join(d.book.compact(1), d.Close()); err != nil {
			t.Fatal(err)
		}
		d = planting(t, dir)
		if after := inForceNow(d); shown(t, before) != shown(t, after) {
			t.Errorf("round %d: in force before\n%s\nafter\n%s", round, shown(t, before), shown(t, after))
		}
		for kind, n := range words(t, d.book) {
			switch most := map[string]int{decisionKind: 4*3 + 4*2 + 10 + 4, grantKind: 5, ledger.Kind: 2}[kind]; {
			case n > max(1, most):
				t.Errorf("round %d: %d words of kind %q are left", round, n, kind)
			}
		}
	}
	d.Close()
}

// TestUnreadableWords: a word that cannot be read takes nobody's place, as those who
// read it go by the one before.
func TestUnreadableWords(t *testing.T) {
	keep := inForce(func(json.RawMessage) bool { return false })
	for _, c := range []struct {
		kind, raw string
		want      bool
	}{
		{notify.Kind, `"?"`, true}, {notify.Kind, `{}`, true}, {notify.Kind, `{}`, false},
		{scheduleKind, `{"hours":9999}`, true}, {scheduleKind, `{"hours":6}`, true}, {scheduleKind, `{"hours":6}`, false},
		{decisionKind, `[]`, true}, {decisionKind, `[]`, true}, {touchKind, `"far"`, true}, {touchKind, `"ask"`, true}, {touchKind, `"ask"`, false},
		{"to come", `1`, true}, {"to come", `1`, true}, {journal.Damage, `{}`, true}, {journal.Damage, `{}`, true}, {ledger.Kind, `{}`, false},
		{grantKind, `{"found":2}`, true}, {grantKind, `{"device":""}`, true}, {grantKind, `{"found":1}`, false}, {grantKind, `{"device":""}`, false},
	} {
		if got := keep(c.kind, time.Now(), []byte(c.raw)); got != c.want {
			t.Errorf("%s %s: kept %v", c.kind, c.raw, got)
		}
	}
}

func mustBook(t *testing.T, dir string) *Book {
	t.Helper()
	b, err := OpenBook(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

// TestNeverFull: words that later ones took the place of never fill the journal, and
// earlier secrets go at once.
func TestNeverFull(t *testing.T) {
	dir := t.TempDir()
	b := mustBook(t, dir)
	keeper, err := door.Open(b)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(keeper.Set("an earlier password"), keeper.Set(pass)); err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		a := lan.Alerts{Channels: []lan.Channel{{ID: fmt.Sprint(i), Key: strings.Repeat("k", 40<<10)}}}
		if err := b.Append(notify.Kind, a); err != nil {
			t.Fatalf("alerts for the %dth time: %v", i, err)
		}
	}
	if n := words(t, b); n[notify.Kind] != 1 || n[passwordKind] != 1 {
		t.Errorf("left: %v", n)
	}
	for i := range 130 {
		d := lan.Decision{Device: "d-1", What: "note", Value: fmt.Sprint(i, strings.Repeat("n", 20<<10))}
		if err := b.Append(decisionKind, d); err != nil {
			t.Fatalf("a note for the %dth time: %v", i, err)
		}
	}
	if size := b.Size(); size <= journal.MaxSize/2 {
		t.Fatalf("%d bytes prove nothing", size)
	}
	b.Close()
	b = mustBook(t, dir)
	if n := words(t, b); n[decisionKind] != 1 || b.Size() > 100<<10 {
		t.Errorf("after a start there are %v in %d bytes", n, b.Size())
	}
	if keeper, err := door.Open(b); err != nil || keeper.Check(pass) != nil {
		t.Errorf("the password is gone: %v", err)
	}
}

// TestTriesLeaveRoom: so many login tries that all count leave room for how they end
// and for the owner's words.
func TestTriesLeaveRoom(t *testing.T) {
	b := mustBook(t, t.TempDir())
	made, attempt := 0, func(context.Context) (probes.Outcome, error) { return probes.Rejected, nil }
	for ; ; made++ {
		device := lan.Device{ID: fmt.Sprint(made, strings.Repeat("x", 30<<10))}
		if _, err := b.Ledger.Try(t.Context(), device, probes.Try{Account: "admin"}, attempt); err != nil {
			if !errors.Is(err, probes.ErrBudget) || !errors.Is(err, journal.ErrFull) || made < 8 || made > 20 {
				t.Fatalf("after %d tries: %v", made, err)
			}
			break
		}
	}
	keeper, err := door.Open(b)
	if err != nil || keeper.Set(pass) != nil || b.Append(contactKind, "Ada") != nil {
		t.Errorf("no room for a password: %v", err)
	}
	if n := words(t, b); n[ledger.Kind] != 2*made {
		t.Errorf("of %d tries there are %d lines", made, n[ledger.Kind])
	}
}

// TestDoubt: after damage it goes no further than listening, until the owner says so.
func TestDoubt(t *testing.T) {
	dir := t.TempDir()
	d := planting(t, dir)
	for i, c := range []struct {
		damage bool
		want   lan.Touch
	}{{false, lan.Ask}, {true, lan.Listen}, {false, lan.Listen}, {false, lan.Ask}} {
		if i == 0 || i == 3 {
			if err := d.Home.SetTouch(lan.Ask); err != nil {
				t.Fatal(err)
			}
		}
		if c.damage {
			if err := d.book.Append(journal.Damage, journal.Health{Damaged: 1}); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(d.book.compact(1), d.Close()); err != nil {
			t.Fatal(err)
		}
		d = planting(t, dir)
		if got := d.Home.Touch(); got != c.want {
			t.Errorf("%d: it goes as far as %v", i, got)
		}
	}
	d.Close()
}
