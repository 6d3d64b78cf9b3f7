package probetest

import (
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

// Device is one fake device: what it is, what a sweep ought to say of it, and
// how it behaves. It is read by Load and never changed; one Device may be
// started several times, on Nets of their own.
type Device struct {
	Name     string  `json:"name"`     // the folder's name: "tplink-archer-ax21"
	MAC      lan.MAC `json:"mac"`      // with the maker's real prefix
	Hostname string  `json:"hostname"` // what it would tell a DHCP server, may be empty
	Truth    Truth   `json:"truth"`
	Open     []Port  `json:"open"` // every listener's port
	// Problems are the IDs of checks that must fail on this device, NoProblems
	// of checks that must not; "*" there means none but Problems.
	Problems   []string `json:"problems"`
	NoProblems []string `json:"no_problems"`
	// Source says where the bytes come from: "recorded from …" or "built from
	// URL …".
	Source string `json:"source"`

	Accounts  []Account  `json:"accounts"`
	Listeners []Listener `json:"listeners"`
	SSDP      *SSDP      `json:"ssdp"`
	MDNS      *MDNS      `json:"mdns"`
	Fragile   *Fragile   `json:"fragile"`

	files map[string][]byte // the folder's other files, decoded
}

// Truth is what the device really is, in the words of lan.Device. An empty
// field cannot be known from the network.
type Truth struct {
	Kind     lan.Kind `json:"kind"`
	Vendor   string   `json:"vendor"`
	Model    string   `json:"model"`
	Hardware string   `json:"hardware"`
	Firmware string   `json:"firmware"`
}

// Port is one open port and what a sweep ought to call it; an empty field
// claims nothing.
type Port struct {
	Transport lan.Transport `json:"transport"`
	Port      uint16        `json:"port"`
	Name      string        `json:"name"` // IANA's, or "unknown"
	Product   string        `json:"product"`
	Version   string        `json:"version"`
	TLS       bool          `json:"tls"`
}

// Key names the port as lan.Service.Key does: "tcp/80".
func (p Port) Key() string { return portKey(p.Transport, p.Port) }

// Account is one login of the device, shared by every protocol that names it.
type Account struct {
	Name string `json:"name"` // how listeners refer to it
	User string `json:"user"`
	Pass string `json:"pass"`
	// LockAfter wrong passwords the account is locked until the device is
	// closed; 0 is never. A locked account refuses the right password too.
	LockAfter int `json:"lock_after"`
	// LockStatus is what HTTP and RTSP then answer: 403 (also for 0), 423 or
	// 429.
	LockStatus int `json:"lock_status"`
}

// Forbids reports whether check failing on the device would be a false alarm.
func (d *Device) Forbids(check string) bool {
	if slices.Contains(d.Problems, check) {
		return false
	}
	return slices.Contains(d.NoProblems, check) || slices.Contains(d.NoProblems, "*")
}

func (d *Device) account(name string) (Account, bool) {
	i := slices.IndexFunc(d.Accounts, func(a Account) bool { return a.Name == name })
	if i < 0 {
		return Account{}, false
	}
	return d.Accounts[i], true
}
