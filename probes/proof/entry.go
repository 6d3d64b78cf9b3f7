package proof

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/homesweep/homesweep/probes/knowledge/logins"
)

// entry is a login form with the places for the login.
type entry struct {
	form
	user, pass int // indexes of inputs; user is -1 where a password is all
}

var (
	otherWords = sync.OnceValue(func() *regexp.Regexp { // names of what no login of ours can fill in
		return regexp.MustCompile(`(?i)captcha|verif|v(?:alid)?code|check_?code|otp|2fa|totp|token`)
	})
	changeWords = sync.OnceValue(func() *regexp.Regexp { // names of a password that is to be set
		return regexp.MustCompile(`(?i)new|confirm|retype|repeat|again|old`)
	})
	cipherWords = sync.OnceValue(func() *regexp.Regexp { // traces of a script that changes the password on its way
		return regexp.MustCompile(`(?i)md5|sha-?(?:1|256|512)|encrypt|crypto|\brsa|btoa|base64|hash\(`)
	})
)

// notText are the kinds of input in which nobody types a user name.
var notText = []string{
	"hidden", "checkbox", "radio", "submit", "button", "reset", "image", "file", "select", "textarea", "range", "color",
}

// entries are the forms with exactly one password, and with at most one place
// for a user name or the one that the record names.
func (m markup) entries(names logins.Form) (all []entry) {
	for _, f := range m.forms {
		e := entry{form: f, user: -1, pass: -1}
		passwords, texts := 0, 0
		for i, in := range f.inputs {
			switch {
			case in.kind == "password":
				passwords++
				e.pass = i
			case names.User != "":
				if in.name == names.User {
					e.user = i
				}
			case !slices.Contains(notText, in.kind) && !in.off:
				e.user = i
				texts++
			}
		}
		if passwords == 1 && texts <= 1 && (names.Pass == "" || f.inputs[e.pass].name == names.Pass) {
			all = append(all, e)
		}
	}
	return all
}

// loginForm is the page's one login form. Where there is none that a visitor
// could send without a browser, why says so.
func (m markup) loginForm(names logins.Form) (e entry, why string) {
	all := m.entries(names)
	switch {
	case len(all) == 1:
		e = all[0]
	case names.Action == "":
		return e, "no form that surely is its login"
	default: // a script makes one
		e = entry{form{inputs: []input{{name: names.User}, {name: names.Pass}}}, 0, 1}
	}
	other := func(in input) bool {
		return in.kind != "hidden" && in.kind != "submit" && otherWords().MatchString(in.name)
	}
	pass := e.inputs[e.pass].name
	switch {
	case m.captcha || slices.ContainsFunc(e.inputs, other):
		return e, "a login that wants more than a password"
	case names.Pass == "" && changeWords().MatchString(pass):
		return e, "a form to set a password"
	case names.Action != "":
		e.set(names.Body)
	case e.loose || e.method != http.MethodPost && e.method != http.MethodGet || pass == "":
		return e, "a login that only a script can send"
	case e.enctype != "" && e.enctype != "application/x-www-form-urlencoded":
		return e, "a login in an encoding of its own"
	}
	return e, ""
}

// set adds constant fields, in place of what the page has under their names.
func (e *entry) set(body map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(body)) {
		value, _ := body[name].(string)
		in := input{kind: "hidden", name: name, value: value}
		if i := slices.IndexFunc(e.inputs, func(old input) bool { return old.name == name }); i >= 0 {
			e.inputs[i] = in
		} else {
			e.inputs = append(e.inputs, in)
		}
	}
}

// filled is the form with a login as it is sent; ok is false where it has no
// place for the user name.
func (e entry) filled(l Login) (body string, ok bool) {
	ok = l.User == "" || e.user >= 0
	var b strings.Builder
	for i, in := range e.inputs {
		switch {
		case i == e.user:
			in.value, in.off = l.User, false
		case i == e.pass:
			in.value, in.off = l.Password, false
		case e.user < 0 && l.User != "" && slices.Contains(in.options, l.User):
			in.value, ok = l.User, true
		case e.user < 0 && l.User != "" && in.kind == "hidden" && in.value == l.User:
			ok = true
		}
		if in.off || in.name == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(in.name) + "=" + url.QueryEscape(in.value))
	}
	return b.String(), ok
}
