package local

import (
	"net/http"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// Status is where the daemon stands, in a few words.
type Status struct {
	Version   string    `json:"version"`
	Touch     lan.Touch `json:"touch"`
	Granted   bool      `json:"granted"` // the owner allows logins to be tried on some device
	Setup     bool      `json:"setup"`   // the dashboard waits for its first password
	Running   bool      `json:"running"` // a sweep is under way
	Started   time.Time `json:"started,omitzero"`
	Finished  time.Time `json:"finished,omitzero"` // of the last sweep; absent before the first
	Devices   int       `json:"devices"`
	Present   int       `json:"present"`
	Findings  Problems  `json:"findings"`
	Rung      string    `json:"rung"`
	Notes     []string  `json:"notes"`
	Dashboard string    `json:"dashboard"` // its address, empty where there is none
}

// Problems counts the findings that ask something of the owner, save those that the
// owner decided to leave as they are.
type Problems struct {
	ActNow     int `json:"act_now"`
	Soon       int `json:"soon"`
	WhenYouCan int `json:"when_you_can"`
	ForInfo    int `json:"for_info"`
}

func (p *Problems) count(s lan.Severity) {
	switch s {
	case lan.ActNow:
		p.ActNow++
	case lan.Soon:
		p.Soon++
	case lan.WhenYouCan:
		p.WhenYouCan++
	default:
		p.ForInfo++
	}
}

// open counts d's.
func (a accepted) open(d lan.Device) (p Problems) {
	for _, f := range d.Findings {
		if f.Verdict.Problem() && !a[[2]string{d.ID, f.Check}] {
			p.count(f.Severity)
		}
	}
	return p
}

// accepted are the checks whose findings on a device the owner leaves as they are,
// by the device's ID and the check's.
type accepted map[[2]string]bool

func (s *Server) accepted() accepted {
	a := accepted{}
	for _, said := range s.House.Decisions() {
		if said.What == "accept" {
			a[[2]string{said.Device, said.Check}] = said.Value != ""
		}
	}
	return a
}

// status gathers Status.
func (s *Server) status() Status {
	sweep, left := s.House.Sweep(), s.accepted()
	out := Status{
		Version: s.Version, Started: sweep.Started, Finished: sweep.Finished, Devices: len(sweep.Devices),
		Rung: sweep.Rung, Notes: append([]string{}, sweep.Notes...), Dashboard: s.Dashboard, Setup: s.setup(),
	}
	if house, ok := s.House.(interface{ Touch() lan.Touch }); ok {
		out.Touch = house.Touch()
	}
	if house, ok := s.House.(interface{ Granted() bool }); ok {
		out.Granted = house.Granted()
	}
	if house, ok := s.House.(interface{ Progress() lan.Progress }); ok {
		out.Running = house.Progress().Running
	}
	for _, d := range sweep.Devices {
		if d.Here(sweep) {
			out.Present++
		}
		p := left.open(d)
		out.Findings.ActNow += p.ActNow
		out.Findings.Soon += p.Soon
		out.Findings.WhenYouCan += p.WhenYouCan
		out.Findings.ForInfo += p.ForInfo
	}
	return out
}

// setup reports whether the dashboard has no password yet.
func (s *Server) setup() bool {
	door, ok := s.Door.(interface{ Locked() bool })
	return ok && !door.Locked()
}

// pages are what other programs of this machine show of the home, a page at a time.
func (s *Server) pages(mux *http.ServeMux) {
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) { s.reply(w, s.status()) })
	mux.HandleFunc("GET /inventory", func(w http.ResponseWriter, r *http.Request) { s.reply(w, s.inventory(pageOf(r))) })
	mux.HandleFunc("GET /findings", func(w http.ResponseWriter, r *http.Request) {
		s.reply(w, s.findings(pageOf(r), r.URL.Query().Get("device")))
	})
}
