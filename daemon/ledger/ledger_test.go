package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/daemon/journal"
	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// paper is a journal in memory that can be full.
type paper struct {
	kinds []string
	lines []json.RawMessage
	full  bool
}

func (p *paper) Append(kind string, value any) error {
	if p.full {
		return errors.New("no space left on device")
	}
	raw, err := json.Marshal(value)
	p.kinds, p.lines = append(p.kinds, kind), append(p.lines, raw)
	return err
}

func (p *paper) Replay(kind string, each func(time.Time, json.RawMessage) error) error {
	for i, l := range p.lines {
		if p.kinds[i] != kind {
			continue
		}
		if err := each(time.Time{}, l); err != nil {
			return err
		}
	}
	return nil
}

var (
	mac1, mac2 = lan.MAC{0, 1, 2, 3, 4, 5}, lan.MAC{0, 1, 2, 3, 4, 6}
	ip1, ip2   = netip.MustParseAddr("192.168.1.20"), netip.MustParseAddr("192.168.1.21")
	camera     = lan.Device{ID: "d-1", MACs: []lan.MAC{mac1}, Addresses: []netip.Addr{ip1}}
)

// start is a machine that was started at the time of the call.
func start() func() Moment {
	began := time.Now()
	return func() Moment {
		return Moment{Wall: time.Now(), Boot: began.String(), Up: time.Since(began), Sure: true}
	}
}

func open(t *testing.T, p *paper, now func() Moment) *Ledger {
	t.Helper()
	l, err := Open(p, now)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// tryOn makes one try and says whether it was granted.
func tryOn(t *testing.T, l *Ledger, d lan.Device, try probes.Try, outcome probes.Outcome) bool {
	t.Helper()
	granted := false
	_, err := l.Try(t.Context(), d, try, func(context.Context) (probes.Outcome, error) {
		granted = true
		return outcome, nil
	})
	if granted == errors.Is(err, probes.ErrBudget) {
		t.Errorf("granted %v, error %v", granted, err)
	}
	return granted
}

func on(account string) probes.Try { return probes.Try{Account: account} }

func TestBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, now := &paper{}, start()
		l := open(t, p, now)
		for i, want := range []bool{true, true, false} {
			if got := tryOn(t, l, camera, on([]string{"admin", "Admin", "ADMIN"}[i]), probes.Rejected); got != want {
				t.Errorf("try %d on admin: %v", i+1, got)
			}
		}
		l = open(t, p, now) // the daemon was restarted
		if tryOn(t, l, camera, on("admin"), probes.Rejected) {
			t.Error("a restart gave the account a new budget")
		}
		for i, want := range []bool{true, true, false} {
			if got := tryOn(t, l, camera, on(fmt.Sprint("user", i)), probes.Unclear); got != want {
				t.Errorf("account %d of the device: %v", i+2, got)
			}
		}
		other := lan.Device{MACs: []lan.MAC{{9}}, Addresses: []netip.Addr{ip2}}
		if !tryOn(t, l, other, on("admin"), probes.Rejected) || l.Made() != 3 {
			t.Errorf("one device's budget was charged to another, or %d tries are not counted", l.Made())
		}
		time.Sleep(Day)
		if !tryOn(t, l, camera, on("admin"), probes.Rejected) {
			t.Error("the budget did not come back after a day")
		}
		if d := l.Rested(camera); d != 0 || l.Rested(other) != Day || l.Rested(lan.Device{ID: "new"}) != remembered {
			t.Errorf("rested %v, %v", d, l.Rested(other))
		}
		if tryOn(t, l, lan.Device{Names: []string{"nobody"}}, on("admin"), probes.Rejected) {
			t.Error("a device that cannot be told from others was tried")
		}
	})
}

// TestEarlyLocks: who is known to lock early gets less, whichever try tells so.
func TestEarlyLocks(t *testing.T) {
	for lock, most := range map[int]int{0: 4, 1: 0, 2: 1, 3: 2, 4: 2, 5: 2, 6: 4, 7: 4, 50: 4} {
		synctest.Test(t, func(t *testing.T) {
			l, made := open(t, &paper{}, start()), 0
			for i := range 8 {
				if tryOn(t, l, camera, probes.Try{Account: fmt.Sprint(i), Lock: lock}, probes.Rejected) {
					made++
				}
			}
			if made != most {
				t.Errorf("a family that locks at %d got %d tries, want %d", lock, made, most)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		l := open(t, &paper{}, start())
		tryOn(t, l, camera, probes.Try{Account: "a", Lock: 3}, probes.Rejected)
		tryOn(t, l, camera, on("b"), probes.Rejected)
		if tryOn(t, l, camera, on("c"), probes.Rejected) {
			t.Error("a record that does not know of the lock had a third try")
		}
	})
}

func TestTriesOnOneAccountAreApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := open(t, &paper{}, start())
		begin := time.Now()
		tryOn(t, l, camera, on("admin"), probes.Rejected)
		tryOn(t, l, camera, on("root"), probes.Rejected)
		if d := time.Since(begin); d != 0 {
			t.Errorf("another account waited %v", d)
		}
		tryOn(t, l, camera, on("admin"), probes.Rejected)
		if d := time.Since(begin); d != pause {
			t.Errorf("the second try on an account came after %v", d)
		}
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := l.Try(short, camera, on("root"), func(context.Context) (probes.Outcome, error) { return probes.Rejected, nil })
		if err != nil { // its first was 30 s ago
			t.Error(err)
		}
	})
}

