package ledger

import (
	"context"
	"math/rand/v2"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// fake is a device that counts who tries to get in.
type fake struct {
	t      *testing.T
	number byte
	lock   int    // wrong passwords in a day at which it locks
	whole  bool   // it counts those on all accounts together
	known  int    // at which its family is known to lock
	pass   string // the account that still has its factory password
	angry  bool   // it says to everybody that it is locked
	views  views
	mended bool // its owner changed that password

	mu      sync.Mutex
	tries   []knock
	inside  int // tries under way
	wrong   int // in all
	deepest int // in a day
	again   int // times that what opened it was tried once more within a day
}

// knock is one login that the device met.
type knock struct {
	account string
	login   string
	at      time.Time
	outcome probes.Outcome
	control bool
}

// besiege tries some accounts, three times each, as long as the ledger grants it.
func (f *fake) besiege(l *Ledger, m *mortal, source *rand.Rand) {
	d := lan.Device{
		ID: string('a' + rune(f.number)), MACs: []lan.MAC{{4, f.number}},
		Addresses: []netip.Addr{netip.AddrFrom4([4]byte{192, 168, 1, f.number})},
	}
	if f.views != nil {
		seen, there := f.views(d, source)
		if d = seen; !there {
			return
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	accounts := []string{"admin", "Admin", "root", "", "user"}
	source.Shuffle(len(accounts), func(i, j int) { accounts[i], accounts[j] = accounts[j], accounts[i] })
	for range 3 {
		for _, account := range accounts[:1+source.IntN(5)] {
			t := probes.Try{Account: account, Login: "tcp/80 " + fold(account), Lock: f.known}
			outcome, _ := l.Try(ctx, d, t, f.attempt(t, m, source))
			if outcome == probes.Accepted {
				t.Control, t.Login = true, ""
				_, _ = l.Try(ctx, d, t, f.attempt(t, m, source))
			}
			if m.gone() {
				return
			}
		}
	}
}

// attempt takes a while, and the program may be killed meanwhile.
func (f *fake) attempt(t probes.Try, m *mortal, source *rand.Rand) probes.Attempt {
	return func(context.Context) (probes.Outcome, error) {
		if m.gone() {
			return probes.Unclear, errDead // nothing more is sent
		}
		outcome := f.meet(t)
		time.Sleep(time.Duration(source.IntN(4)) * time.Second)
		f.leave()
		if outcome == probes.Rejected && source.IntN(4) == 0 {
			outcome = probes.Unclear // what we make of it
		}
		return outcome, nil
	}
}

// change is what the owner does to the password: he sets it, or back to the factory's.
func (f *fake) change() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.mended = !f.mended
}

func (f *fake) leave() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.inside--
}

// meet is the device's side: it counts, holds us to the rules, and answers.
func (f *fake) meet(t probes.Try) probes.Outcome {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.inside++; f.inside > 1 {
		f.t.Errorf("device %d was tried by two at once", f.number)
	}
	outcome := probes.Rejected
	switch {
	case f.angry:
		outcome = probes.Locked
	case t.Account == f.pass && f.pass != "" && !t.Control && !f.mended:
		outcome = probes.Accepted
	}
	now := time.Now()
	f.rules(t, now)
	f.tries = append(slices.DeleteFunc(f.tries, func(k knock) bool { return now.Sub(k.at) >= Day }), knock{fold(t.Account), t.Login, now, outcome, t.Control})
	onDevice, onAccount := 0, 0
	for _, k := range f.tries {
		if k.outcome == probes.Accepted {
			continue
		}
		onDevice++
		if k.account == fold(t.Account) {
			onAccount++
		}
	}
	if outcome != probes.Accepted {
		f.wrong++
	}
	f.deepest = max(f.deepest, onDevice)
	if onAccount > 2 || onDevice > 4 {
		f.t.Errorf("device %d met %d wrong passwords on account %q and %d in all within a day", f.number, onAccount, t.Account, onDevice)
	}
	if onAccount >= f.lock || f.whole && onDevice >= f.lock {
		f.t.Errorf("device %d locked, after %d wrong passwords on %q and %d in all", f.number, onAccount, t.Account, onDevice)
	}
	return outcome
}

// rules are those on what came before.
func (f *fake) rules(t probes.Try, now time.Time) {
	for _, k := range f.tries {
		age := now.Sub(k.at)
		switch {
		case age >= Day:
		case k.account == fold(t.Account) && age < 30*time.Second:
			f.t.Errorf("device %d: two tries on %q within %v", f.number, t.Account, age)
		case k.outcome == probes.Locked:
			f.t.Errorf("device %d was tried %v after it said that it is locked", f.number, age)
		case k.outcome == probes.Accepted && !t.Control && k.login != t.Login:
			f.t.Errorf("device %d was tried %v after another login succeeded", f.number, age)
		case k.outcome == probes.Accepted && !t.Control:
			f.again++
		}
	}
}

// fold makes one of the spellings of an account that many devices take for one.
func fold(account string) string {
	if account == "Admin" {
		return "admin"
	}
	return account
}
