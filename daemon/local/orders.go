package local

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"
)

// maxOrder bounds the body of an order: a password is the longest.
const maxOrder = 4 << 10

// Door lets people in; daemon/door implements it. It is safe for concurrent use.
type Door interface {
	// Ticket lets one browser in, once and within a minute of now.
	Ticket(now time.Time) string
	// Set replaces the password and ends every session.
	Set(password string) error
}

// Ticket is the answer to POST /ticket.
type Ticket struct {
	Ticket string `json:"ticket"` // empty while the dashboard has no password
	// Address is where a browser goes with it, empty where there is no dashboard. Before
	// the first password it has the one-time code for that instead.
	Address string `json:"address,omitempty"`
}

// order is the body of an order: which device to look at, or which password.
type order struct {
	Device   string `json:"device,omitempty"`
	Password string `json:"password,omitempty"`
}

// orders are what changes something. Who may open the socket is the daemon's own
// user, so nobody is asked for more.
func (s *Server) orders(mux *http.ServeMux) {
	mux.HandleFunc("POST /sweep", obey(func(order) error {
		house, ok := s.House.(interface{ Start() error })
		if !ok {
			return errCannot
		}
		return house.Start()
	}))
	mux.HandleFunc("POST /inspect", obey(func(o order) error {
		house, ok := s.House.(interface{ Inspect(device string) error })
		if !ok {
			return errCannot
		}
		return house.Inspect(o.Device)
	}))
	mux.HandleFunc("POST /erase", obey(func(order) error {
		house, ok := s.House.(interface{ Erase() error })
		if !ok {
			return errCannot
		}
		return house.Erase()
	}))
	mux.HandleFunc("POST /password", obey(func(o order) error {
		if s.Door == nil {
			return errCannot
		}
		return s.Door.Set(o.Password)
	}))
	mux.HandleFunc("POST /ticket", func(w http.ResponseWriter, _ *http.Request) {
		if s.Door == nil {
			http.Error(w, errCannot.Error(), http.StatusConflict)
			return
		}
		s.reply(w, s.ticket())
	})
}

// ticket is one for the next minute. Its part of the address is never sent to the
// server by itself, nor kept in a log.
func (s *Server) ticket() Ticket {
	if s.setup() {
		t := Ticket{Address: s.Dashboard}
		if door, ok := s.Door.(interface{ Code() string }); ok && t.Address != "" {
			t.Address += "/#code=" + door.Code()
		}
		return t
	}
	t := Ticket{Ticket: s.Door.Ticket(s.Now())}
	if s.Dashboard != "" {
		t.Address = s.Dashboard + "/#ticket=" + t.Ticket
	}
	return t
}

var errCannot = errors.New("this daemon cannot do that")

// obey is a handler that does what it is told, or says why not.
func obey(do func(order) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var o order
		if r.ContentLength != 0 {
			if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxOrder)).Decode(&o); err != nil {
				http.Error(w, "the order cannot be read", http.StatusBadRequest)
				return
			}
		}
		if err := do(o); err != nil {
			http.Error(w, err.Error(), http.StatusConflict)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
}
