package router

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ubus"
	"github.com/homesweep/homesweep/probes/uci"
)

const (
	// object and method are where the View is on the bus.
	object = "homesweep-router"
	method = "read"
	// kept is how long an answer of the bus is good for, and how long it is not asked
	// again after a refusal. Whoever knows of a change calls Forget.
	kept = time.Minute
	// patience is for a program that a small router's flash has to be read for. A
	// sweep waits a little longer for its Router.
	patience = 8 * time.Second
)

// Reader reads what the router knows: itself where it may, else over the bus. It is
// safe for concurrent use.
type Reader struct {
	machine
	bus ubus.Caller

	turn  chan struct{} // of one; whoever asks the bus, or reads the rest, is in it
	at    time.Time     // when the bus was asked; zero: not yet
	heard View
	fails error

	stale atomic.Bool // somebody knows of a change
}

// New is the Reader of the files below root, and of the bus there; root is "/" save
// in tests.
func New(root string) *Reader {
	return &Reader{machine: here(root), bus: ubus.New(root, patience), turn: make(chan struct{}, 1)}
}

// OpenWrt reports whether it runs here. Elsewhere there is nothing to read.
func (r *Reader) OpenWrt() bool {
	_, err := os.Stat(filepath.Join(r.root, "etc/openwrt_release"))
	return err == nil
}

// Router is what the router knows of the home, and zero on a machine that runs no
// OpenWrt. What cannot be read is said in it.
func (r *Reader) Router(ctx context.Context) lan.Router {
	if !r.OpenWrt() {
		return lan.Router{}
	}
	v := r.View(ctx)
	home, _ := r.home(Zones(v.UCI)) // without addresses there is none to complete
	known := Conclude(v, home.Inside)
	r.stands(&known)
	r.behind(&known)
	return known
}

// View is what can be read, and why the rest cannot.
func (r *Reader) View(ctx context.Context) View {
	v := r.view()
	if len(v.refused) == 0 {
		return v
	}
	other, err := r.ask(ctx)
	for _, part := range v.refused {
		v.take(part, other)
	}
	if err == nil {
		v.refused = nil
	} else {
		v.Unread[object] = advice(err) // once for all of them
	}
	return v
}

// take has one part from another View.
func (v *View) take(part string, other View) {
	switch part {
	case partFlows:
		v.Flows = other.Flows
	case partLeases:
		v.Leases = other.Leases
	default:
		if file, there := other.UCI[part]; there {
			v.UCI[part] = file
		}
	}
	delete(v.Unread, part)
	if why := other.Unread[part]; why != "" {
		v.Unread[part] = why
	}
}

// File is a uci.Reader of the files that a View has, cut as they are there, so that
// root and others read the same.
func (r *Reader) File(ctx context.Context, name string) (uci.File, error) {
	file, err := uci.Read(r.root, name)
	if errors.Is(err, fs.ErrPermission) && r.OpenWrt() {
		v, failed := r.ask(ctx)
		file, there := v.UCI[name]
		switch {
		case failed == nil && v.Unread[name] != "":
			return file, errors.New(v.Unread[name])
		case there:
			return file, nil
		case failed == nil:
			return uci.File{}, fmt.Errorf("reading the router's configuration of %s: %w", name, fs.ErrNotExist)
		}
	}
	file, _, _ = cut(name, file, maxSettings)
	return file, err
}

// Forget drops what the bus said, to be asked anew when it is needed next.
func (r *Reader) Forget() { r.stale.Store(true) }

// ask is the View on the bus, asked for at most once within kept. Who waits for another
// who asks does so no longer than ctx lasts.
func (r *Reader) ask(ctx context.Context) (View, error) {
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
	}
	if ctx.Err() != nil {
		return View{}, ctx.Err()
	}
	now := r.now()
	if age := now.Sub(r.at); !r.stale.Swap(false) && !r.at.IsZero() && age >= 0 && age < kept {
		return r.heard, r.fails
	}
	text, err := r.bus.Call(ctx, "call", object, method)
	if ctx.Err() != nil { // who asked went away, which says nothing of the bus
		r.at = time.Time{}
		return View{}, ctx.Err()
	}
	r.at, r.heard, r.fails = now, View{}, err
	if err == nil {
		r.heard, r.fails = ParseView(text)
	}
	return r.heard, r.fails
}

// advice is err in plain words, with what to do about it.
func advice(err error) string {
	const what = "What the router's settings say of its networks and of ways in from the internet cannot be read by this user"
	switch {
	case errors.Is(err, ubus.ErrAbsent):
		return what + ". Run homesweep as root."
	case errors.Is(err, ubus.ErrUnknown), errors.Is(err, ubus.ErrRefused):
		return what + ", and the router's bus has no " + object + " for it. Install the package homesweep again and restart rpcd, or run homesweep as root."
	}
	return what + ": " + lan.Printable(err.Error(), maxValue)
}
