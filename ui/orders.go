package ui

import (
	"net/http"
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

func (d *dashboard) startSweep(w http.ResponseWriter, _ *http.Request) {
	if err := d.House.Start(); err != nil {
		refuse(w, http.StatusConflict, sentence(err), "Try again in a moment.")
		return
	}
	reply(w, http.StatusAccepted, d.House.Progress())
}

func (d *dashboard) cancelSweep(w http.ResponseWriter, _ *http.Request) {
	d.House.Cancel()
	reply(w, http.StatusAccepted, d.House.Progress())
}

// setTouch is the owner's consent to how far a sweep may go. Trying logins is
// not to be had here: that wants a grant.
func (d *dashboard) setTouch(w http.ResponseWriter, r *http.Request) {
	var in struct{ Touch *lan.Touch }
	if !read(w, r, &in) {
		return
	}
	if in.Touch == nil || *in.Touch > lan.Ask {
		refuse(w, http.StatusBadRequest, "The dashboard can set listen, look or ask.", "Choose one of the three.")
		return
	}
	if err := d.House.SetTouch(*in.Touch); err != nil {
		refuse(w, http.StatusConflict, sentence(err), "Try again in a moment.")
		return
	}
	d.Log.Info("consent changed", "touch", d.House.Touch(), "from", r.RemoteAddr)
	reply(w, http.StatusOK, struct {
		Touch lan.Touch `json:"touch"`
	}{d.House.Touch()})
}

// decide keeps the owner's word about a device that is on the list.
func (d *dashboard) decide(w http.ResponseWriter, r *http.Request) {
	var in lan.Decision
	if !read(w, r, &in) {
		return
	}
	in.At = d.Now()
	earlier, _ := d.decisions("")
	if complaint := tidy(&in, d.House.Sweep(), earlier); complaint != "" {
		refuse(w, http.StatusBadRequest, complaint, "Reload the page and try again.")
		return
	}
	if err := d.House.Decide(in); err != nil {
		refuse(w, http.StatusConflict, sentence(err), "Try again in a moment.")
		return
	}
	reply(w, http.StatusOK, in)
}

// tidy cuts in's value to what may be kept, or says what is wrong with in, which
// earlier words may have made possible.
func tidy(in *lan.Decision, sweep lan.Sweep, earlier []lan.Decision) (complaint string) {
	i := slices.IndexFunc(sweep.Devices, func(dev lan.Device) bool { return dev.ID == in.Device })
	if i < 0 {
		return "This device is not on the list."
	}
	switch in.What {
	case "name", "room":
		in.Value, in.Check = lan.Printable(in.Value, lan.MaxName), ""
	case "note":
		in.Value, in.Check = lan.Printable(in.Value, lan.MaxValue), ""
	case "do-not-probe", "accept":
		if in.Value != "yes" && in.Value != "" {
			return "This can only be answered by yes, or by nothing to take it back."
		}
		known := slices.ContainsFunc(sweep.Devices[i].Findings, func(f lan.Finding) bool { return f.Check == in.Check })
		if in.What == "accept" && !known {
			return "This device has no such finding."
		}
	case "merge", "split":
		return identity(in, sweep.Devices, sweep.Devices[i], earlier)
	default:
		return "Only a name, a room, a note, leaving alone, accepting and which device is which can be decided here."
	}
	return ""
}
