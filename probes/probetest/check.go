package probetest

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of what a device may say it has.
const (
	maxListeners = 64
	maxAccounts  = 16
)

var (
	namePattern  = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	checkPattern = regexp.MustCompile(`^([a-z0-9]+(-[a-z0-9]+)*|\*)$`)
)

// check reports the first thing wrong with the definition.
func (d *Device) check() error {
	return errors.Join(d.checkIdentity(), d.checkVerdicts(), d.checkAccounts(), d.checkListeners(), d.checkAnnouncements())
}

func (d *Device) checkIdentity() error {
	switch {
	case !namePattern.MatchString(d.Name):
		return fmt.Errorf("name %q: use lower case words joined by hyphens", d.Name)
	case d.MAC.IsZero() || d.MAC.IsGroup():
		return fmt.Errorf("mac %q is not a device's hardware address", d.MAC)
	case !slices.Contains(lan.Kinds, d.Truth.Kind):
		return fmt.Errorf("truth.kind %q is not one of the kinds", d.Truth.Kind)
	case !strings.HasPrefix(d.Source, "recorded from ") && !strings.HasPrefix(d.Source, "built from "):
		return errors.New(`source: say "recorded from …" or "built from …" and name the public document`)
	}
	return nil
}

func (d *Device) checkVerdicts() error {
	for _, id := range slices.Concat(d.Problems, d.NoProblems) {
		if !checkPattern.MatchString(id) {
			return fmt.Errorf("problems: %q is not a check's ID", id)
		}
	}
	for _, id := range d.Problems {
		if id == "*" || slices.Contains(d.NoProblems, id) {
			return fmt.Errorf("problems: %q cannot be both wanted and unwanted", id)
		}
	}
	return nil
}

func (d *Device) checkAccounts() error {
	if len(d.Accounts) > maxAccounts {
		return fmt.Errorf("accounts: %d, at most %d", len(d.Accounts), maxAccounts)
	}
	for i, a := range d.Accounts {
		switch found, _ := d.account(a.Name); {
		case a.Name == "" || found != a || slices.Contains(d.Accounts[:i], a):
			return fmt.Errorf("accounts: name %q is empty or used twice", a.Name)
		case a.LockAfter < 0:
			return fmt.Errorf("accounts: %s: lock_after is below 0", a.Name)
		case !slices.Contains([]int{0, 403, 423, 429}, a.LockStatus):
			return fmt.Errorf("accounts: %s: lock_status %d is not 403, 423 or 429", a.Name, a.LockStatus)
		}
	}
	return nil
}

func (d *Device) checkListeners() error {
	if len(d.Listeners) > maxListeners {
		return fmt.Errorf("listeners: %d, at most %d", len(d.Listeners), maxListeners)
	}
	seen := map[string]bool{}
	for i := range d.Listeners {
		l := &d.Listeners[i]
		if seen[l.key()] {
			return fmt.Errorf("listeners: %s is there twice", l.key())
		}
		seen[l.key()] = true
		if err := l.check(d); err != nil {
			return fmt.Errorf("listeners: %s: %w", l.key(), err)
		}
	}
	if len(d.Open) != len(d.Listeners) {
		return fmt.Errorf("open: %d ports, but %d listeners", len(d.Open), len(d.Listeners))
	}
	for i, p := range d.Open {
		if !seen[p.Key()] || slices.ContainsFunc(d.Open[:i], func(q Port) bool { return q.Key() == p.Key() }) {
			return fmt.Errorf("open: %s has no listener, or is there twice", p.Key())
		}
	}
	return nil
}

func (d *Device) checkAnnouncements() error {
	if d.SSDP != nil {
		if err := d.SSDP.check(); err != nil {
			return fmt.Errorf("ssdp: %w", err)
		}
	}
	if d.MDNS != nil {
		if err := d.MDNS.check(); err != nil {
			return fmt.Errorf("mdns: %w", err)
		}
	}
	if d.Fragile != nil {
		return d.Fragile.check()
	}
	return nil
}

// wantsFile reports a file that the folder lacks; no name is no file.
func (d *Device) wantsFile(name string) error {
	if _, ok := d.files[name]; name != "" && !ok {
		return fmt.Errorf("file %q is not in the folder", name)
	}
	return nil
}

// wantsAccount reports an account that the device lacks; no name is no account.
func (d *Device) wantsAccount(name string) error {
	if _, ok := d.account(name); name != "" && !ok {
		return fmt.Errorf("account %q is not among accounts", name)
	}
	return nil
}

// oneLine reports text that would break a protocol's line.
func oneLine(field, text string) error {
	if strings.ContainsFunc(text, unicode.IsControl) {
		return fmt.Errorf("%s %q holds a control character", field, text)
	}
	return nil
}
