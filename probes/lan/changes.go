package lan

import (
	"encoding/json"
	"time"
)

// Changes is what is different from an earlier sweep of the same home.
type Changes struct {
	Since    time.Time       `json:"since"` // when the earlier sweep was done
	Devices  []DeviceChange  `json:"devices"`
	Findings []FindingChange `json:"findings"`
	// Notes say what could not be compared, and why.
	Notes []string `json:"notes,omitempty"`
}

// Change is a word for what became of a device or finding.
type Change string

// What can become of a device.
const (
	Joined  Change = "joined"  // it was not there
	Gone    Change = "gone"    // it is not there any more
	Altered Change = "changed" // it is there as before, see DeviceChange.What
)

// What can become of a finding.
const (
	Appeared Change = "new"
	Fixed    Change = "fixed"
	Worsened Change = "worse"  // a higher severity, or certain where it was probable
	Eased    Change = "better" // a lower severity
	// Untold is a problem that was told then and could not be looked at now. It
	// may be there all the same.
	Untold Change = "no_longer_told"
	// Uncompared is a problem that the earlier sweep could not have seen: it may
	// have been there then.
	Uncompared Change = "not_comparable"
)

// DeviceChange is what became of one device.
type DeviceChange struct {
	Device string   `json:"device"` // its ID; of the earlier sweep if it is gone
	Name   string   `json:"name"`   // as a person knows it: "Front door, Acme C1 (192.168.1.20)"
	Change Change   `json:"change"`
	What   []Detail `json:"what,omitempty"`
	// Problems is how many are told of it; if it is gone, how many were then.
	Problems int    `json:"problems,omitempty"`
	Words    string `json:"words"` // all of it in a sentence or two
}

// Detail is one thing about a device that is not as it was. Was is empty for what
// came, Now for what went.
type Detail struct {
	Field string `json:"field"` // FieldAddress, FieldName, FieldFirmware or "service"
	Was   string `json:"was,omitempty"`
	Now   string `json:"now,omitempty"`
}

// FieldService is the Field of a Detail about an open service: "http on tcp/80".
const FieldService = "service"

// FindingChange is what became of one finding.
type FindingChange struct {
	Ref               // of the earlier sweep where the finding is there only
	Name     string   `json:"name"` // the device's, as in DeviceChange
	Change   Change   `json:"change"`
	Title    string   `json:"title"`
	Severity Severity `json:"severity"` // now; then, where it is not told now
	Was      Severity `json:"was"`      // then; as Severity where it was not told
	Words    string   `json:"words"`
}

// MarshalJSON keeps lists lists.
func (c Changes) MarshalJSON() ([]byte, error) {
	type plain Changes
	c.Devices = notNil(c.Devices)
	c.Findings = notNil(c.Findings)
	return json.Marshal(plain(c))
}

// None reports whether nothing changed, as far as could be compared.
func (c Changes) None() bool { return len(c.Devices)+len(c.Findings) == 0 }
