package identify

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/homesweep/homesweep/probes"
)

// line is a connection that remembers the first words it heard, gives the
// greeting once more to whoever reads next, and ends after maxHeard bytes.
type line struct {
	net.Conn
	mute bool // nothing may be written

	closing atomic.Bool
	closed  chan struct{}

	mu     sync.Mutex
	said   []byte // the first maxGreeting bytes heard
	replay []byte // of those, what the next readers get again
	total  int
	shut   bool      // the other side hung up
	until  time.Time // the deadline that bind gave it
	over   bool      // what bind tied it to has ended
	brief  bool      // the first word is awaited, for maxSilence at most
	unbind func() bool
}

func newLine(conn net.Conn, mute bool) *line {
	return &line{
		Conn: conn, mute: mute,
		closed: make(chan struct{}), unbind: func() bool { return true },
	}
}

// bind gives the connection ctx's deadline and ends it as soon as ctx does,
// whatever the Reach saw to.
func (l *line) bind(ctx context.Context) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.unbind()
	l.until, _ = ctx.Deadline()
	l.over = false
	l.Conn.SetDeadline(l.until)
	l.unbind = context.AfterFunc(ctx, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.over = true
		l.Conn.SetDeadline(time.Unix(1, 0))
	})
}

// SetDeadline is net.Conn's, until the end of the talk: nothing puts that off.
func (l *line) SetDeadline(t time.Time) error { return l.limit(l.Conn.SetDeadline, t) }

// SetReadDeadline is as SetDeadline.
func (l *line) SetReadDeadline(t time.Time) error { return l.limit(l.Conn.SetReadDeadline, t) }

func (l *line) limit(set func(time.Time) error, t time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over {
		return nil
	}
	return set(t)
}

// Close closes the connection, once. Whoever comes second, net/http or the
// road, waits until it is done, so that the next one is not opened beside it.
func (l *line) Close() error {
	if l.closing.Swap(true) {
		<-l.closed
		return nil
	}
	defer close(l.closed)
	l.mu.Lock()
	l.unbind()
	l.mu.Unlock()
	return l.Conn.Close()
}

// Read gives the greeting again, then what comes.
func (l *line) Read(p []byte) (int, error) {
	l.mu.Lock()
	n := copy(p, l.replay)
	l.replay = l.replay[n:]
	full := l.total >= maxHeard
	l.mu.Unlock()
	switch {
	case n > 0:
		return n, nil
	case full:
		return 0, io.ErrUnexpectedEOF
	}
	return l.hear(p)
}

// hear reads from the connection and keeps the first words.
func (l *line) hear(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	l.mu.Lock()
	defer l.mu.Unlock()
	if n > 0 && l.brief && !l.over {
		l.brief = false
		l.Conn.SetReadDeadline(l.until)
	}
	l.total += n
	l.said = append(l.said, p[:min(n, maxGreeting-len(l.said))]...)
	if errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) {
		l.shut = true
	}
	return n, err
}

// Write refuses on a mute line. From the first question on, a service that has
// not said a word yet has maxSilence to begin.
func (l *line) Write(p []byte) (int, error) {
	if l.mute {
		return 0, probes.ErrNeverWrite
	}
	l.mu.Lock()
	until := time.Now().Add(maxSilence)
	if len(l.said) == 0 && !l.brief && !l.over && until.Before(l.until) {
		l.brief = true
		l.Conn.SetReadDeadline(until)
	}
	l.mu.Unlock()
	return l.Conn.Write(p)
}

// heard is a copy of the first words.
func (l *line) heard() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.said)
}

// ended reports whether the other side hung up.
func (l *line) ended() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.shut
}

// listen waits for words until enough of them have come, wait is over or the
// talk ends, and keeps them for the next reader.
func (l *line) listen(wait time.Duration, enough func([]byte) bool) []byte {
	pause := time.Now().Add(wait)
	if l.until.Before(pause) {
		pause = l.until
	}
	l.SetReadDeadline(pause)
	defer l.SetReadDeadline(l.until)
	buf := make([]byte, 1024)
	for {
		_, err := l.hear(buf)
		said := l.heard()
		if err != nil || len(said) >= maxGreeting || len(said) > 0 && enough(said) {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.replay = slices.Clone(said)
			return said
		}
	}
}
