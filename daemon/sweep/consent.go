package sweep

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// Request is one service on which factory logins would be tried.
type Request struct {
	Device  lan.Device
	Service lan.Service
	Logins  []PlannedLogin // never a password

	// Opened is whether it is about a login that is known to have opened the service
	// and not to be refused since: of all that is asked for, whether there is such a
	// one among it; of a single try, whether it is that.
	Opened bool

	opened []string // those logins, as proof.Names has them
	lock   int      // wrong passwords at which the device is known to lock, by any of its services; 0 not known
}

// Clear reports whether the password would cross the network unprotected by a
// protocol that has no other way. That wants a word of its own.
func (a Request) Clear() bool { return slices.Contains([]string{"telnet", "ftp"}, a.Service.Name) }

// Allowed says why no login may be tried on a's service now, in a sentence; the
// empty one allows it. It is asked before each try: an owner may change their mind.
type Allowed func(a Request) (why string)

// Consent is asked once, when all else is done, with everything on which a login
// would be tried, and blocks until there is an answer. It is not asked when there
// is nothing to try.
type Consent func(ctx context.Context, all []Request) Allowed

// Yes is the consent of whoever has given it already.
func Yes(context.Context, []Request) Allowed { return func(Request) string { return "" } }

// Why a login is not tried, as the reader of a finding meets it.
const (
	notAllowed = "It was not tried, as nobody allowed it."
	suffers    = "It was not tried, as the device does not bear being asked."
	noLedger   = "It was not tried, as the budget of wrong passwords cannot be kept."
	tooSlow    = "It was not tried, as the device took too long over the logins before."
	cutShort   = "It was not tried, as the sweep was stopped."
)

// text names what there is to try.
func (a Request) text() string {
	var words []string
	for _, l := range a.Logins {
		words = append(words, fmt.Sprintf("the factory login %s, account %q", l.Record, l.Account))
	}
	return strings.Join(words, "; ")
}
