package ui

import (
	"net/http"

	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of what a household sets.
const (
	maxLinks   = 16
	mostHours  = 168 // between two sweeps
	eraseWord  = "delete"
	nothingSet = "Settings cannot be changed here."
)

// settingList is the answer to GET /api/v1/settings.
type settingList struct {
	Schedule lan.Schedule     `json:"schedule"`
	Links    []lan.LinkChoice `json:"links"`
	Contact  string           `json:"contact"`
	Touch    lan.Touch        `json:"touch"`
	TLS      bool             `json:"tls"` // this answer came by TLS
}

// contact is the body and the answer of PUT /api/v1/contact.
type contact struct {
	Contact string `json:"contact"`
}

// chosen is the body and the answer of PUT /api/v1/links.
type chosen struct {
	Links []string `json:"links"` // none leaves the choice to homesweep
}

// kept is a handler that needs a Keeper.
func (d *dashboard) kept(next func(http.ResponseWriter, *http.Request, Keeper)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		house, ok := d.House.(Keeper)
		if !ok {
			refuse(w, http.StatusNotFound, nothingSet, "Start homesweep with the options you want.")
			return
		}
		next(w, r, house)
	}
}

func (d *dashboard) settings(w http.ResponseWriter, r *http.Request, house Keeper) {
	links, err := house.LinkChoices()
	if err != nil {
		refuse(w, http.StatusConflict, sentence(err), "Reload the page in a moment.")
		return
	}
	reply(w, http.StatusOK, settingList{
		Schedule: house.Schedule(), Links: append([]lan.LinkChoice{}, links...),
		Contact: house.Contact(), Touch: d.House.Touch(), TLS: r.TLS != nil,
	})
}

func (d *dashboard) setSchedule(w http.ResponseWriter, r *http.Request, house Keeper) {
	var in lan.Schedule
	if !read(w, r, &in) {
		return
	}
	err := in.Quiet.Validate()
	switch {
	case in.Hours < 1 || in.Hours > mostHours:
		refuse(w, http.StatusBadRequest, "Between two sweeps there can be 1 to 168 hours.", "Choose a time in between.")
		return
	case err != nil:
		refuse(w, http.StatusBadRequest, sentence(err), "Write both times as hours and minutes.")
		return
	}
	if err := house.SetSchedule(in); err != nil {
		refuse(w, http.StatusConflict, sentence(err), "Try again in a moment.")
		return
	}
	reply(w, http.StatusOK, house.Schedule())
}

func (d *dashboard) setLinks(w http.ResponseWriter, r *http.Request, house Keeper) {
	var in chosen
	if !read(w, r, &in) {
		return
	}
	if len(in.Links) > maxLinks {
		refuse(w, http.StatusBadRequest, "These are more networks than a home has.", "Choose fewer.")
		return
	}
	if err := house.SetLinks(in.Links); err != nil {
		refuse(w, http.StatusConflict, sentence(err), "Reload the page and choose among those listed.")
		return
	}
	d.Log.Info("links chosen", "links", in.Links, "from", r.RemoteAddr)
	reply(w, http.StatusOK, chosen{Links: append([]string{}, in.Links...)})
}

func (d *dashboard) setContact(w http.ResponseWriter, r *http.Request, house Keeper) {
	var in contact
	if !read(w, r, &in) {
		return
	}
	in.Contact = lan.Printable(in.Contact, maxBody) // refused when it is too long, never cut
	if err := house.SetContact(in.Contact); err != nil {
		refuse(w, http.StatusConflict, sentence(err), "Try again in a moment.")
		return
	}
	reply(w, http.StatusOK, contact{house.Contact()})
}

func (d *dashboard) upkeep(w http.ResponseWriter, _ *http.Request, house Keeper) {
	reply(w, http.StatusOK, house.Upkeep())
}

// erase forgets the home, for an owner who wrote the word.
func (d *dashboard) erase(w http.ResponseWriter, r *http.Request, house Keeper) {
	var in struct{ Word string }
	if !read(w, r, &in) {
		return
	}
	if in.Word != eraseWord {
		refuse(w, http.StatusBadRequest, "Nothing was deleted.", "Write the word \""+eraseWord+"\" to say that you mean it.")
		return
	}
	if err := house.Erase(); err != nil {
		d.Log.Error("the data could not be deleted", "from", r.RemoteAddr, "error", err)
		refuse(w, http.StatusConflict, sentence(err), "Try again in a moment.")
		return
	}
	d.Log.Info("all data was deleted", "from", r.RemoteAddr)
	reply(w, http.StatusOK, struct{}{})
}
