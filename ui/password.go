package ui

import (
	"errors"
	"fmt"
	"net/http"
	"unicode/utf8"
)

// errOld is for a wrong old password: whoever sits at a page left open is no
// owner yet.
var errOld = errors.New("the old password is not right")

// setPassword takes the old password and a new one. It counts as a log-in: a
// wrong one is answered slower and slower, and a right one ends every session but
// the new one of this browser.
func (d *dashboard) setPassword(w http.ResponseWriter, r *http.Request) {
	var in struct{ Old, New string }
	if !read(w, r, &in) {
		return
	}
	warden, ok := d.Door.(Warden)
	switch {
	case !ok:
		refuse(w, http.StatusNotFound, "The password cannot be changed here.", "Run \"homesweep passwd\" on the router.")
	case utf8.RuneCountInString(in.New) < minPassword:
		refuse(w, http.StatusBadRequest, fmt.Sprintf("The new password has fewer than %d characters.", minPassword),
			"Take a few words that only you would put together.")
	case len(in.New) > maxPassword || len(in.Old) > maxPassword:
		refuse(w, http.StatusBadRequest, "The password is too long.", "Take a shorter one.")
	default:
		d.try(w, r, func() error {
			if d.Door.Check(in.Old) != nil {
				return errOld
			}
			return warden.Set(in.New)
		}, sentence, "The password stays as it was. Try again.")
	}
}

// redeem turns a ticket, which the router's own pages fetch for their user, into
// a session of this browser.
func (d *dashboard) redeem(w http.ResponseWriter, r *http.Request) {
	var in struct{ Ticket string }
	if !read(w, r, &in) {
		return
	}
	warden, ok := d.Door.(Warden)
	if d.Public || !ok {
		refuse(w, http.StatusNotFound, "There are no tickets here.", "Log in by the password.")
		return
	}
	d.try(w, r, func() error { return warden.Redeem(in.Ticket) }, func(error) string {
		return "This ticket has been used, or its minute is over."
	}, "Go back to the router's page and open homesweep from there again.")
}
