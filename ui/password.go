package ui

import (
	"fmt"
	"net/http"
	"unicode/utf8"
)

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
		d.try(w, r, attempt{open: func() error { return warden.Change(in.Old, in.New) }, tell: sentence, sets: true,
			do: "The password stays as it was. Try again."})
	}
}

// redeem turns a ticket, which the router's own pages fetch for their user, into
// a session of this browser. Nobody guesses one, and to look at it is little work:
// it waits for no password, nor after a wrong one.
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
	a := attempt{open: func() error { return warden.Redeem(in.Ticket) }, tell: func(error) string {
		return "This ticket has been used, or its minute is over."
	}, do: "Go back to the router's page and open homesweep from there again."}
	id, err := d.check(a)
	if err != nil {
		d.deny(w, r, a, err)
		return
	}
	d.admit(w, r, id)
}
