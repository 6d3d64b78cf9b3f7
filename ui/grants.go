package ui

import (
	"net/http"
	"slices"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// Granting is what a House may offer besides: the owner's word on trying factory
// logins. Without it the dashboard says nothing of them.
type Granting interface {
	// Grants are the latest words, one a device, oldest first.
	Grants() []lan.Grant
	// SetGrant keeps one from now on; its At is of no matter. Its error says in
	// plain words why it cannot.
	SetGrant(lan.Grant) error
}

// grants are the words on one device and on all, or every word for the empty id.
func (d *dashboard) grants(id string) (list []lan.Grant, granting bool) {
	house, ok := d.House.(Granting)
	if !ok || d.Public {
		return nil, false
	}
	return slices.DeleteFunc(house.Grants(), func(g lan.Grant) bool {
		return id != "" && g.Device != "" && g.Device != id
	}), true
}

// setGrant keeps the owner's consent to trying factory logins, with the address
// from which it was given.
func (d *dashboard) setGrant(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Device string
		Allow  bool
		Clear  bool
		Days   int
	}
	if !read(w, r, &in) {
		return
	}
	house, ok := d.House.(Granting)
	span := lan.GrantTime
	if in.Days != 0 {
		span = time.Duration(in.Days) * 24 * time.Hour
	}
	switch {
	case !ok:
		refuse(w, http.StatusNotFound, "Factory passwords cannot be tried here.", "Run homesweep sweep -touch login on a computer.")
		return
	case in.Days < 0 || in.Days > int(lan.MaxGrantTime/(24*time.Hour)):
		refuse(w, http.StatusBadRequest, "That can be allowed for 1 to 90 days.", "Choose a time in between.")
		return
	case in.Device != "" && !slices.ContainsFunc(d.House.Sweep().Devices, func(dev lan.Device) bool { return dev.ID == in.Device && !dev.Self }):
		refuse(w, http.StatusBadRequest, "This device is not on the list.", "Reload the page and try again.")
		return
	}
	g := lan.Grant{Device: in.Device, By: "a browser at " + hostOnly(r.RemoteAddr), At: d.Now()}
	if in.Allow {
		g.Clear, g.Until = in.Clear, g.At.Add(span)
	}
	if err := house.SetGrant(g); err != nil {
		refuse(w, http.StatusConflict, sentence(err), "Try again in a moment.")
		return
	}
	reply(w, http.StatusOK, g)
}
