package ledger

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/homesweep/homesweep/probes"
)

// The budget. It stays below every lock-out rule we know of: the strictest
// documented one locks after three failures in a minute (reference/logins.md).
const (
	PerAccount = 2              // wrong passwords on one account in a day
	PerDevice  = 4              // wrong passwords on one device in a day
	Day        = 24 * time.Hour // the day of the budget

	perEarly   = 2                // on a device whose family locks early, in a day
	early      = 5                // wrong passwords, or fewer, is early
	pause      = 30 * time.Second // between two tries on one account, however they end
	remembered = 7 * Day          // the time for which tries are kept at all
)

// Why there is no try for reasons that no single try has.
var (
	errNameless = errors.New("the device has neither a hardware address nor an address to charge the try to")
	errErased   = errors.New("everything was deleted less than a day ago, earlier tries included; logins are tried again a day after that")
	errDamaged  = errors.New("the journal was damaged, so that earlier tries may be missing in it; logins are tried again a day after that was found")
)

// judge says whether the device bears one more try now: an error when not today,
// or how long to wait at most.
func (l *Ledger) judge(device []string, t probes.Try, now Moment) (time.Duration, error) {
	if len(device) == 0 {
		return 0, errNameless
	}
	if slices.ContainsFunc(l.tries, func(t try) bool { return t.Found > 0 && l.age(t, now) < Day }) {
		return 0, errDamaged
	}
	if slices.ContainsFunc(l.tries, func(t try) bool { return t.Erased && l.age(t, now) < Day }) {
		return 0, errErased
	}
	var wait time.Duration
	onDevice, onAccount, most := 0, 0, limit(t.Lock)
	known := slices.ContainsFunc(opened(l.of(device, now, remembered)), func(old try) bool { return old.Login == t.Login })
	for _, old := range l.of(device, now, Day) {
		most = min(most, limit(old.Lock))
		if l.flying[old.Seq] {
			return Day, nil // until it lands
		}
		if old.Account == t.Account {
			wait = max(wait, pause-l.age(old, now))
		}
		if err := old.forbids(t, known); err != nil {
			return 0, err
		}
		if old.Outcome == probes.Accepted.String() {
			continue
		}
		onDevice++
		if old.Account == t.Account {
			onAccount++
		}
	}
	switch {
	case onAccount >= PerAccount:
		return 0, fmt.Errorf("%d wrong passwords on account %q in the last 24 h", onAccount, t.Account)
	case onDevice >= most:
		return 0, fmt.Errorf("%d wrong passwords on this device in the last 24 h", onDevice)
	}
	return wait, nil
}

// forbids is why there is no t on a device on which old was tried within a day. known
// is that t is a login that is known to open the device: it may be tried once more, to
// find out whether it still does.
func (old try) forbids(t probes.Try, known bool) error {
	switch old.Outcome {
	case "":
		return errors.New("a try on this device was cut off in the last 24 h, and nobody knows what came of it")
	case probes.Locked.String():
		return errors.New("the device showed a sign of locking in the last 24 h")
	case probes.Accepted.String():
		if !(t.Control && old.Account == t.Account) && !(known && old.Login == t.Login) {
			return errors.New("a login on this device succeeded in the last 24 h")
		}
	}
	return nil
}

// opened are those of tries by which a login opened the device that was not refused
// since, the last of each.
func opened(tries []try) (list []try) {
	slices.SortFunc(tries, func(a, b try) int { return a.Seq - b.Seq })
	for _, t := range tries {
		in, out := t.Outcome == probes.Accepted.String(), t.Outcome == probes.Rejected.String()
		if t.Login == "" || !in && !out {
			continue // a control, or nobody knows
		}
		list = slices.DeleteFunc(list, func(old try) bool { return old.Login == t.Login })
		if in {
			list = append(list, t)
		}
	}
	return list
}

// limit is how many wrong passwords a day a device bears whose family locks at
// lock, 0 for not known: always fewer than lock it.
func limit(lock int) int {
	switch {
	case lock <= 0:
		return PerDevice
	case lock <= early:
		return min(perEarly, lock-1)
	}
	return min(PerDevice, lock-1)
}

// of are the tries within the time span on the device that goes by any of these
// names. A try charges all names that the device had then, and who shares one of
// them is that device: so nobody's budget begins anew by a change of hardware
// address, of address, or of one after the other.
func (l *Ledger) of(device []string, now Moment, span time.Duration) (list []try) {
	device = slices.Clone(device)
	left := slices.DeleteFunc(slices.Clone(l.tries), func(t try) bool { return l.age(t, now) >= span })
	for again := true; again; {
		again = false
		left = slices.DeleteFunc(left, func(t try) bool {
			shares := slices.ContainsFunc(t.Device, func(n string) bool { return slices.Contains(device, n) })
			if shares {
				list, device, again = append(list, t), append(device, t.Device...), true
			}
			return shares
		})
	}
	return list
}
