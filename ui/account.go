package ui

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
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
	case !d.sessions.use(cookieOf(r)):
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
		d.try(w, r, func() error { return d.Door.Open(in.Code, in.Password) }, sentence,
			"Copy it once more and try again.")
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
		d.try(w, r, func() error { return d.Door.Check(in.Password) }, wrong,
			"Try again. If it is lost, run \"homesweep passwd\" on the router.")
	}
}

// wrong hides why a password was refused: a stranger learns nothing from it.
func wrong(error) string { return "That is not the password." }

// try spends one try on open, one at a time, and starts a session when it
// succeeds; tell words what went wrong.
func (d *dashboard) try(w http.ResponseWriter, r *http.Request, open func() error, tell func(error) string, do string) {
	from := origin(r)
	if wait := d.tries.begin(from); wait > 0 {
		seconds := strconv.Itoa(int(math.Ceil(wait.Seconds())))
		w.Header().Set("Retry-After", seconds)
		refuse(w, http.StatusTooManyRequests, "That was too quick after the last try.", "Wait "+seconds+" s and try again.")
		return
	}
	select {
	case d.checking <- struct{}{}:
	case <-r.Context().Done():
		return
	}
	err := open()
	<-d.checking
	if err != nil {
		d.refused.Add(1)
		d.Log.Warn("log-in refused", "path", r.URL.Path, "from", r.RemoteAddr, "error", err)
		refuse(w, http.StatusForbidden, tell(err), do)
		return
	}
	d.tries.forgive(from)
	d.sessions.end(cookieOf(r))
	setCookie(w, r, d.sessions.start())
	reply(w, http.StatusOK, standing{Product: "homesweep", State: "open"})
}

func (d *dashboard) logout(w http.ResponseWriter, r *http.Request) {
	d.sessions.end(cookieOf(r))
	setCookie(w, r, "")
	reply(w, http.StatusOK, standing{Product: "homesweep", State: "login"})
}
