package local

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// Entry is a device in the list: what it can be asked for by, and its state.
type Entry struct {
	ID        string       `json:"id"`
	Names     []string     `json:"names"`
	MACs      []lan.MAC    `json:"macs"`
	Addresses []string     `json:"addresses"`
	Kind      lan.Kind     `json:"kind"`
	Made      string       `json:"made,omitempty"` // maker and model
	Presence  lan.Presence `json:"presence,omitzero"`
	Self      bool         `json:"self,omitempty"`
}

// Answer is all there is to know of one device.
type Answer struct {
	Device      lan.Device       `json:"device"`
	Suggestions []lan.Suggestion `json:"suggestions"` // that concern it
	Decisions   []lan.Decision   `json:"decisions"`   // the owner's, about it
	// Others are what the other devices that suggestions and decisions name are
	// called, by ID.
	Others map[string]string `json:"others,omitempty"`
	Now    time.Time         `json:"now"`
}

// routes is what can be asked; a GET changes nothing.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /devices", func(w http.ResponseWriter, _ *http.Request) {
		list := []Entry{}
		for _, d := range s.House.Sweep().Devices {
			d = d.Discreet(time.Local)
			e := Entry{
				ID: d.ID, Names: append([]string{}, d.Names...), MACs: append([]lan.MAC{}, d.MACs...), Addresses: []string{},
				Kind: d.Kind, Made: d.Made(), Presence: d.Presence, Self: d.Self,
			}
			for _, a := range d.Addresses {
				e.Addresses = append(e.Addresses, a.String())
			}
			list = append(list, e)
		}
		s.reply(w, list)
	})
	mux.HandleFunc("GET /devices/{id}", func(w http.ResponseWriter, r *http.Request) {
		sweep, id := s.House.Sweep(), r.PathValue("id")
		i := slices.IndexFunc(sweep.Devices, func(d lan.Device) bool { return d.ID == id })
		if i < 0 {
			http.Error(w, "there is no such device", http.StatusNotFound)
			return
		}
		s.reply(w, s.answer(sweep, sweep.Devices[i]))
	})
	mux.HandleFunc("GET /export", func(w http.ResponseWriter, _ *http.Request) { s.reply(w, s.export()) })
	s.pages(mux)
	s.orders(mux)
	return mux
}

// export is the whole sweep, as homesweep sweep -json says it.
func (s *Server) export() lan.Sweep {
	sweep := s.House.Sweep()
	if s.Conclude != nil {
		sweep = s.Conclude(sweep)
	}
	sweep.Devices = slices.Clone(sweep.Devices)
	for i, d := range sweep.Devices {
		sweep.Devices[i] = d.Discreet(time.Local)
	}
	return sweep
}

func (s *Server) reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		s.Log.Debug("the asker went away", "error", err)
	}
}

// answer gathers all that concerns d.
func (s *Server) answer(sweep lan.Sweep, d lan.Device) Answer {
	a := Answer{Device: d.Discreet(time.Local), Suggestions: []lan.Suggestion{}, Decisions: []lan.Decision{}, Others: map[string]string{}, Now: s.Now()}
	names := map[string]string{}
	for _, other := range sweep.Devices {
		names[other.ID] = called(other)
	}
	other := func(ids ...string) {
		for _, id := range ids {
			if name, known := names[id]; known && id != d.ID {
				a.Others[id] = name
			}
		}
	}
	for _, g := range sweep.Suggestions {
		if g.Device == d.ID || g.Same == d.ID {
			a.Suggestions = append(a.Suggestions, g)
			other(g.Device, g.Same)
		}
	}
	for _, said := range s.House.Decisions() {
		about := said.What == "merge" || said.What == "split"
		if said.Device == d.ID || about && said.Value == d.ID {
			a.Decisions = append(a.Decisions, said)
			other(said.Device, said.Value)
		}
	}
	return a
}

// called is what d is called in one word.
func called(d lan.Device) string {
	switch {
	case len(d.Names) > 0:
		return d.Names[0]
	case d.Made() != "":
		return d.Made()
	case len(d.Addresses) > 0:
		return d.Addresses[0].String()
	}
	return d.ID
}
