package lan

import "time"

// Happening is a word for what can happen in a home.
type Happening string

// What can happen. Those of a finding carry its check and severity.
const (
	DeviceJoined    Happening = "joined"          // a device that was never here
	DeviceRenewed   Happening = "private-address" // a known one with another private address
	DeviceBack      Happening = "back"            // a known one that was gone
	DeviceGone      Happening = "gone"            // away or offline, after its kind's patience
	AddressChanged  Happening = "address"         // it has other addresses
	ServiceOpened   Happening = "service"         // it answers on a port where it did not
	FirmwareChanged Happening = "firmware"        // it runs another version
	FindingNew      Happening = "finding-new"
	FindingWorse    Happening = "finding-worse"
	FindingFixed    Happening = "finding-fixed"
	PairingOpen     Happening = "pairing"  // a device was left open for pairing
	PortMapped      Happening = "port-map" // a port of the router was opened to the internet
	SecondDHCP      Happening = "dhcp"     // a second DHCP server answers on a link
	GatewayChanged  Happening = "gateway"  // the router's address has another hardware address
)

// Happenings are all, in the order in which a person would want to hear of them.
func Happenings() []Happening {
	return []Happening{
		FindingNew, FindingWorse, DeviceJoined, GatewayChanged, SecondDHCP, PortMapped, PairingOpen, ServiceOpened,
		FindingFixed, FirmwareChanged, DeviceRenewed, AddressChanged, DeviceGone, DeviceBack,
	}
}

// Event is one thing that happened. It is kept for EventsKept, at most MaxEvents.
type Event struct {
	ID     uint64    `json:"id"` // grows by one from event to event, never used twice
	At     time.Time `json:"at"` // of what goes where a person goes: the day
	What   Happening `json:"what"`
	Device string    `json:"device,omitempty"` // its ID then; empty for the home's
	Name   string    `json:"name,omitempty"`   // as it was called then
	Kind   Kind      `json:"kind,omitempty"`
	Link   string    `json:"link,omitempty"`
	// Check, Service and Severity are of the finding or the open service.
	Check    string   `json:"check,omitempty"`
	Service  string   `json:"service,omitempty"`
	Severity Severity `json:"severity"`
	Was      string   `json:"was,omitempty"`
	Now      string   `json:"now,omitempty"`
	Words    string   `json:"words"` // a sentence for the household, in English
}

// How much is kept of what happened.
const (
	EventsKept = 90 * 24 * time.Hour
	MaxEvents  = 4096
)

// Day is how a device spent a day of the last EventsKept.
type Day struct {
	Date string `json:"date"` // "2006-01-02", the router's time zone
	// Minutes is how long it was here. It is 0 for what goes where a person goes:
	// of that only Seen is known.
	Minutes int  `json:"minutes,omitempty"`
	Seen    bool `json:"seen"`
}
