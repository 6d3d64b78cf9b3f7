package lan

import (
	"net/netip"
	"strings"
	"time"
)

// Fact is one conclusion about a device, with where it came from and how sure
// we are (0 to 1). Several facts may name the same field; Device holds the best.
type Fact struct {
	Field      string  `json:"field"` // one of the Field constants
	Value      string  `json:"value"`
	Source     string  `json:"source"` // "upnp", "mdns", "http", "owner" …
	Confidence float64 `json:"confidence"`
	Raw        string  `json:"raw,omitempty"` // the words it was read from

	FirstSeen time.Time `json:"first_seen,omitzero"`
	LastSeen  time.Time `json:"last_seen,omitzero"`
}

// The fields a Fact can be about.
const (
	FieldName     = "name"
	FieldKind     = "kind"
	FieldVendor   = "vendor"
	FieldModel    = "model"
	FieldHardware = "hardware"
	FieldFirmware = "firmware"

	FieldMAC      = "mac"
	FieldAddress  = "address"
	FieldIdentity = "identity" // one that outlives addresses: "hap:…", "udn:…", "duid:…"
	FieldPorts    = "ports"    // what all its ports have in common
)

// Bond says why two things that were heard are believed to be one device.
type Bond struct {
	One    string `json:"one"`    // an address, MAC, identity or device ID
	Other  string `json:"other"`  // the same
	By     string `json:"by"`     // the reason in plain words: "answered with the same hardware address"
	Source string `json:"source"` // who heard it: "arp", "owner" …
}

// Suggestion is a guess that two devices are one, for the owner to decide.
// Nothing acts on it.
type Suggestion struct {
	Device     string   `json:"device"` // ID of the newcomer
	Same       string   `json:"same"`   // ID of the device that it probably is
	Reasons    []string `json:"reasons"`
	Confidence float64  `json:"confidence"`
}

// Device is who we believe answers at a set of addresses. Its ID is its own:
// MACs and addresses are attributes that may change.
type Device struct {
	ID         string       `json:"id"`
	MACs       []MAC        `json:"macs"`
	Addresses  []netip.Addr `json:"addresses"`
	Names      []string     `json:"names"`
	Kind       Kind         `json:"kind"`
	Vendor     string       `json:"vendor"`
	Model      string       `json:"model"`
	Hardware   string       `json:"hardware,omitempty"`
	Firmware   string       `json:"firmware"`
	Confidence float64      `json:"confidence"`
	Identity   []Fact       `json:"identity"`
	Services   []Service    `json:"services"`
	Findings   []Finding    `json:"findings"`

	Link      string    `json:"link,omitempty"`
	Self      bool      `json:"self,omitempty"` // the machine homesweep runs on
	FirstSeen time.Time `json:"first_seen,omitzero"`
	LastSeen  time.Time `json:"last_seen,omitzero"`
	Presence  Presence  `json:"presence,omitzero"`
	Sources   []string  `json:"sources,omitempty"` // which sources heard it
	Heard     Heard     `json:"heard,omitempty"`   // what it announced
	Bonds     []Bond    `json:"bonds,omitempty"`   // why its addresses are one device
	// Exposed are its addresses that belong to the internet; they are among
	// Addresses too.
	Exposed []netip.Addr `json:"exposed,omitempty"`
	// Announced are endpoints that the device named itself (SRV records,
	// LOCATION); the port engine adds them to its list.
	Announced []Endpoint `json:"-"`
	// Suffered is the last time that it did not bear being asked.
	Suffered Suffering `json:"suffered,omitzero"`
	// Mappings are the ports that it, a router, lets the internet reach because a
	// program at home asked it to; nil where it was not asked or did not say.
	Mappings []Mapping `json:"mappings,omitempty"`
	// Reachable are the ways that the home's router keeps open to it from the internet;
	// Clear is what it sends there in clear text. Zones are those of a router that
	// homesweep itself runs on.
	Reachable []Forward `json:"reachable,omitempty"`
	Clear     []Flow    `json:"clear,omitempty"`
	Zones     []Zone    `json:"zones,omitempty"`
	// Guidelines is what was seen of the Code of Practice's guidelines, all 13 in
	// order. It is concluded from the findings when a result is given out, never
	// kept.
	Guidelines []Guideline `json:"guidelines,omitempty"`
}

// Mapping is one port of a router's that leads to a device at home.
type Mapping struct {
	Transport Transport  `json:"transport"`
	External  uint16     `json:"external"` // the router's port
	Client    netip.Addr `json:"client"`   // the device
	Port      uint16     `json:"port"`     // and its port
	For       string     `json:"for"`      // what the program said of itself
}

// Suffering is a device's sign, seen while it was asked, that it cannot bear it.
type Suffering struct {
	At   time.Time `json:"at,omitzero"`
	Sign string    `json:"sign"` // in plain words: "It stopped answering."
}

// Rest is how long a device that suffered is left alone.
const Rest = 24 * time.Hour

// Resting reports whether d is to be left alone at now because it suffered.
func (d Device) Resting(now time.Time) bool {
	return !d.Suffered.At.IsZero() && now.Sub(d.Suffered.At) < Rest
}

// Made is maker and model in one, without the maker twice where the model
// begins with it ("Sonos", "Sonos Era 300").
func (d Device) Made() string {
	if len(d.Model) >= len(d.Vendor) && strings.EqualFold(d.Model[:len(d.Vendor)], d.Vendor) {
		return d.Model
	}
	return strings.TrimSpace(d.Vendor + " " + d.Model)
}
