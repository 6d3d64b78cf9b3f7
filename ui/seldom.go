package ui

import (
	"log"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// How much strangers can make us write: a router's log is short and holds other
// things too.
const (
	mostLines  = 6
	linesAgain = time.Minute
	maxLine    = 2 << 10 // bytes: a stack may be in it
)

// seldom is a log for what anybody in the home can cause: six lines a minute, and
// then how many were left out. Safe for concurrent use.
type seldom struct {
	log *slog.Logger
	now func() time.Time

	mu      sync.Mutex
	since   time.Time
	written int
	left    int // out
}

// Warn writes a line, or counts it.
func (s *seldom) Warn(words string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.now(); s.written == 0 || now.Sub(s.since) >= linesAgain || now.Before(s.since) {
		s.since, s.written = now, 0
	}
	if s.written >= mostLines {
		s.left++
		return
	}
	s.written++
	if s.left > 0 {
		args = append(args, "left_out", s.left)
		s.left = 0
	}
	s.log.Warn(words, args...)
}

// Write takes what an http.Server complains of.
func (s *seldom) Write(p []byte) (int, error) {
	s.Warn("dashboard", "complaint", lan.Printable(strings.TrimPrefix(string(p), "http: "), maxLine))
	return len(p), nil
}

// served is a dashboard with a log for its server.
type served struct {
	http.Handler
	complaints *log.Logger
}
