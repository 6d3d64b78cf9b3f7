package lan

import (
	"encoding/json"
	"time"
)

// Sweep is one pass over the home and the unit of commit.
type Sweep struct {
	Number   int       `json:"schema"`
	Tool     string    `json:"tool"`
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished"`
	Touch    Touch     `json:"touch"`
	Links    []Link    `json:"links"`
	Devices  []Device  `json:"devices"`
	// Suggestions are guesses of which devices may be one, for the owner.
	Suggestions []Suggestion `json:"suggestions,omitempty"`

	Rung  string   `json:"rung,omitempty"`  // what the machine let us do: raw, connect, passive
	Notes []string `json:"notes,omitempty"` // what the reader must know: cut short, a source failed …
	Cost  Cost     `json:"cost"`

	Knowledge Knowledge `json:"knowledge,omitzero"`
	// First are the problems to begin with, at most three, and Guidelines the
	// home's. Both are concluded when a result is given out.
	First      []Ref       `json:"first,omitempty"`
	Guidelines []Guideline `json:"guidelines,omitempty"`
	// Changes is what is different from an earlier sweep, where one was named.
	Changes *Changes `json:"changes,omitempty"`
}

// Cost is what a sweep did to the network.
type Cost struct {
	Packets     int `json:"packets"`     // frames sent by the raw socket
	Connections int `json:"connections"` // TCP connections opened
	Datagrams   int `json:"datagrams"`   // UDP questions asked
	LoginTries  int `json:"login_tries"`
	// PortsDecided is when it was known which ports are open, in seconds from the
	// sweep's start: from then on only what is behind them was asked.
	PortsDecided float64 `json:"ports_decided,omitzero"`
}

// MarshalJSON keeps lists lists: a device without services has [], not null.
func (d Device) MarshalJSON() ([]byte, error) {
	type plain Device
	d.MACs = notNil(d.MACs)
	d.Addresses = notNil(d.Addresses)
	d.Names = notNil(d.Names)
	d.Identity = notNil(d.Identity)
	d.Services = notNil(d.Services)
	d.Findings = notNil(d.Findings)
	return json.Marshal(plain(d))
}

// MarshalJSON keeps the evidence a list.
func (f Finding) MarshalJSON() ([]byte, error) {
	type plain Finding
	f.Evidence = notNil(f.Evidence)
	return json.Marshal(plain(f))
}

// MarshalJSON stamps the schema number and keeps lists lists.
func (s Sweep) MarshalJSON() ([]byte, error) {
	type plain Sweep
	s.Number = Schema
	s.Links = notNil(s.Links)
	s.Devices = notNil(s.Devices)
	return json.Marshal(plain(s))
}

func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// Progress is where a running sweep stands. Every figure only grows within one
// sweep; Total may too, as devices and ports are found.
type Progress struct {
	Running  bool      `json:"running"`
	Phase    string    `json:"phase"` // "presence", "ports", "services", "checks", "done"
	Started  time.Time `json:"started,omitzero"`
	Devices  int       `json:"devices"`  // found so far
	Finished int       `json:"finished"` // devices looked at to the end
	Probes   int       `json:"probes"`   // port questions sent
	Total    int       `json:"total"`    // port questions planned
	Problems int       `json:"problems"` // findings that ask something of the owner
	Message  string    `json:"message,omitempty"`
}
