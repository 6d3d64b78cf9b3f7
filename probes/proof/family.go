package proof

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
)

// family is how the devices of one vendor family are logged in to, where it is
// a script in the browser that hashes or encodes the password. Its steps share
// a stay, which keeps the first error and the last page; words that they give
// hold codes and counters, never what the device wrote.
type family struct {
	name string // of the door in evidence
	path string // of the protected thing, where a record names none
	// peek asks for the protected thing with what the stay has.
	peek func(context.Context, *stay) (State, string)
	// enter sends one login. Accepted means that the device said so; only what
	// peek sees afterwards makes it true.
	enter func(context.Context, *stay, Login) (probes.Outcome, string)
	leave func(context.Context, *stay) // nil where there is no session to end
	hash  func(string) string          // where families differ in nothing else
	whole bool                         // enter itself has seen the protected thing
	exact bool                         // its counters are all there is to say of locking
}

// stay is one visit to a device of a family, and what the family keeps of it.
type stay struct {
	*visitor
	*family
	record  logins.Record
	at      string // path of the protected thing
	before  []byte // the page last looked at
	last    *page
	err     error  // the first; nothing is asked after it
	session string // as it goes into questions
	key     string // with which questions are signed
	step    int    // number of the last question
	locked  string // the first sign of locking, empty for none
}

// as registers the family under a record's auth.type.
func (f *family) as(auth string) bool {
	return register(auth, func(p *probes.Pass, r logins.Record) Door { return &familyDoor{f, p, r} })
}

// familyDoor is a device of a family. Every knock is a stay of its own.
type familyDoor struct {
	*family
	pass   *probes.Pass
	record logins.Record
}

func (d *familyDoor) Name() string { return d.name }

func (d *familyDoor) stay() *stay {
	s := &stay{visitor: visit(d.pass), family: d.family, record: d.record, at: d.path, last: &page{}}
	if d.record.Path != "" {
		s.at = d.record.Path
	}
	return s
}

func (d *familyDoor) Look(ctx context.Context) (State, string, error) {
	s := d.stay()
	state, words := d.peek(ctx, s)
	if s.err != nil {
		return Unclear, "", s.err
	}
	return state, s.line(words), nil
}

func (d *familyDoor) Try(ctx context.Context, l Login) (probes.Outcome, string, error) {
	s := d.stay()
	outcome, words := d.enter(ctx, s, l)
	if outcome != probes.Rejected && d.leave != nil { // a session may be open also when the answer was lost
		defer d.goAway(ctx, s)
	}
	words = s.line(words)
	if outcome == probes.Accepted && s.err == nil && !d.whole {
		state, seen := d.peek(ctx, s)
		words += "; then " + s.line(seen)
		if state != Open {
			outcome = probes.Unclear
		}
	}
	switch {
	case outcome != probes.Accepted && s.locked != "":
		return probes.Locked, s.locked, nil
	case s.err != nil:
		return probes.Unclear, "", s.err
	}
	return outcome, words, nil
}

// line is the status of the last answer, and words.
func (s *stay) line(words string) string {
	if words == "" {
		return s.last.line
	}
	return s.last.line + ", " + words
}

// goAway logs out, also when ctx has ended or the conversation failed.
func (d *familyDoor) goAway(ctx context.Context, s *stay) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	s.err = nil
	d.leave(ctx, s)
}

// send asks with a body, as a script on the device's own page would; header has
// names and values in turn. It notes signs of locking: a device that answers a
// login with them, whatever else it says, is not to be tried again.
func (s *stay) send(ctx context.Context, path, body string, header ...string) *page {
	kind := "application/x-www-form-urlencoded"
	switch {
	case strings.HasPrefix(body, "<"):
		kind = "text/xml; charset=utf-8"
	case strings.HasPrefix(body, "{"), strings.HasPrefix(body, "["):
		kind = "application/json"
	}
	p := s.from(ctx, http.MethodPost, path, body, append([]string{"Content-Type", kind, "Origin", s.origin()}, header...)...)
	s.lock(!s.exact && p.locks(s.record, s.before))
	return p
}

// from asks with the device's own page as where it comes from, which many want.
// What could not be asked is an empty page.
func (s *stay) from(ctx context.Context, method, path, body string, header ...string) *page {
	s.last = &page{}
	if s.err != nil {
		return s.last
	}
	p, err := s.ask(ctx, method, path, body, append([]string{"Referer", s.origin() + "/"}, header...)...)
	if err != nil {
		s.err = err
		return s.last
	}
	s.last = &p
	s.lock(p.turnsAway())
	return s.last
}

// look is a GET of from.
func (s *stay) look(ctx context.Context, path string) *page {
	p := s.from(ctx, http.MethodGet, path, "")
	s.before = p.body
	return p
}

// lock notes a sign of locking, and reports whether there was one.
func (s *stay) lock(sign bool) bool {
	if sign && s.locked == "" {
		s.locked = s.line("says that it is locked, or has few tries left")
	}
	return s.locked != ""
}

// shows reports whether p is the protected thing: a success with mark on it,
// and with what the record wants to see.
func (s *stay) shows(p *page, mark bool) bool {
	return p.status/100 == 2 && mark && (s.record.Inside == nil || s.record.Inside.Match(p.body))
}

// odd is what is said of a device that asks for a login as none of its family.
const odd = "asks in a way we do not speak"

// fewest is how many tries a device must have left for one more.
const fewest = 3

// few reports whether a counter of tries left is too low.
func few(left string) bool {
	n, err := strconv.Atoi(left)
	return err == nil && n < fewest
}

// some reports whether a counter, or a number of seconds, is there and not 0.
func some(count string) bool { return strings.Trim(count, "0") != "" }

// code is a device's own number for what came of a question, made safe to show.
func code(text string) string {
	if text == "" || len(text) > 16 || strings.Trim(text, "-0123456789") != "" {
		return "no code"
	}
	return "code " + text
}

// plain reports whether a word of the device's can stand in a path, a header or
// a question as it is.
func plain(word string) bool {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-./:=_"
	return word != "" && len(word) <= 512 && strings.Trim(word, letters) == ""
}
