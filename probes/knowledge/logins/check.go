package logins

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/knowledge/packing"
	"github.com/homesweep/homesweep/probes/lan"
)

var (
	idForm        = later(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	provisionForm = later(`^5\.\d{1,2}-\d{1,2}$`)
)

// maxFix is how long the advice may be: three short steps.
const maxFix = 280

// check rules out what a record must not have, also one that came in a bundle.
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
	case Spared(lan.Device{Vendor: m.Vendor, Names: m.Models}, lan.Service{}):
		return errors.New("is of a family on which no login is tried")
	}
	return errors.Join(m.Gate.check(), m.Auth.check(m.Gate.Protocol), checkPairs(m.Pairs),
		m.Success.check(m.Auth.Type), m.Lockout.check(), m.checkRefused(), m.checkSource())
}

func (m *meta) checkRefused() error {
	if err := packing.Pattern(m.Refused); err != nil {
		return fmt.Errorf("refused: %w", err)
	}
	return nil
}

// checkExamples rules out a record whose examples say too little, or otherwise
// than it. Packed ones go without.
func (m *meta) checkExamples() error {
	switch {
	case m.Source.Name == "":
		return errors.New("has no named source")
	case len(m.Examples.Match) == 0 || len(m.Examples.NotMatch) == 0:
		return errors.New("needs an example that matches and one that must not")
	case len(m.Examples.Success) == 0 || len(m.Examples.Failure) == 0:
		return errors.New("needs an example of success and one of failure")
	}
	return m.checkAnswers()
}

// protocols are those on which a login can be tried.
var protocols = []string{"http", "telnet", "ftp", "ssh", "rtsp", "mqtt", "redis", "snmp"}

// mute are fields that say how a service answers, which is no sign of a family.
var mute = []string{
	lan.HTTPStatus, lan.HTTPAuth, lan.TelnetPrompt, lan.RTSPAuth, lan.RTSPDescribe, lan.MQTTConnack, lan.SNMPCommunity,
}

func (g gate) check() error {
	if !slices.Contains(protocols, g.Protocol) {
		return fmt.Errorf("gate's protocol %q is none of %v", g.Protocol, protocols)
	}
	heard := 0
	for field, pattern := range g.Match {
		if pattern == "" {
			return fmt.Errorf("gate on %s is empty", field)
		}
		if err := packing.Pattern(pattern); err != nil {
			return fmt.Errorf("gate on %s: %w", field, err)
		}
		if strings.HasPrefix(field, "oui.") {
			return errors.New("gate looks at the address registry, which speaks for no family")
		}
		if strings.Contains(field, ".") && !slices.Contains(mute, field) {
			heard++
		}
	}
	if heard == 0 && (g.Match["vendor"] == "" || g.Match["model"] == "") {
		return errors.New("gate looks at nothing that tells the family")
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

// checkSource holds the record to rule zero.
func (m *meta) checkSource() error {
	switch {
	case !strings.HasPrefix(m.Source.URL, "https://"):
		return errors.New("has no source with an https address")
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