func TestStopsAtSuccessAndAtLock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := open(t, &paper{}, start())
		tryOn(t, l, camera, on("admin"), probes.Accepted)
		if tryOn(t, l, camera, on("root"), probes.Rejected) || tryOn(t, l, camera, probes.Try{Account: "root", Control: true}, probes.Rejected) {
			t.Error("went on after a success")
		}
		begin := time.Now()
		if !tryOn(t, l, camera, probes.Try{Account: "admin", Control: true}, probes.Rejected) || time.Since(begin) != pause {
			t.Errorf("the negative control came after %v", time.Since(begin))
		}
		other := lan.Device{MACs: []lan.MAC{{7}}}
		tryOn(t, l, other, on("admin"), probes.Locked)
		time.Sleep(Day - time.Minute)
		if tryOn(t, l, other, on("root"), probes.Rejected) {
			t.Error("went on after a sign of locking")
		}
		time.Sleep(time.Minute)
		if !tryOn(t, l, other, on("root"), probes.Rejected) || !tryOn(t, l, camera, on("root"), probes.Rejected) {
			t.Error("not even a day later")
		}
	})
}

// TestOneAtATime: while one try is under way, another on the same device waits to
// learn what comes of it.
func TestOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := open(t, &paper{}, start())
		under, goOn, second := make(chan struct{}), make(chan struct{}), make(chan error, 1)
		go l.Try(t.Context(), camera, on("admin"), func(context.Context) (probes.Outcome, error) {
			close(under)
			<-goOn
			return probes.Locked, nil
		})
		<-under
		go func() {
			_, err := l.Try(t.Context(), lan.Device{ID: camera.ID}, on("root"), func(context.Context) (probes.Outcome, error) {
				t.Error("two at once")
				return probes.Rejected, nil
			})
			second <- err
		}()
		synctest.Wait()
		if !tryOn(t, l, lan.Device{ID: "another"}, on("admin"), probes.Rejected) {
			t.Error("another device had to wait")
		}
		close(goOn)
		if err := <-second; err == nil || !strings.Contains(err.Error(), "sign of locking") {
			t.Errorf("the second try: %v", err)
		}
	})
}

// TestSpentBeforeItIsMade: the line is written first, or there is no try; and a
// try of which nobody knows how it ended is the last of the day.
func TestSpentBeforeItIsMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, now := &paper{}, start()
		l := open(t, p, now)
		_, _ = l.Try(t.Context(), camera, on("admin"), func(context.Context) (probes.Outcome, error) {
			if len(p.lines) != 1 {
				t.Errorf("%d lines were on the disk before the try", len(p.lines))
			}
			return probes.Rejected, nil
		})
		p.lines = p.lines[:1] // power was cut during the try
		l = open(t, p, now)
		if tryOn(t, l, camera, on("root"), probes.Rejected) {
			t.Error("went on after a try that was cut off")
		}
		time.Sleep(Day)
		if !tryOn(t, l, camera, on("root"), probes.Rejected) {
			t.Error("not even a day later")
		}
		p.full = true
		if tryOn(t, l, lan.Device{MACs: []lan.MAC{{8}}}, on("admin"), probes.Rejected) {
			t.Error("tried although the disk was full")
		}
		p.full = false
		_, err := l.Try(t.Context(), lan.Device{MACs: []lan.MAC{{8}}}, on("admin"), func(context.Context) (probes.Outcome, error) {
			p.full = true
			return probes.Locked, nil
		})
		if err == nil || !strings.Contains(err.Error(), "writing the login ledger") {
			t.Errorf("the outcome was lost: %v", err)
		}
		p.full = false
		for _, l := range []*Ledger{l, open(t, p, now)} {
			if tryOn(t, l, lan.Device{MACs: []lan.MAC{{8}}}, on("root"), probes.Rejected) {
				t.Error("went on though the sign of locking could not be written")
			}
		}
	})
}

