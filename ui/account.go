package ui

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"
	"unicode/utf8"
)

// The bounds of a password: code of practice section 7, and what bcrypt reads.
const (
	minPassword = 12 // characters
	maxPassword = 72 // bytes
)

// standing is what anybody may know: the product's name and which page to show.
type standing struct {
	Product string `json:"product"`
	State   string `json:"state"` // "setup", "login" or "open"
	Public  bool   `json:"public,omitempty"`
}

func (d *dashboard) session(w http.ResponseWriter, r *http.Request) {
	s := standing{Product: "homesweep", State: "open", Public: d.Public}
	switch {
	case d.Public:
	case !d.Door.Locked():
		s.State = "setup"
	case !d.inside(r, true):
		s.State = "login"
	}
	reply(w, http.StatusOK, s)
}

// setup takes the one-time code and the first password.
func (d *dashboard) setup(w http.ResponseWriter, r *http.Request) {
	var in struct{ Code, Password string }
	if !read(w, r, &in) {
		return
	}
	switch {
	case d.Public || d.Door.Locked():
		refuse(w, http.StatusConflict, "A password has already been set.", "Log in with it.")
	case utf8.RuneCountInString(in.Password) < minPassword:
		refuse(w, http.StatusBadRequest, fmt.Sprintf("The password has fewer than %d characters.", minPassword),
			"Take a few words that only you would put together.")
	case len(in.Password) > maxPassword:
		refuse(w, http.StatusBadRequest, "The password is too long.", "Take a shorter one.")
	default:
		d.try(w, r, attempt{open: func() error { return d.Door.Open(in.Code, in.Password) }, tell: sentence, sets: true,
			do: "Copy it once more and try again."})
	}
}

func (d *dashboard) login(w http.ResponseWriter, r *http.Request) {
	var in struct{ Password string }
	if !read(w, r, &in) {
		return
	}
	switch {
	case d.Public:
		refuse(w, http.StatusConflict, "This demonstration has no password.", "Just look around.")
	case !d.Door.Locked():
		refuse(w, http.StatusConflict, "No password has been set yet.", "Reload the page and set one.")
	case len(in.Password) > maxPassword:
		refuse(w, http.StatusForbidden, wrong(nil), "Try again.")
	default:
		d.try(w, r, attempt{open: func() error { return d.Door.Check(in.Password) }, tell: wrong,
			do: "Try again. If it is lost, run \"homesweep passwd\" on the router."})
	}
}

// wrong hides why a password was refused: a stranger learns nothing from it.
func wrong(error) string { return "That is not the password." }

// attempt is one way to be let in.
type attempt struct {
	open func() error
	tell func(error) string // words what went wrong
	do   string             // what to do then
	sets bool               // open sets another password
}

// waiting are those whose password is being looked at or will be next: a check is
// heavy on a router. Browsers that were let in before have places of their own.
const waiting = 5

// try spends one try on a, one at a time, and starts a session when it succeeds.
func (d *dashboard) try(w http.ResponseWriter, r *http.Request, a attempt) {
	from, known := d.browsers.of(r)
	lane := d.queues[1]
	if !known {
		from, lane = origin(r).String(), d.queues[0]
	}
	select {
	case lane <- struct{}{}:
		defer func() { <-lane }()
	default:
		d.hold(w, waiting*time.Second, "Too many are trying to log in at this moment.")
		return
	}
	if wait := d.tries.begin(from); wait > 0 {
		d.hold(w, wait, "That was too quick after the last try.")
		return
	}
	id, err := d.check(r, a)
	switch {
	case errors.Is(err, context.Canceled):
		return // it left while it waited
	case err != nil:
		d.refused.Add(1)
		d.wrong.Warn("log-in refused", "path", r.URL.Path, "from", r.RemoteAddr, "error", err)
		refuse(w, http.StatusForbidden, a.tell(err), a.do)
		return
	case id == "":
		refuse(w, http.StatusConflict, "The password was changed at this very moment.", "Log in with the new one.")
		return
	}
	d.tries.forgive(from)
	d.sessions.end(cookieOf(r))
	setCookie(w, r, id)
	d.browsers.remember(w, r)
	greet(r)
	reply(w, http.StatusOK, standing{Product: "homesweep", State: "open"})
}

// check looks at a when its turn comes. The session is of the password that was
// looked at: when another was set meanwhile there is none.
func (d *dashboard) check(r *http.Request, a attempt) (session string, err error) {
	select {
	case d.checking <- struct{}{}:
		defer func() { <-d.checking }()
	case <-r.Context().Done():
		return "", context.Canceled
	}
	epoch := d.sessions.epoch()
	if err := a.open(); err != nil {
		return "", err
	}
	if _, counted := d.Door.(Warden); counted && a.sets {
		epoch++
	}
	return d.sessions.start(epoch), nil
}

// hold refuses for now.
func (d *dashboard) hold(w http.ResponseWriter, wait time.Duration, what string) {
	seconds := strconv.Itoa(int(math.Ceil(wait.Seconds())))
	w.Header().Set("Retry-After", seconds)
	refuse(w, http.StatusTooManyRequests, what, "Wait "+seconds+" s and try again.")
}

func (d *dashboard) logout(w http.ResponseWriter, r *http.Request) {
	d.sessions.end(cookieOf(r))
	setCookie(w, r, "")
	reply(w, http.StatusOK, standing{Product: "homesweep", State: "login"})
}
