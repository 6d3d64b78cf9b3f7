package logins

import (
	"maps"
	"regexp"
	"slices"
	"sync"
	"time"
)

// entry is a record made ready. Its gate stays out of the Record that is given
// out.
type entry struct {
	meta
	patterns map[string]func() *regexp.Regexp
	window   time.Duration
}

// record is the entry as it is given out, with lists of its own.
func (e *entry) record() Record {
	m := e.meta
	return Record{
		ID: m.ID, Vendor: m.Vendor, Models: slices.Clone(m.Models), Auth: m.Auth.Type, Path: m.Auth.Path,
		Form: m.Auth.form(), Logout: m.Auth.Logout, Pairs: hide(m.Pairs), Status: m.Success.Status,
		Inside: compiled(m.Success.Inside), Refused: compiled(m.Refused),
		Lockout: Lockout{Max: m.Lockout.Max, Window: e.window, Says: compiled(m.Lockout.Says)}, Fix: m.Fix, Provision: m.Provision,
		Source: m.Source.URL, Grade: m.Source.Grade, Checked: m.Checked, Verified: m.Verified,
	}
}

// form is how the login is posted.
func (a auth) form() Form {
	return Form{
		Login: a.Login, Action: a.Action, User: a.Fields.User, Pass: a.Fields.Pass,
		Body: maps.Clone(a.Body), Token: a.Token, Header: a.Header,
	}
}

func hide(pairs []pair) []Pair {
	hidden := make([]Pair, 0, len(pairs))
	for _, p := range pairs {
		hidden = append(hidden, Pair{User: p.User, Pass: Hide(p.Pass), ValidUntilFirmware: p.ValidUntilFirmware})
	}
	return hidden
}

// ready makes a Set of checked records, which are sorted by ID.
func ready(records []meta, common []*generic) *Set {
	s := &Set{generic: common}
	for _, m := range records {
		e := &entry{meta: m, patterns: make(map[string]func() *regexp.Regexp, len(m.Gate.Match))}
		e.window, _ = time.ParseDuration(m.Lockout.Window) // 0 for none
		for field, pattern := range m.Gate.Match {
			e.patterns[field] = later(pattern)
		}
		s.entries = append(s.entries, e)
	}
	return s
}

// later is a pattern that is compiled when first needed; nil if it cannot be.
func later(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp {
		re, err := regexp.Compile(pattern)
		if err != nil {
			return nil
		}
		return re
	})
}
