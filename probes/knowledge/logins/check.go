package logins

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

var (
	idForm        = later(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	provisionForm = later(`^5\.\d{1,2}-\d{1,2}$`)
)

// maxFix is how long the advice may be: three short steps.
const maxFix = 280

// check rules out what a record must not have.
func (m *meta) check() error {
	switch {
	case !idForm().MatchString(m.ID):
		return errors.New("id is not lower-case words with hyphens")
	case m.Vendor == "" || len(m.Models) == 0 || slices.Contains(m.Models, ""):
		return errors.New("names no vendor or no model")
	case m.Fix == "" || len(m.Fix) > maxFix:
		return fmt.Errorf("fix is empty or longer than %d bytes", maxFix)
	case !provisionForm().MatchString(m.Provision):
		return fmt.Errorf("provision %q is not one of EN 303 645, such as 5.1-1", m.Provision)
	case len(m.Examples.Match) == 0 || len(m.Examples.NotMatch) == 0:
		return errors.New("needs an example that matches and one that must not")
	case Spared(lan.Device{Vendor: m.Vendor, Names: m.Models}, lan.Service{}):
		return errors.New("is of a family on which no login is tried")
	}
	return errors.Join(m.Gate.check(), m.Auth.check(m.Gate.Protocol), checkPairs(m.Pairs),
		m.Success.check(m.Gate.Protocol), m.Lockout.check(), m.checkSource())
}

func (g gate) check() error {
	if !slices.Contains([]string{"http", "telnet", "ftp"}, g.Protocol) {
		return fmt.Errorf("gate's protocol %q is not http, telnet or ftp", g.Protocol)
	}
	heard := 0
	for field, pattern := range g.Match {
		if pattern == "" {
			return fmt.Errorf("gate on %s is empty", field)
		}
		if _, err := regexp.Compile(pattern); err != nil {
			return fmt.Errorf("gate on %s: %w", field, err)
		}
		// A status or a scheme is no sign of a family.
		if strings.Contains(field, ".") && field != lan.HTTPStatus && field != lan.HTTPAuth {
			heard++
		}
	}
	if heard == 0 && (g.Match["vendor"] == "" || g.Match["model"] == "") {
		return errors.New("gate looks at nothing that tells the family")
	}
	return nil
}

func (a auth) check(protocol string) error {
	web := slices.Contains([]string{"basic", "digest", "auto"}, a.Type)
	switch {
	case web != (protocol == "http"), !web && a.Type != protocol:
		return fmt.Errorf("auth type %q does not go with protocol %q", a.Type, protocol)
	case web && (!strings.HasPrefix(a.Path, "/") || strings.HasPrefix(a.Path, "//")):
		return fmt.Errorf("path %q does not begin with one slash", a.Path)
	case !web && a.Path != "":
		return errors.New("a path is for HTTP only")
	}
	return nil
}

func checkPairs(pairs []pair) error {
	if len(pairs) == 0 || len(pairs) > 2 {
		return errors.New("has not one or two pairs")
	}
	for i, p := range pairs {
		if p.User == "" && p.Pass == "" {
			return errors.New("an empty pair is the check's first step, not a login")
		}
		if _, ok := compare(p.ValidUntilFirmware, "0.0"); p.ValidUntilFirmware != "" && !ok {
			return fmt.Errorf("valid_until_firmware %q has no dotted number", p.ValidUntilFirmware)
		}
		if i > 0 && p.User == pairs[0].User && p.Pass == pairs[0].Pass {
			return errors.New("has the same pair twice")
		}
	}
	return nil
}

func (s success) check(protocol string) error {
	if _, err := regexp.Compile(s.Inside); err != nil {
		return fmt.Errorf("inside: %w", err)
	}
	switch {
	case protocol == "http" && (s.Status < 200 || s.Status > 299):
		return errors.New("success without a status of 2xx proves nothing")
	case protocol == "ftp" && s.Status != 230: // RFC 959 section 4.2: user logged in
		return errors.New("FTP's success is status 230")
	case protocol == "telnet" && s.Inside == "":
		return errors.New("telnet needs a pattern that only a logged-in visitor sees")
	}
	return nil
}

func (l lockout) check() error {
	if l.Max < 0 {
		return errors.New("lockout's max is negative")
	}
	if l.Window == "" {
		return nil
	}
	_, err := time.ParseDuration(l.Window)
	return err
}

// checkSource holds the record to rule zero.
func (m *meta) checkSource() error {
	switch {
	case m.Source.Name == "" || !strings.HasPrefix(m.Source.URL, "https://"):
		return errors.New("has no named source with an https address")
	case m.Source.Grade != "A" && m.Source.Grade != "B":
		return fmt.Errorf("source grade %q is not A or B", m.Source.Grade)
	case m.Verified == (m.Checked == ""):
		return errors.New("is verified exactly when it has the date on which its source was read")
	case m.Checked == "":
		return nil
	}
	_, err := time.Parse(time.DateOnly, m.Checked)
	return err
}