// TestWhoIsWho: one device has one budget however it shows itself.
func TestWhoIsWho(t *testing.T) {
	fact := func(field, value string, sure float64) lan.Device {
		return lan.Device{Addresses: []netip.Addr{ip2}, Identity: []lan.Fact{{Field: field, Value: value, Confidence: sure}}}
	}
	for name, c := range map[string]struct {
		seen lan.Device
		same bool
	}{
		"under a new address":              {lan.Device{MACs: []lan.MAC{mac1}, Addresses: []netip.Addr{ip2}}, true},
		"under a second hardware address":  {lan.Device{ID: "d-1", MACs: []lan.MAC{mac2}, Addresses: []netip.Addr{ip2}}, true},
		"with a forged hardware address":   {lan.Device{ID: "d-2", MACs: []lan.MAC{mac2}, Addresses: []netip.Addr{ip1}}, true},
		"remembered by a hardware address": {fact(lan.FieldMAC, mac1.String(), 0.9), true},
		"by what it calls itself":          {fact(lan.FieldIdentity, "udn:1", 0.9), true},
		"an address with a zone":           {lan.Device{Addresses: []netip.Addr{netip.MustParseAddr("fe80::1%eth0")}}, true},
		"another, saying a shared word":    {fact(lan.FieldIdentity, "udn:0", 0.3), false},
		"another":                          {lan.Device{ID: "d-3", MACs: []lan.MAC{{9}}, Addresses: []netip.Addr{ip2}}, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			d := camera
			d.Addresses = append(d.Addresses, netip.MustParseAddr("fe80::1"))
			d.Identity = []lan.Fact{
				{Field: lan.FieldIdentity, Value: "udn:1", Confidence: 0.9}, {Field: lan.FieldIdentity, Value: "udn:0", Confidence: 0.3},
				{Field: lan.FieldName, Value: "192.168.1.21", Confidence: 0.9},
			}
			l := open(t, &paper{}, start())
			tryOn(t, l, d, on("admin"), probes.Locked)
			if same := !tryOn(t, l, c.seen, on("admin"), probes.Rejected); same != c.same {
				t.Errorf("%s: the same device: %v", name, same)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) { // by one name after the other
		l := open(t, &paper{}, start())
		tryOn(t, l, lan.Device{ID: "a", MACs: []lan.MAC{mac1}}, on("x"), probes.Rejected)
		tryOn(t, l, lan.Device{MACs: []lan.MAC{mac1}, Addresses: []netip.Addr{ip1}}, on("x"), probes.Rejected)
		if tryOn(t, l, lan.Device{MACs: []lan.MAC{mac2}, Addresses: []netip.Addr{ip1}}, on("x"), probes.Rejected) {
			t.Error("a third wrong password, by a change of names in two steps")
		}
	})
}

// TestDamagedJournal: lines that are lost may have been tries, so there is none
// for a day; over restarts, once for each damage.
func TestDamagedJournal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, now := &paper{}, start()
		_ = p.Append(journal.Damage, journal.Health{Damaged: 1})
		for range 3 {
			if tryOn(t, open(t, p, now), camera, on("admin"), probes.Rejected) {
				t.Error("tried at once")
			}
			time.Sleep(7 * time.Hour)
		}
		time.Sleep(3 * time.Hour)
		if !tryOn(t, open(t, p, now), camera, on("admin"), probes.Rejected) {
			t.Error("not even a day later")
		}
		_ = p.Append(journal.Damage, journal.Health{Damaged: 1})
		if tryOn(t, open(t, p, now), lan.Device{ID: "x"}, on("admin"), probes.Rejected) {
			t.Error("tried though it was damaged again")
		}
		p = &paper{full: true, kinds: []string{journal.Damage}, lines: []json.RawMessage{[]byte("{}")}}
		l := open(t, p, now) // on a disk that is full
		p.full = false
		if tryOn(t, l, camera, on("admin"), probes.Rejected) {
			t.Error("tried though it was damaged, which could not be noted")
		}
	})
}

// TestRoom: without room there is no try, and what counts is known to whoever makes some.
func TestRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, full := &paper{}, errors.New("full")
		l := open(t, p, start())
		l.Room = func(counts func(json.RawMessage) bool) error {
			if len(p.lines) == 0 {
				return nil
			}
			if !counts(p.lines[0]) || counts([]byte(`{"seq":0}`)) {
				t.Error("it does not tell what counts")
			}
			return full
		}
		if !tryOn(t, l, camera, on("admin"), probes.Rejected) || len(p.lines) != 2 {
			t.Errorf("with room: %d lines", len(p.lines))
		}
		_, err := l.Try(t.Context(), lan.Device{ID: "x"}, on("admin"), func(context.Context) (probes.Outcome, error) {
			t.Error("tried")
			return probes.Rejected, nil
		})
		if !errors.Is(err, full) || !errors.Is(err, probes.ErrBudget) {
			t.Errorf("without room: %v", err)
		}
	})
}

func TestCompaction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &paper{}
		l := open(t, p, start())
		l.found = 7
		tryOn(t, l, camera, on("admin"), probes.Rejected)
		for _, want := range []bool{true, true, false} {
			tryOn(t, l, lan.Device{ID: "another"}, on("x"), probes.Accepted)
			counts := l.Keeper()
			if got := counts(p.lines[0]); got != want {
				t.Errorf("%v after the try it counts: %v", l.Rested(camera), got)
			}
			tryOn(t, l, lan.Device{ID: fmt.Sprint("later", want)}, on("x"), probes.Rejected)
			if !counts(p.lines[len(p.lines)-1]) || counts([]byte("{")) || !counts([]byte(`{"found":7}`)) || counts([]byte(`{"found":6}`)) {
				t.Error("what was written meanwhile does not count, or half an entry does")
			}
			time.Sleep(4 * Day)
		}
	})
}
