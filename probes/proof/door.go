// Package proof shows that a login opens a device, without harm to it: one door
// for each way to log in, and the steps that make a success convincing.
package proof

import (
	"context"
	"errors"
	"net"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
)

// Door is one protected thing and the ways to knock on it. It serves one
// goroutine and one run of a check.
type Door interface {
	// Name is how the door is called in evidence: "GET /admin", "SSH".
	Name() string
	// Look is the baseline: it asks for the protected thing without a login,
	// and puts what came back in words.
	Look(ctx context.Context) (State, string, error)
	// Try asks for it with one login, on a visit of its own. Rejected is a clear
	// no and Accepted what only a visitor inside sees; any sign of locking is
	// Locked and all else Unclear. It logs out and drops the session before it
	// returns, also when ctx has ended. The words hold no password, cookie,
	// token or body; an error means that no answer was had.
	Try(ctx context.Context, l Login) (probes.Outcome, string, error)
}

// errStale is a device's word that it did not look at a login, since its challenge
// had grown old. Whether it counted it nobody knows, so that sending it once more
// is another try.
var errStale = errors.New("it did not look at the login, as its challenge had grown old")

// State is how a door stands for somebody without a login.
type State int

// The states of a door.
const (
	Unclear State = iota
	Closed        // asks for a login
	Open          // lets anybody in
)

// Login is a user name with its password. Either may be empty.
type Login struct{ User, Password string }

var openers = map[string]func(*probes.Pass, logins.Record) Door{}

// register adds a way to log in, under the word that records have for it in
// auth.type. It is called while the program initialises.
func register(auth string, open func(*probes.Pass, logins.Record) Door) bool {
	openers[auth] = open
	return true
}

// Of is the door that r speaks of on p's service; nil when nobody here speaks
// r.Auth. It sends nothing.
func Of(p *probes.Pass, r logins.Record) Door {
	if open := openers[r.Auth]; open != nil {
		return open(p, r)
	}
	return nil
}

// Look knocks on r's door without a login and keeps what was heard as evidence.
// door is nil when nobody here speaks r.Auth.
func Look(ctx context.Context, p *probes.Pass, r logins.Record) (door Door, state State, err error) {
	return look(ctx, p, r, secretsOf(r))
}

func look(ctx context.Context, p *probes.Pass, r logins.Record, secrets []string) (door Door, state State, err error) {
	if door = Of(p, r); door == nil {
		return nil, Unclear, nil
	}
	state, heard, err := door.Look(ctx)
	if err != nil {
		return door, Unclear, hush(err, secrets)
	}
	p.Saw(door.Name()+" without a login", struck(heard, secrets...))
	return door, state, nil
}

// dial connects to ep and hangs up when ctx ends; the caller calls hangUp.
func dial(ctx context.Context, r probes.Reach, ep lan.Endpoint) (conn net.Conn, hangUp func(), err error) {
	conn, err = r.Dial(ctx, ep)
	if err != nil {
		return nil, nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	return conn, func() { stop(); _ = conn.Close() }, nil
}
