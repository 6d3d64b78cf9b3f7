// Package probes is the whole contract between the sweep and what it is made
// of: a Source hears devices, an Identifier names a service, a Check judges
// one, and Reach is the only road any of them has to the network.
package probes

import (
	"context"
	"errors"
	"net"
	"net/http"

	"github.com/homesweep/homesweep/probes/knowledge"
	"github.com/homesweep/homesweep/probes/lan"
)

// Source hears devices on one link.
type Source interface {
	// Name is the word under which its sightings are kept: "arp".
	Name() string
	// Discover asks or listens until it has heard what there is to hear or ctx
	// ends, which is not an error. It calls see once for each thing heard, from
	// one goroutine at a time, and never after it has returned. Discover itself
	// is called once a sweep and link, concurrently with other sources. An
	// error means that the source could not work here; it wraps the cause and
	// says what to do.
	Discover(ctx context.Context, link lan.Link, see func(lan.Sighting)) error
}

// Identifier names the service behind an open endpoint.
type Identifier interface {
	// Name is the word of the protocol in logs: "ssh".
	Name() string
	// Likely reports whether the identifier wants to try: by what the service
	// said first (greeting, possibly empty), else by the port's usual owner.
	// It does no I/O.
	Likely(ep lan.Endpoint, greeting []byte) bool
	// Identify asks its one question. r.Dial's first call gives the connection
	// on which greeting was read, greeting included. ErrNotMine passes the
	// endpoint on to the next identifier; any other error ends the endpoint's
	// turn, with what is known so far in the Service.
	Identify(ctx context.Context, r Reach, ep lan.Endpoint) (lan.Service, error)
}

// ErrNotMine is an Identifier's "this is not my protocol".
var ErrNotMine = errors.New("not this identifier's protocol")

// Errors of a Reach. Each means that nothing was sent.
var (
	ErrScope      = errors.New("the address is outside the home's network")
	ErrBudget     = errors.New("the budget is used up")
	ErrNeverWrite = errors.New("nothing is ever written to this port")
)

// Reach is the one road to the network: in scope, within budget, paced and
// recorded. It is safe for concurrent use.
type Reach interface {
	// Dial connects to ep (after a TLS handshake when ep.TLS), waiting for the
	// device's turn. As with net.Dialer, ctx bounds the dialling only; but the
	// connection starts with ctx's deadline. Certificates are not verified: on
	// a home network they are something to read, not to trust.
	Dial(ctx context.Context, ep lan.Endpoint) (net.Conn, error)
	// Ask sends one datagram and returns the first answer that ep itself gives,
	// at most 4 KiB. Silence until ctx ends, or for a second after it was sent,
	// is context.DeadlineExceeded.
	Ask(ctx context.Context, ep lan.Endpoint, datagram []byte) ([]byte, error)
	// HTTP is a client pinned to ep: whatever host a URL names, it talks to ep.
	// It follows no redirect, keeps no cookie and no idle connection.
	HTTP(ep lan.Endpoint) *http.Client
}

// Check judges one thing about a device or one of its services.
type Check struct {
	ID        string // schema 1's word: "telnet-open"
	Topic     string // what is looked at, in a few plain words: "Its video stream"
	Title     string // the problem in plain words, as a household reads it
	Advice    string // what to do about it, one or two sentences
	Guideline int    // 1..13 of the UK Code of Practice
	Provision string // of ETSI EN 303 645: "5.6-1"
	Severity  lan.Severity
	Touch     lan.Touch // the least touch at which Run may be called

	// Applies is asked with each service of the device, and once with the zero
	// Service for what concerns the device as a whole. It does no I/O.
	Applies func(lan.Device, lan.Service) bool
	// Run judges. An error leaves the verdict unknown and is noted as such; a
	// panic counts as one. Run is called from the goroutine that owns the
	// device, starts no goroutine and asks the network by p.Reach only.
	Run func(ctx context.Context, p *Pass) (lan.Verdict, error)
}

// Pass is what one run of a check is handed, and where it leaves its evidence.
type Pass struct {
	Device    lan.Device
	Service   lan.Service // zero for the device as a whole
	Reach     Reach
	Knowledge *knowledge.Base
	Logins    LoginSet // which default logins may be tried
	// Opened are the logins, as Try.Login names them, that were seen to open this
	// service and not to be refused since. They are tried first: the others may be
	// refused by Try.
	Opened []string
	// Try asks the login ledger for one try and, only if it is granted and
	// safely written down, calls attempt once. It may wait, so that two tries
	// on one account are far enough apart. A refusal is ErrBudget with the
	// reason. Try is nil below touch "login".
	Try func(ctx context.Context, t Try, attempt Attempt) (Outcome, error)

	// What Run may say beyond its verdict. Empty fields take the Check's own:
	// its Title and Advice for a problem, its Topic and no advice otherwise.
	Title    string
	Advice   string
	Severity *lan.Severity
	Steps    []string // the advice for this very family, at most five
	Urgency  lan.Urgency
	Evidence []lan.Evidence
}

// maxEvidence is how many exchanges a finding keeps.
const maxEvidence = 8

// Saw keeps one exchange as evidence, printable and cut to size. It never gets
// a password: callers name a login by its record.
func (p *Pass) Saw(said, heard string) {
	if len(p.Evidence) < maxEvidence {
		p.Evidence = append(p.Evidence, lan.Evidence{
			Said: lan.Printable(said, lan.MaxRaw), Heard: lan.Printable(heard, lan.MaxRaw),
		})
	}
}

// Grade overrules the check's severity for this finding.
func (p *Pass) Grade(s lan.Severity) { p.Severity = &s }

// LoginSet says which default logins a sweep may try.
type LoginSet string

// The sets: documented defaults of the exact family, or also the few generic
// pairs.
const (
	Documented LoginSet = "documented"
	Common     LoginSet = "common"
)

// Try is one login try to be charged to a device's budget.
type Try struct {
	Account string // the user name; empty for a password alone
	Login   string // which documented login it is, never its password; empty for no such
	Control bool   // the negative control after a success: meant to be refused
	Lock    int    // wrong passwords at which its family locks; 0 not known
}

// Attempt sends one login and says what came of it.
type Attempt func(context.Context) (Outcome, error)

// Outcome is what came of a login try. The zero Outcome is Unclear, which
// counts as a wrong password against the budget.
type Outcome int

// The outcomes of a login try.
const (
	Unclear  Outcome = iota
	Rejected         // the device said no
	Accepted         // the device let us in
	Locked           // the device showed a sign of locking: no more tries for 24 h
)

// String is the outcome's word in the ledger.
func (o Outcome) String() string {
	return [...]string{"unclear", "rejected", "accepted", "locked"}[o]
}
