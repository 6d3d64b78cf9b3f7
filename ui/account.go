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

// try spends one try on a when its turn comes, and starts a session when it
// succeeds.
func (d *dashboard) try(w http.ResponseWriter, r *http.Request, a attempt) {
	from, known := d.browsers.of(r)
	if !known {
		from = origin(r).String()
	}
	l := d.queue.enter(laneOf(r, known))
	if l == nil {
		d.hold(w, comeAgain, tooMany)
		return
	}
	defer d.queue.leave(l)
	if wait := d.tries.begin(from); wait > 0 {
		d.hold(w, wait, "That was too quick after the last try.")
		return
	}
	defer inQueue(r)()
	done, err := d.queue.turn(r.Context(), l)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		d.tries.forgive(from) // it was not looked at
		d.hold(w, comeAgain, tooMany)
		return
	case err != nil:
		return // it left while it waited
	}
	id, err := func() (string, error) { defer done(); return d.check(a) }()
	switch {
	case err != nil:
		d.deny(w, r, a, err)
		return
	case id != "":
		d.tries.forgive(from)
	}
	d.admit(w, r, id)
}

const tooMany = "Too many are trying to log in at this moment."

// check looks at a. The session is of the password that was looked at: when
// another was set meanwhile there is none.
func (d *dashboard) check(a attempt) (session string, err error) {
	epoch := d.sessions.epoch()
	if err := a.open(); err != nil {
		return "", err
	}
	if _, counted := d.Door.(Warden); counted && a.sets {
		epoch++
	}
	return d.sessions.start(epoch), nil
}

// deny tells r that a did not succeed.
func (d *dashboard) deny(w http.ResponseWriter, r *http.Request, a attempt, err error) {
	d.refused.Add(1)
	d.wrong.Warn("log-in refused", "path", r.URL.Path, "from", r.RemoteAddr, "error", err)
	refuse(w, http.StatusForbidden, a.tell(err), a.do)
}

// admit gives r's browser the session with that id; there may be none.
func (d *dashboard) admit(w http.ResponseWriter, r *http.Request, id string) {
	if id == "" {
		refuse(w, http.StatusConflict, "The password was changed at this very moment.", "Log in with the new one.")
		return
	}
	d.sessions.end(cookieOf(r))
	setCookie(w, r, id)
	d.browsers.remember(w, r)
	greet(r)
	reply(w, http.StatusOK, standing{Product: "homesweep", State: "open"})
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
