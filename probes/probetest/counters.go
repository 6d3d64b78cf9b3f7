package probetest

import (
	"maps"
	"sync"

	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of what the counters remember of a visitor's words.
const (
	maxAsked = 64 // questions kept for a port
	maxUsers = 64 // user names kept
)

// Counters is what has been done to a running device so far.
type Counters struct {
	Ports map[string]PortCount // by "tcp/80"; every listener is there
	// WrongPasswords counts refused logins by the user name that was tried,
	// over all protocols; a prompt for a password only counts under its
	// account's user. Logins counts the accepted ones.
	WrongPasswords map[string]int
	Logins         map[string]int
	Locked         bool // an account is locked
	Crashed        bool // the device was fragile and is dead
	Reboots        int  // times that it was fragile and started anew
	Printed        int  // bytes that it put on paper
	AtOnce         int  // the most connections that were open together
}

// PortCount is what has been done to one port. For UDP a datagram counts as
// one of Writes; Connections stays 0.
type PortCount struct {
	Connections int
	BytesRead   int      // bytes that the visitor sent and the device took
	Writes      int      // times that such bytes arrived
	Malformed   int      // messages that were not of the port's protocol
	Asked       []string // the first questions, in order: "GET /", "DESCRIBE /"; never a password
}

// Malformed is the sum over all ports.
func (c Counters) Malformed() (sum int) {
	for _, p := range c.Ports {
		sum += p.Malformed
	}
	return sum
}

// WrongPasswordsInAll is the sum over all user names.
func (c Counters) WrongPasswordsInAll() (sum int) {
	for _, n := range c.WrongPasswords {
		sum += n
	}
	return sum
}

// ledger keeps the counters of a running device.
type ledger struct {
	mu    sync.Mutex
	count Counters
	open  int            // connections open now
	wrong map[string]int // by account
	lock  map[string]bool
}

func newLedger() *ledger {
	return &ledger{
		count: Counters{
			Ports: map[string]PortCount{}, WrongPasswords: map[string]int{}, Logins: map[string]int{},
		},
		wrong: map[string]int{},
		lock:  map[string]bool{},
	}
}

// snapshot is a copy that no longer changes.
func (l *ledger) snapshot() Counters {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.count
	c.Ports = maps.Clone(c.Ports)
	for key, p := range c.Ports {
		p.Asked = append([]string(nil), p.Asked...)
		c.Ports[key] = p
	}
	c.WrongPasswords = maps.Clone(c.WrongPasswords)
	c.Logins = maps.Clone(c.Logins)
	return c
}

// port changes the count of one port.
func (l *ledger) port(key string, change func(*PortCount)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.count.Ports[key]
	change(&p)
	l.count.Ports[key] = p
}

// took notes n bytes arriving in one piece.
func (l *ledger) took(key string, n int) {
	l.port(key, func(p *PortCount) { p.BytesRead += n; p.Writes++ })
}

func (l *ledger) malformed(key string) {
	l.port(key, func(p *PortCount) { p.Malformed++ })
}

func (l *ledger) asked(key, question string) {
	l.port(key, func(p *PortCount) {
		if len(p.Asked) < maxAsked {
			p.Asked = append(p.Asked, lan.Printable(question, lan.MaxValue))
		}
	})
}

// connected notes a new connection and gives how many are open now.
func (l *ledger) connected(key string) (open int) {
	l.port(key, func(p *PortCount) { p.Connections++ })
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open++
	l.count.AtOnce = max(l.count.AtOnce, l.open)
	return l.open
}

func (l *ledger) disconnected() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open--
}

func (l *ledger) crashed() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count.Crashed = true
}

func (l *ledger) rebooted() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count.Reboots++
}

func (l *ledger) printed(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count.Printed += n
}

// login notes a try as user on account a, and whether it is let in. Once a is
// locked nobody is, and the try counts as wrong like any other.
func (l *ledger) login(a Account, user string, right bool) (in bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if right && !l.lock[a.Name] {
		bump(l.count.Logins, user)
		return true
	}
	bump(l.count.WrongPasswords, user)
	l.wrong[a.Name]++
	if a.LockAfter > 0 && l.wrong[a.Name] >= a.LockAfter {
		l.lock[a.Name], l.count.Locked = true, true
	}
	return false
}

func (l *ledger) locked(a Account) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lock[a.Name]
}

// bump counts under user, as long as there are not too many names.
func bump(m map[string]int, user string) {
	user = lan.Printable(user, lan.MaxName)
	if _, known := m[user]; known || len(m) < maxUsers {
		m[user]++
	}
}
