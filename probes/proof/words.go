package proof

import (
	"regexp"
	"sync"

	"github.com/homesweep/homesweep/probes/knowledge/logins"
)

// The words of login programs on terminals, SSH and FTP. A line there is an
// answer to us, where a web page may be about anything.
var (
	// lockLines are how they say "not any more", and that few tries are left.
	lockLines = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)\block(ed|out)\b|\bblocked\b|\bbanned\b|too many|exceed|maximum [^\n]{0,20}(tries|attempts|retries|failures)|` +
			`\b(log ?in|try|retry)( again)? (later|(in|after) \d)|\bretry (in|after|later)\b|after trying \d|` +
			`\b(left|remain\w*)\b\D{0,20}\b[012]\b|\b[012]\b( more)?( \w+)? (left|remain)`)
	})
	// refusals are how they say no.
	refusals = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)incorrect|invalid|denied|fail(s|ed|ure)|wrong|bad (password|user|secret|login)|mismatch|(not|n't|no) (match|such user|authori[sz]ed)|` +
			`unauthori[sz]ed|rejected|illegal (user|login|password)|(user|name|password|login|authentication) error`)
	})
	// doubts are how they say that something else is in the way.
	doubts = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)\berror|\bsorry|\bbusy\b|in use|another (user|session)|already logged|maximum|\blimit\b|reached`)
	})
	// notices are lines about other people's logins, which greet who got in.
	notices = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?im)^[^\n]*\b(last|previous|since|recent|unsuccessful|successful)\b[^\n]*\b(log ?ins?|log ?ons?|attempts?)\b[^\n]*$`)
	})
)

// lockedIn reports whether words, an answer to a login, show a sign of locking:
// in general or in the record's own way. says may be nil.
func lockedIn(words string, says *regexp.Regexp) bool {
	return lockLines().MatchString(words) || lockWords().MatchString(words) || says != nil && says.MatchString(words)
}

// firstUser is the user name of the record's first pair.
func firstUser(r logins.Record) string {
	if len(r.Pairs) == 0 {
		return ""
	}
	return r.Pairs[0].User
}
