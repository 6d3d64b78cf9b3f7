// Package door keeps the dashboard's password: none at first, set once with a
// code that only somebody who can read the machine's log has, kept as a bcrypt
// hash in the journal.
package door

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/bcrypt"
)

// kind is the word under which the hash stands in the journal.
const kind = "password"

// Bounds of a password. bcrypt reads no more than 72 bytes.
const (
	minLength = 12
	maxBytes  = 72
	cost      = 10 // argon2id's memory would not fit a small router
)

// Errors that a person at the dashboard meets.
var (
	ErrWrong   = errors.New("that is not the password")
	ErrCode    = errors.New("that is not the code; the latest one is in the log of homesweep")
	ErrLocked  = errors.New("a password is set already; log in with it")
	ErrShort   = fmt.Errorf("a password needs at least %d characters", minLength)
	ErrOld     = errors.New("the old password is not right")
	ErrTooLong = fmt.Errorf("a password can have at most %d bytes", maxBytes)
)

// Journal is where the hash is kept; daemon/journal implements it.
type Journal interface {
	Append(kind string, value any) error
	Replay(kind string, each func(at time.Time, raw json.RawMessage) error) error
}

// Door is safe for concurrent use.
type Door struct {
	journal Journal

	mu      sync.Mutex
	hash    []byte
	code    string
	epoch   uint64
	tickets map[[sha256.Size]byte]time.Time // until when, by hash
}

// Open reads the latest hash from the journal. Without one the door is open
// for whoever has Code.
func Open(j Journal) (*Door, error) {
	d := &Door{journal: j}
	err := j.Replay(kind, func(_ time.Time, raw json.RawMessage) error {
		return json.Unmarshal(raw, &d.hash)
	})
	if err != nil {
		return nil, fmt.Errorf("reading the dashboard's password: %w", err)
	}
	if len(d.hash) == 0 {
		d.code = newCode()
	}
	return d, nil
}

// Locked reports whether a password is set.
func (d *Door) Locked() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.hash) > 0
}

// Code is the one-time code for the first password, empty once one is set. The
// daemon writes it to the log, and gives it to whoever may ask for a ticket.
func (d *Door) Code() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.code
}

// Open sets the first password for whoever has the code.
func (d *Door) Open(code, password string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.hash) > 0 {
		return ErrLocked
	}
	if subtle.ConstantTimeCompare([]byte(plain(code)), []byte(plain(d.code))) != 1 {
		return ErrCode
	}
	return d.set(password)
}

// Set replaces the password, for the owner, who knows the old one or sits at the
// machine itself.
func (d *Door) Set(password string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.set(password)
}

// Change sets another password for who knows the old one: no other came between
// the look at the old one and the new one.
func (d *Door) Change(old, password string) error {
	before := d.Epoch()
	if d.Check(old) != nil {
		return ErrOld
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.epoch != before {
		return ErrOld
	}
	return d.set(password)
}

func (d *Door) set(password string) error {
	switch {
	case utf8.RuneCountInString(password) < minLength:
		return ErrShort
	case len(password) > maxBytes:
		return ErrTooLong
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(password), cost)
	if err != nil {
		return fmt.Errorf("hashing the password: %w", err)
	}
	if err := d.journal.Append(kind, hash); err != nil {
		return fmt.Errorf("the password could not be kept: %w", err)
	}
	d.hash, d.code = hash, ""
	d.epoch++
	clear(d.tickets)
	return nil
}

// Epoch grows by one with each password that is set: the dashboard closes what was
// opened under an earlier one.
func (d *Door) Epoch() uint64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.epoch
}

// Check is nil for the right password.
func (d *Door) Check(password string) error {
	d.mu.Lock()
	hash := d.hash
	d.mu.Unlock()
	// bcrypt would take any text that begins with the password's 72 bytes.
	if len(hash) == 0 || len(password) > maxBytes || bcrypt.CompareHashAndPassword(hash, []byte(password)) != nil {
		return ErrWrong
	}
	return nil
}

// newCode is eight letters and digits in two groups, easy to type from a log.
func newCode() string {
	text := rand.Text()
	return text[:4] + "-" + text[4:8]
}

func plain(code string) string {
	return strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(code))
}
