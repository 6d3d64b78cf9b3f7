// Package ui is the dashboard in the browser: it shows what the daemon knows,
// asks it for a sweep and passes on what the owner decides. It knows the nouns
// of probes/lan and nothing else of ours, so a dashboard cannot scan.
package ui

import (
	"context"
	"errors"
	"log"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

//go:generate go run ./pack

// House is what the dashboard shows and may ask for; the daemon implements it.
// It is safe for concurrent use. What it hands out is never changed here.
type House interface {
	// Sweep is the last finished sweep merged with the devices heard since; a
	// zero Started means that there was none yet.
	Sweep() lan.Sweep
	Progress() lan.Progress
	// Watch calls see on every change, from one goroutine, until ctx ends, and
	// returns then. see does not block.
	Watch(ctx context.Context, see func(lan.Progress))
	// Start begins a sweep. Its error says in plain words why it cannot.
	Start() error
	Cancel()
	// Decide keeps the owner's word: rename, accept and the like.
	Decide(lan.Decision) error
	Touch() lan.Touch
	SetTouch(lan.Touch) error
}

// Memory is what a House may offer besides: what the owner decided so far,
// oldest first. Without it the dashboard offers renaming only, as it could not
// show what else was decided. For "accept" and "do-not-probe" Value is "yes",
// or empty when the owner took it back. For "merge" and "split" Value is the
// other device's ID or an address, and the later word on the same two holds.
type Memory interface {
	Decisions() []lan.Decision
}

// Door keeps the password; the daemon implements it. It is safe for concurrent
// use; at most one Open or Check is called at a time.
type Door interface {
	// Locked is false until the first password is set.
	Locked() bool
	// Open sets the first password for whoever knows the one-time code from
	// the log. Its error is shown to that person.
	Open(code, password string) error
	// Check is nil for the right password.
	Check(password string) error
}

// Warden is what a Door may offer besides: another password, and other ways in.
type Warden interface {
	// Change replaces the password for who knows the old one. Its error is shown to
	// the owner.
	Change(old, password string) error
	// Epoch grows with each password: what was opened before is closed.
	Epoch() uint64
	// Redeem is nil, once, for a ticket that was handed out on this machine less
	// than a minute ago.
	Redeem(ticket string) error
}

// Options is what a dashboard is made of.
type Options struct {
	House House
	Door  Door // may be nil when Public
	// Library may be nil: then the dashboard says nothing of its knowledge.
	Library Library
	// Alarm may be nil: then the dashboard tells nobody of anything.
	Alarm Alarm
	// MetricsToken is what a program shows to read /metrics; nil or empty: only
	// who has logged in may.
	MetricsToken func() string
	// Hosts lists the names and addresses we answer to, asked at each request.
	// Loopback and private addresses need no entry.
	Hosts func() []string
	// Conclude gives a sweep with what is concluded from its findings, in new
	// slices: the Code of Practice's guidelines, and what to begin with. nil leaves
	// them out.
	Conclude func(lan.Sweep) lan.Sweep
	Version  string           // shown after log-in
	Log      *slog.Logger     // nil: silent
	Now      func() time.Time // nil: time.Now
	// Public is for the demonstration: nobody logs in, anybody may look and
	// start a sweep, nobody may change a setting or rename a device.
	Public bool
}

// dashboard serves one House.
type dashboard struct {
	Options
	sessions *sessions
	tries    *tries
	browsers browsers
	queue    *queue
	reading  chan struct{} // a knowledge file is heavy on a router: one at a time
	testing  chan struct{} // a test message waits for another's server
	telling  chan struct{} // a whole report is much to put together
	seats    chan struct{} // listeners to events
	refused  atomic.Int64  // log-ins since the start
	foreign  *seldom       // of requests for another host
	wrong    *seldom       // of wrong passwords
	files    map[string]file
}

// New is the dashboard's handler. It is safe for concurrent use and keeps its
// sessions in memory: a restart logs everybody out. Serve it by Server.
func New(o Options) (http.Handler, error) {
	d, err := newDashboard(o)
	if err != nil {
		return nil, err
	}
	complaints := log.New(&seldom{log: d.Log, now: time.Now}, "", 0)
	return &served{d.guard(d.routes()), complaints}, nil
}

func newDashboard(o Options) (*dashboard, error) {
	switch {
	case o.House == nil:
		return nil, errors.New("ui: Options.House is missing")
	case o.Door == nil && !o.Public:
		return nil, errors.New("ui: Options.Door is missing; only a Public dashboard goes without")
	}
	if o.Hosts == nil {
		o.Hosts = func() []string { return nil }
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Conclude == nil {
		o.Conclude = func(s lan.Sweep) lan.Sweep { return s }
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	files, err := unpack()
	if err != nil {
		return nil, err
	}
	epoch := func() uint64 { return 0 }
	if warden, ok := o.Door.(Warden); ok {
		epoch = warden.Epoch
	}
	return &dashboard{
		Options:  o,
		sessions: newSessions(o.Now, epoch),
		tries:    newTries(o.Now),
		browsers: newBrowsers(),
		queue:    newQueue(),
		foreign:  &seldom{log: o.Log, now: o.Now},
		wrong:    &seldom{log: o.Log, now: o.Now},
		reading:  make(chan struct{}, 1),
		testing:  make(chan struct{}, 1),
		telling:  make(chan struct{}, 1),
		seats:    make(chan struct{}, maxListeners),
		files:    files,
	}, nil
}

// Server is an http.Server for h, which New made, with limits fit for a home
// router: 5 s for the head of a request, 10 s for all of it, 30 s for the answer
// (events set their own, a write at a time), 60 s for an idle connection, 16 KiB of
// header, HTTP/1 alone. Give it a BaseContext that ends when the daemon stops:
// events end with it. Its listener should be a Crowd.
func Server(h http.Handler) *http.Server {
	s := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    16 << 10,
		Protocols:         new(http.Protocols),
		ConnContext:       introduce,
		ConnState:         observe,
		// "OPTIONS *" meets the guard like everything else.
		DisableGeneralOptionsHandler: true,
	}
	s.Protocols.SetHTTP1(true)
	if h, ok := h.(*served); ok {
		s.ErrorLog = h.complaints
	}
	return s
}
