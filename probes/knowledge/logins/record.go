package logins

import (
	"regexp"
	"slices"
	"time"
)

// Record is one model family's login on one protocol.
type Record struct {
	ID     string
	Vendor string
	Models []string
	Auth   string // the word of its way to log in: "basic", "telnet"; "auto" only from All
	Path   string // of the protected page, for HTTP; of the stream, for RTSP
	Form   Form   // for Auth "form" and "json"
	Logout string // path that ends a session, "POST " before it where GET does not; empty when not known
	Pairs  []Pair
	// Status is what a logged-in visitor gets: an HTTP status, or FTP's 230.
	// 0 for telnet.
	Status int
	// Inside matches what only a logged-in visitor sees (page body, prompt);
	// nil when the status alone proves it.
	Inside *regexp.Regexp
	// Refused matches the family's own "no"; nil when none is known.
	Refused *regexp.Regexp
	Lockout Lockout
	Fix     string // how the owner changes it, at most 3 short steps

	Provision string // of ETSI EN 303 645
	Source    string // URL of the public source
	Grade     string // "A" the maker's own word, "B" another that names the model
	Checked   string // YYYY-MM-DD on which somebody read the source; empty when nobody did
	Verified  bool   // somebody read the source and it says so
	// Generic marks a record of Common: it names no model and has no source.
	Generic bool
	Why     string // of a generic record: why these pairs
}

// Form is how a login is posted. An empty field is found by reading the page.
type Form struct {
	Login      string // form: the page on which it stands; json: the path to which it is posted
	Action     string // form: the path to which a script posts it
	User, Pass string // names of the fields; for json dots nest
	Body       map[string]any
	Token      string // json: dotted name of the session token in the answer
	Header     string // json: the field in which it is sent, with * for it
}

// Pair is one user name and password.
type Pair struct {
	User string
	Pass Secret
	// ValidUntilFirmware is the last firmware that comes with the pair; empty
	// when no end is known.
	ValidUntilFirmware string
}

// Lockout is what the family does after wrong passwords. The zero Lockout means
// that nothing is known, not that there is none.
type Lockout struct {
	Max    int           // wrong passwords before it locks
	Window time.Duration // how long it stays locked
	// Says matches the family's own words for being locked, or for having few
	// tries left; nil when none are known.
	Says *regexp.Regexp
}

// current drops the pairs that firmware is known to have outgrown, or that
// cannot be compared with it. Without a known firmware all of them stay.
func current(pairs []Pair, firmware string) []Pair {
	return slices.DeleteFunc(slices.Clone(pairs), func(p Pair) bool {
		if p.ValidUntilFirmware == "" || firmware == "" {
			return false
		}
		order, ok := compare(firmware, p.ValidUntilFirmware)
		return !ok || order > 0
	})
}
