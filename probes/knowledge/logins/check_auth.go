package logins

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/knowledge/packing"
)

// check holds the way to log in to what its type needs. A type that is neither
// known here nor a protocol is a vendor family's word; a test of package proof
// sees that somebody speaks it.
func (a auth) check(protocol string) error {
	ours := slices.Contains([]string{"basic", "digest", "auto", "form", "json"}, a.Type)
	script := a.Action != "" || len(a.Body) > 0
	switch {
	case a.Type == "", protocol != "http" && a.Type != protocol, protocol == "http" && slices.Contains(protocols, a.Type):
		return fmt.Errorf("auth type %q does not go with protocol %q", a.Type, protocol)
	case ours && a.Path == "":
		return errors.New("needs the path of the protected page")
	case protocol != "http" && protocol != "rtsp" && a.Path != "":
		return errors.New("a path is for HTTP and RTSP only")
	case a.Type == "json" && (a.Login == "" || a.Fields.Pass == ""):
		return errors.New("json needs the login's path and the password's field")
	case a.Type == "form" && script && (a.Action == "" || a.Fields.Pass == ""):
		return errors.New("a form that a script sends needs its action and the password's field")
	case a.Header != "" && (a.Token == "" || !headerForm().MatchString(a.Header)):
		return fmt.Errorf("header %q is not a field with * for the token", a.Header)
	case a.Type != "form" && a.Action != "", a.Type != "form" && a.Type != "json" && (script || a.Login != "" || a.Fields != fields{}),
		a.Type != "json" && a.Token != "":
		return errors.New("says what its type does not know")
	}
	for _, path := range []string{a.Path, a.Login, a.Action, strings.TrimPrefix(a.Logout, "POST ")} {
		if path != "" && (path[0] != '/' || strings.HasPrefix(path, "//") || strings.ContainsAny(path, " \t\r\n#")) {
			return fmt.Errorf("path %q does not begin with one slash, or holds what no path does", path)
		}
		if plain, err := url.PathUnescape(path); err != nil || deeds().MatchString(plain) && plain != xeroxPage {
			return fmt.Errorf("path %q does something", path)
		}
	}
	return a.checkBody()
}

// xeroxPage only shows the settings of upgrades.
const xeroxPage = "/properties/upgrade/m_software.dhtml"

// deeds are words of paths and fields that do more to a device than let somebody
// in and out.
var deeds = later(`(?i)reboot|restart|reset|factory|restore|upgrade|firmware|delete|remove|erase|format|shut_?down|power_?off|upload|apply|(?:^|[^a-z])(?:set|save|write|halt|start|stop|create|add|toggle|on|off)(?:[^a-z]|$)`)

// checkBody holds the constant fields to what can be sent: a form's are texts.
func (a auth) checkBody() error {
	for name, value := range a.Body {
		if name == a.Fields.User || name == a.Fields.Pass {
			return fmt.Errorf("body's field %q is in the fields' place", name)
		}
		if deeds().MatchString(name + " " + fmt.Sprint(value)) {
			return fmt.Errorf("body's field %q does something", name)
		}
		_, text := value.(string)
		_, number := value.(float64)
		_, truth := value.(bool)
		if !text && (a.Type == "form" || !number && !truth) {
			return fmt.Errorf("body's field %q is not a text, a number or a boolean, or not one for a form", name)
		}
	}
	return nil
}

var headerForm = later(`^[A-Za-z][A-Za-z-]*: [^\r\n*]*\*$`)

func (s success) check(auth string) error {
	if err := packing.Pattern(s.Inside); err != nil {
		return fmt.Errorf("inside: %w", err)
	}
	switch auth {
	case "basic", "digest", "auto", "form", "json":
		if s.Status < 200 || s.Status > 299 {
			return errors.New("success without a status of 2xx proves nothing")
		}
	case "ftp":
		if s.Status != 230 { // RFC 959 section 4.2: user logged in
			return errors.New("FTP's success is status 230")
		}
	}
	if s.Inside == "" && slices.Contains([]string{"telnet", "form", "json"}, auth) {
		return fmt.Errorf("%s needs a pattern that only a logged-in visitor sees", auth)
	}
	return nil
}

func (l lockout) check() error {
	if l.Max < 0 {
		return errors.New("lockout's max is negative")
	}
	if l.Window != "" {
		if _, err := time.ParseDuration(l.Window); err != nil {
			return err
		}
	}
	if err := packing.Pattern(l.Says); err != nil {
		return fmt.Errorf("lockout says: %w", err)
	}
	return nil
}

// checkAnswers holds the patterns to the recorded answers. One that passes for
// inside must be told from one that does not, and a "no" is never on a page
// inside.
func (m *meta) checkAnswers() error {
	inside, err := regexp.Compile(m.Success.Inside)
	if err != nil {
		return nil // check of success says so
	}
	refused, err := regexp.Compile(m.Refused)
	if err != nil {
		return nil // check says so
	}
	in := func(a answer) bool {
		return (m.Success.Status == 0 || a.Status == m.Success.Status) && inside.MatchString(a.Body)
	}
	for _, a := range m.Examples.Success {
		if !in(a) || m.Refused != "" && refused.MatchString(a.Body) {
			return fmt.Errorf("its example of success %q does not pass for one", a.Body)
		}
	}
	said := m.Refused == ""
	for _, a := range m.Examples.Failure {
		if in(a) {
			return fmt.Errorf("its example of failure %q passes for a success", a.Body)
		}
		said = said || refused.MatchString(a.Body)
	}
	if !said {
		return errors.New("no example of failure holds what refused looks for")
	}
	return nil
}
