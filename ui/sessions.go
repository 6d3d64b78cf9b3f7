package ui

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"sync"
	"time"
)

// How long and how many: code of practice section 7, guideline 1.
const (
	sessionIdle = 12 * time.Hour
	sessionTime = 30 * 24 * time.Hour // however busy it is
	maxSessions = 32
	cookieName  = "homesweep"
)

// sessions remembers who has logged in. It keeps hashes only, so a copy of its
// memory lets nobody in. Safe for concurrent use.
type sessions struct {
	now   func() time.Time
	epoch func() uint64 // of the password

	mu     sync.Mutex
	opened uint64                        // the epoch that all of used are of
	used   map[[sha256.Size]byte]session // by hash of the id
}

// session is one browser's.
type session struct{ began, last time.Time } // last use

func newSessions(now func() time.Time, epoch func() uint64) *sessions {
	return &sessions{now: now, epoch: epoch, opened: epoch(), used: map[[sha256.Size]byte]session{}}
}

// start opens a session for who knew the password of that epoch and returns its
// id, 256 random bits; nothing when there is another password by now. When there
// are too many, the one unused longest is closed.
func (s *sessions) start(epoch uint64) string {
	raw := make([]byte, 32)
	rand.Read(raw)
	id := base64.RawURLEncoding.EncodeToString(raw)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweepOut()
	if s.opened != epoch {
		return ""
	}
	for len(s.used) >= maxSessions {
		s.dropOldest()
	}
	now := s.now()
	s.used[sha256.Sum256([]byte(id))] = session{now, now}
	return id
}

// use reports whether id is open and counts as a sign of life.
func (s *sessions) use(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweepOut()
	key := sha256.Sum256([]byte(id))
	one, open := s.used[key]
	if open {
		one.last = s.now()
		s.used[key] = one
	}
	return open
}

// open reports whether id is open, without counting as a sign of life.
func (s *sessions) open(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweepOut()
	_, open := s.used[sha256.Sum256([]byte(id))]
	return open
}

func (s *sessions) end(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.used, sha256.Sum256([]byte(id)))
}

// sweepOut closes what has been idle or open too long, and all when there is
// another password.
func (s *sessions) sweepOut() {
	if epoch := s.epoch(); epoch != s.opened {
		s.opened = epoch
		clear(s.used)
	}
	now := s.now()
	for key, one := range s.used {
		if now.Sub(one.last) >= sessionIdle || now.Sub(one.began) >= sessionTime {
			delete(s.used, key)
		}
	}
}

func (s *sessions) dropOldest() {
	var oldest [sha256.Size]byte
	var when time.Time
	for key, one := range s.used {
		if when.IsZero() || one.last.Before(when) {
			oldest, when = key, one.last
		}
	}
	delete(s.used, oldest)
}

// cookieOf is the session id a request brings, empty when none.
func cookieOf(r *http.Request) string {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return ""
	}
	return c.Value
}

// setCookie hands id to the browser until it is closed; an empty id takes it
// back.
func setCookie(w http.ResponseWriter, r *http.Request, id string) {
	c := &http.Cookie{
		Name: cookieName, Value: id, Path: "/",
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil,
	}
	if id == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}
