package ledger

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes"
)

// TestOpenedOnceMore: what opened a device may be tried once more on the same day, as
// long as there is room for its being wrong by now; nothing else may.
func TestOpenedOnceMore(t *testing.T) {
	factory := probes.Try{Account: "admin", Login: "tcp/80 acme 1"}
	control := probes.Try{Account: "admin", Control: true}
	other := probes.Try{Account: "root", Login: "tcp/80 acme 2"}
	elsewhere := probes.Try{Account: "admin", Login: "tcp/443 acme 1"}
	for name, c := range map[string]struct {
		lock    int
		outcome []probes.Outcome // of the factory login, one time after the other
		refused int              // from which time on it is not tried
		opened  bool             // whether it is known to open it in the end
	}{
		"mended":             {0, []probes.Outcome{probes.Rejected, probes.Rejected}, 1, false},
		"not mended":         {0, []probes.Outcome{probes.Accepted, probes.Accepted}, 1, true},
		"no answer":          {0, []probes.Outcome{probes.Unclear, probes.Accepted}, 1, true},
		"locks at once":      {2, []probes.Outcome{probes.Rejected}, 0, true},
		"shows a lock":       {0, []probes.Outcome{probes.Locked, probes.Rejected}, 1, true},
		"locks at its third": {3, []probes.Outcome{probes.Rejected, probes.Rejected}, 1, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			p, now := &paper{}, start()
			l := open(t, p, now)
			factory, control := factory, control
			factory.Lock, control.Lock = c.lock, c.lock
			if !tryOn(t, l, camera, factory, probes.Accepted) || !tryOn(t, l, camera, control, probes.Rejected) {
				t.Fatalf("%s: not even once", name)
			}
			time.Sleep(time.Hour)
			l = open(t, p, now) // the daemon was restarted
			for i, outcome := range c.outcome {
				if tryOn(t, l, camera, other, probes.Rejected) || tryOn(t, l, camera, elsewhere, probes.Rejected) {
					t.Errorf("%s: another login was tried on the day of a success", name)
				}
				granted := tryOn(t, l, camera, factory, outcome)
				if granted != (i < c.refused) {
					t.Errorf("%s: time %d: granted %v", name, i+1, granted)
				}
				if granted && outcome == probes.Accepted {
					tryOn(t, l, camera, control, probes.Rejected)
				}
				time.Sleep(time.Hour)
			}
			if known := l.Opened(camera); (len(known) == 1 && known[0] == factory) != c.opened {
				t.Errorf("%s: known to open it: %+v", name, known)
			}
		})
	}
}

// TestUntil: from when on a device bears a login is known beforehand.
func TestUntil(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := open(t, &paper{}, start())
		factory := probes.Try{Account: "Admin", Login: "tcp/80 acme 1"}
		if wait, err := l.Until(camera, factory); wait != 0 || err != nil {
			t.Errorf("at first: %v, %v", wait, err)
		}
		tryOn(t, l, camera, factory, probes.Accepted)
		tryOn(t, l, camera, probes.Try{Account: "admin", Control: true}, probes.Rejected)
		time.Sleep(time.Hour)
		tryOn(t, l, camera, factory, probes.Accepted)
		tryOn(t, l, camera, probes.Try{Account: "admin", Control: true}, probes.Rejected)
		wait, err := l.Until(camera, factory)
		if err == nil || !strings.Contains(err.Error(), "2 wrong passwords on account") || wait > 23*time.Hour || wait < 23*time.Hour-2*pause {
			t.Errorf("with two wrong ones: %v, %v", wait, err)
		}
		if tryOn(t, l, camera, factory, probes.Rejected) {
			t.Error("and it was tried all the same")
		}
		time.Sleep(wait)
		if wait, err := l.Until(camera, factory); wait != 0 || err != nil || !tryOn(t, l, camera, factory, probes.Rejected) {
			t.Errorf("not then: %v, %v", wait, err)
		}
	})
}

// TestOneOfTwo: of two that opened a device, on two days, only that of today may be tried
// once more today.
func TestOneOfTwo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := open(t, &paper{}, start())
		one, two := probes.Try{Account: "admin", Login: "tcp/80 acme 1"}, probes.Try{Account: "root", Login: "tcp/23 acme 1"}
		tryOn(t, l, camera, one, probes.Accepted)
		time.Sleep(Day)
		tryOn(t, l, camera, two, probes.Accepted)
		if len(l.Opened(camera)) != 2 || tryOn(t, l, camera, one, probes.Accepted) || !tryOn(t, l, camera, two, probes.Accepted) {
			t.Errorf("known to open it: %+v", l.Opened(camera))
		}
	})
}
