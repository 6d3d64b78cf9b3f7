package ui

import (
	"context"
	"encoding/json"
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

// events streams the progress and what happens as server-sent events (WHATWG
// HTML section 9.2) until the request or the session ends. Each progress is
// whole, so a reader that missed some has lost nothing; it has no id. A happening
// has the event's, and a reader that comes back with it hears what it missed.
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
	news, done := d.herald(ctx)
	defer func() { stop(); <-done }()

	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	out := stream{w: w, rc: http.NewResponseController(w)}
	if out.write("retry: 3000\n\n") != nil || out.progress(d.House.Progress()) != nil || d.resume(&out, r.Header.Get("Last-Event-ID")) != nil {
		return
	}
	d.pump(ctx, &out, ears{latest, news, gone}, func() bool { return d.Public || d.sessions.open(cookieOf(r)) })
}

// ears are where a stream hears of things.
type ears struct {
	latest <-chan lan.Progress
	news   <-chan struct{} // something happened
	gone   <-chan struct{} // nothing more will come
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
func (d *dashboard) pump(ctx context.Context, out *stream, in ears, allowed func() bool) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		var write func() error
		select {
		case <-ctx.Done():
			return
		case <-in.gone:
			return
		case <-beat.C:
			write = func() error { return out.write(": still here\n\n") }
		case p := <-in.latest:
			write = func() error { return out.progress(p) }
		case <-in.news:
			write = func() error { return nil }
		}
		if !allowed() || write() != nil || d.catchUp(out) != nil || pause(ctx, breath) != nil {
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

// stream writes server-sent events.
type stream struct {
	w    http.ResponseWriter
	rc   *http.ResponseController
	last uint64 // event that was told, or was there before
}

func (s *stream) progress(p lan.Progress) error { return s.event("event: progress\n", p) }

// event writes v under the given lines.
func (s *stream) event(head string, v any) error {
	data, err := json.Marshal(v) // one line: JSON has no bare newline
	if err != nil {
		return err
	}
	return s.write(head + "data: " + string(data) + "\n\n")
}

func (s *stream) write(text string) error {
	s.rc.SetWriteDeadline(time.Now().Add(writeTime)) // where the server knows deadlines
	if _, err := s.w.Write([]byte(text)); err != nil {
		return err
	}
	return s.rc.Flush()
}
