package logins

import "github.com/homesweep/homesweep/probes/lan"

// meta is one record as its data file has it.
type meta struct {
	ID      string   `json:"id"`
	Vendor  string   `json:"vendor"`
	Models  []string `json:"models"`
	Gate    gate     `json:"gate"`
	Auth    auth     `json:"auth"`
	Pairs   []pair   `json:"pairs"`
	Success success  `json:"success"`
	Lockout lockout  `json:"lockout,omitzero"`
	Fix     string   `json:"fix"`

	Provision string   `json:"provision"`
	Source    source   `json:"source"`
	Checked   string   `json:"checked,omitempty"` // YYYY-MM-DD on which the source was read
	Verified  bool     `json:"verified,omitempty"`
	Examples  examples `json:"examples,omitzero"`
}

type gate struct {
	Protocol string            `json:"protocol"` // "http", "telnet", "ftp"
	Match    map[string]string `json:"match"`    // field, "vendor" or "model" → RE2 pattern
}

type auth struct {
	Type string `json:"type"` // "basic", "digest", "auto", "telnet", "ftp"
	Path string `json:"path,omitempty"`
}

type pair struct {
	User               string `json:"user"`
	Pass               string `json:"pass"`
	ValidUntilFirmware string `json:"valid_until_firmware,omitempty"`
}

type success struct {
	Status int    `json:"status,omitempty"`
	Inside string `json:"inside,omitempty"`
}

type lockout struct {
	Max    int    `json:"max,omitempty"`
	Window string `json:"window,omitempty"` // as time.ParseDuration reads it
}

type source struct {
	Name  string `json:"name,omitempty"`
	URL   string `json:"url"`
	Grade string `json:"grade"`
}

type examples struct {
	Match    []example `json:"match"`
	NotMatch []example `json:"not_match"`
}

// example is a device and service as the gate sees them.
type example struct {
	Heard    lan.Heard `json:"heard"`
	Vendor   string    `json:"vendor,omitempty"`
	Model    string    `json:"model,omitempty"`
	Firmware string    `json:"firmware,omitempty"`
	Kind     lan.Kind  `json:"kind,omitempty"`
}
