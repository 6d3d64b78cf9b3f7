package lan

import "time"

// Grant is the owner's word that factory logins may be tried on a device, or on
// all of them, for a time. The latest word on the same device holds, and one on a
// single device goes before one on all.
type Grant struct {
	Device string    `json:"device"` // the device's ID; empty for all
	Clear  bool      `json:"clear"`  // also by Telnet and FTP, where the password crosses the network unprotected
	By     string    `json:"by"`     // from where it was given: "a browser at 192.168.1.7"
	At     time.Time `json:"at"`     // when it was given
	Until  time.Time `json:"until"`  // when it ends; zero: not at all, or not any more
}

// The time for which a grant holds: usually, and at most.
const (
	GrantTime    = 30 * 24 * time.Hour
	MaxGrantTime = 90 * 24 * time.Hour
)

// Stops reports whether g takes an earlier word back.
func (g Grant) Stops() bool { return g.Until.IsZero() }

// Holds reports whether g allows anything at now. By a clock before the one by
// which it was given it does not.
func (g Grant) Holds(now time.Time) bool { return !now.Before(g.At) && now.Before(g.Until) }
