package lan

import "time"

// Guideline is what was seen of one of the 13 guidelines of the UK Code of
// Practice for Consumer IoT Security, on a device or in the whole home.
type Guideline struct {
	Number  int     `json:"number"`  // 1..13
	Title   string  `json:"title"`   // in the Code's words: "No default passwords"
	Verdict Verdict `json:"verdict"` // of the worst check; unknown where none came to an answer
	// Checked of Possible: how many of the checks that look at it here came to an
	// answer. Possible is 0 where nothing can be seen from the network.
	Checked  int    `json:"checked"`
	Possible int    `json:"possible"`
	Words    string `json:"words"`             // the verdict as a household reads it
	Why      string `json:"why,omitempty"`     // what could not be looked at, and why
	Instead  string `json:"instead,omitempty"` // what a person can do about that
	// Steps are for guideline 11: how to give the device away, in order.
	Steps      []string    `json:"steps,omitempty"`
	Provisions []Provision `json:"provisions"`
	// Devices are the IDs of those with a problem; for the home only.
	Devices []string `json:"devices,omitempty"`
}

// Provision is the same of one provision of ETSI EN 303 645. A device lists those
// that something was seen of; the home lists all, with their meaning.
type Provision struct {
	ID      string   `json:"provision"`         // "5.1-1"
	Meaning string   `json:"meaning,omitempty"` // in a few words of ours; for the home only
	Status  string   `json:"status,omitempty"`  // "M", "R", "MF" … as in its table B.1; for the home only
	Seen    string   `json:"seen,omitempty"`    // how it can be seen from here: "directly", "by its signs", "from records", "not"; for the home only
	Verdict Verdict  `json:"verdict"`
	Checks  []string `json:"checks,omitempty"` // that look at it
	Why     string   `json:"why,omitempty"`
	Instead string   `json:"instead,omitempty"`
}

// Urgency is what the order of problems rests on, the weightiest first. Its zero
// is an ordinary problem of which nothing more is known.
type Urgency struct {
	Exploited bool    `json:"exploited,omitempty"` // criminals are known to use it
	Exposed   bool    `json:"exposed,omitempty"`   // the internet can reach it
	NoFix     bool    `json:"no_fix,omitempty"`    // there will never be an update
	EPSS      float64 `json:"epss,omitempty"`      // likelihood of attacks within 30 days, 0 to 1 (FIRST)
	CVSS      float64 `json:"cvss,omitempty"`      // severity by itself, 0 to 10
}

// Ref names one finding of a sweep.
type Ref struct {
	Device  string `json:"device"`
	Check   string `json:"check"`
	Service string `json:"service,omitempty"`
}

// Knowledge is which knowledge a sweep judged by.
type Knowledge struct {
	Serial  int64     `json:"serial"` // grows with every edition
	Created time.Time `json:"created,omitzero"`
	Layers  []string  `json:"layers,omitempty"` // what an owner or provider laid over it, by name
}
