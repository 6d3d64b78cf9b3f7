package proof

import (
	"encoding/base64"
	"errors"
	"fmt"
	"html"
	"net/url"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
)

// secretsOf are the passwords of the records, as struck wants them.
func secretsOf(records ...logins.Record) (all []string) {
	for _, r := range records {
		for _, pair := range r.Pairs {
			all = append(all, spelt(Login{pair.User, pair.Pass.Reveal()})...)
		}
	}
	return all
}

// spelt are the ways in which a device may repeat a password: as it was sent by
// Basic or a script, in an address, on a page, between quotes, as it is.
func spelt(l Login) []string {
	if l.Password == "" {
		return nil
	}
	quoted := strconv.Quote(l.Password)
	return []string{
		strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(l.User+":"+l.Password)), "="),
		strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(l.Password)), "="),
		url.QueryEscape(l.Password), url.PathEscape(l.Password), html.EscapeString(l.Password),
		quoted[1 : len(quoted)-1], l.Password,
	}
}

// struck is a stranger's words without the secrets, which a device may well
// repeat: as an echo, or in the name of its realm. It strikes before and after
// the words are made printable, since that can join what was apart.
func struck(words string, secrets ...string) string {
	for _, secret := range secrets {
		if secret != "" {
			words = strings.ReplaceAll(words, secret, "***")
			words = strings.ReplaceAll(lan.Printable(words, lan.MaxRaw), secret, "***")
		}
	}
	return words
}

// hushed is an error with the secrets struck out of its words: one of a broken
// answer quotes it.
type hushed struct {
	error
	words string
}

func (h hushed) Error() string { return h.words }
func (h hushed) Unwrap() error { return h.error }

func hush(err error, secrets []string) error {
	if err == nil {
		return nil
	}
	return hushed{err, struck(err.Error(), secrets...)}
}

// unaddressed is an error of a visit without the address, which may hold a login
// or a session.
func unaddressed(err error) error {
	var where *url.Error
	if errors.As(err, &where) {
		err = where.Err
	}
	return fmt.Errorf("asking the device: %w", err)
}
