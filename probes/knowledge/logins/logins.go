// Package logins knows the factory logins that makers document.
package logins

import (
	"regexp"

	"github.com/homesweep/homesweep/probes/lan"
)

// Set is the loaded records.
type Set struct{}

// Load reads the embedded records.
func Load() (*Set, error) { return &Set{}, nil }

// Documented are the records whose gate matches service s of device d.
func (s *Set) Documented(d lan.Device, svc lan.Service) []Record { return nil }

// Common are the few generic pairs for svc's protocol and d's kind.
func (s *Set) Common(d lan.Device, svc lan.Service) []Record { return nil }

// Record is one model family's documented login on one protocol.
type Record struct {
	ID     string
	Vendor string
	Auth   string // "basic", "digest", "telnet", "ftp"
	Path   string // of the protected page, for HTTP
	Pairs  []Pair
	// Inside matches what only a logged-in visitor sees (page body, prompt);
	// nil when the status alone proves it.
	Inside *regexp.Regexp
	Fix    string // how the owner changes it, ≤ 3 short steps
	Source string // URL of the public source
}

// Pair is one user name and password.
type Pair struct {
	User string
	Pass Secret
}

// Secret prints as ***; only the code that sends it calls Reveal.
type Secret struct{ text string }
