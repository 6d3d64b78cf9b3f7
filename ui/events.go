package ui

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

const (
	maxListeners = 16
	heartbeat    = 15 * time.Second       // keeps proxies from hanging up, finds the dead
	breath       = 250 * time.Millisecond // between two events: a sweep changes a thousand times a second
	writeTime    = 10 * time.Second       // for one write, in place of the server's limit on the whole
)

// events streams the progress as server-sent events (WHATWG HTML section 9.2)
// until the request or the session ends. Each event is the whole Progress, so
// a reader that missed some has lost nothing and Last-Event-ID needs no answer.
func (d *dashboard) events(w http.ResponseWriter, r *http.Request) {
	select {
	case d.seats <- struct{}{}:
		defer func() { <-d.seats }()
	default:
		w.Header().Set("Retry-After", "30")
		refuse(w, http.StatusServiceUnavailable, "Too many pages are watching at once.", "Close a few of them; this one goes on by asking now and then.")
		return
	}
	ctx, stop := context.WithCancel(r.Context())
	latest, gone := d.watch(ctx)
	defer func() { stop(); <-gone }()

	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	out := stream{w: w, rc: http.NewResponseController(w)}
	if out.write("retry: 3000\n\n") != nil || out.progress(d.House.Progress()) != nil {
		return
	}
	d.pump(ctx, &out, latest, gone, func() bool { return d.Public || d.sessions.open(cookieOf(r)) })
}

// watch keeps the newest Progress in latest; gone closes when Watch has returned.
func (d *dashboard) watch(ctx context.Context) (latest chan lan.Progress, gone chan struct{}) {
	latest, gone = make(chan lan.Progress, 1), make(chan struct{})
	go func() {
		defer close(gone)
		d.House.Watch(ctx, func(p lan.Progress) {
			select {
			case <-latest: // nobody came for the older one
			default:
			}
			latest <- p // this goroutine alone sends, so there is room
		})
	}()
	return latest, gone
}

// pump writes what comes until the listener, the watch or the session is gone.
func (d *dashboard) pump(ctx context.Context, out *stream, latest <-chan lan.Progress, gone <-chan struct{}, allowed func() bool) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-gone:
			return
		case <-beat.C:
			if !allowed() {
				return
			}
			err = out.write(": still here\n\n")
		case p := <-latest:
			if err = out.progress(p); err == nil {
				err = pause(ctx, breath)
			}
		}
		if err != nil {
			return
		}
	}
}

func pause(ctx context.Context, long time.Duration) error {
	t := time.NewTimer(long)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// stream writes server-sent events, numbered from 1.
type stream struct {
	w  http.ResponseWriter
	rc *http.ResponseController
	id int
}

func (s *stream) progress(p lan.Progress) error {
	data, err := json.Marshal(p) // one line: JSON has no bare newline
	if err != nil {
		return err
	}
	s.id++
	return s.write(fmt.Sprintf("id: %d\nevent: progress\ndata: %s\n\n", s.id, data))
}

func (s *stream) write(text string) error {
	s.rc.SetWriteDeadline(time.Now().Add(writeTime)) // where the server knows deadlines
	if _, err := s.w.Write([]byte(text)); err != nil {
		return err
	}
	return s.rc.Flush()
}
