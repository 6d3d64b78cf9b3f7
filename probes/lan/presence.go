package lan

import "time"

// State is how present a device is. The zero State means that nobody watches.
type State string

// The states, most present first.
const (
	Online  State = "online"  // heard from just now
	Idle    State = "idle"    // quiet, as a sleeping device of its kind is
	Away    State = "away"    // gone, as things that people carry are
	Offline State = "offline" // gone though it should be there
)

// Presence is a device's state with the last evidence for it.
type Presence struct {
	State State     `json:"state"`
	Since time.Time `json:"since,omitzero"` // when the state began
	By    string    `json:"by"`             // source of the last evidence: "dhcp"
	At    time.Time `json:"at,omitzero"`    // when that was heard
}

// Here reports whether d is here: by its presence, or, where nobody watches that,
// because it was heard since the last sweep began.
func (d Device) Here(sweep Sweep) bool {
	switch d.Presence.State {
	case Online, Idle:
		return true
	case Away, Offline:
		return false
	}
	return !sweep.Started.IsZero() && !d.LastSeen.Before(sweep.Started)
}
