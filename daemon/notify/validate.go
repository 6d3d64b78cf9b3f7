package notify

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of what an owner can enter.
const (
	maxField = 255      // bytes
	maxKey   = 512      // bytes
	maxURL   = 1024     // bytes
	maxDelay = 24 * 60  // minutes
	maxTotal = 32 << 10 // bytes of all text, so that it fits into one line of the journal
)

// Validate is nil for alerts that can be kept. The error says with which channel
// or rule something is wrong.
func Validate(a lan.Alerts) error {
	if len(a.Channels) > lan.MaxChannels {
		return fmt.Errorf("there can be %d channels, not %d", lan.MaxChannels, len(a.Channels))
	}
	if len(a.Rules) > lan.MaxRules {
		return fmt.Errorf("there can be %d rules, not %d", lan.MaxRules, len(a.Rules))
	}
	ids, total := map[string]bool{}, 0
	for i := range a.Channels {
		c := &a.Channels[i]
		if err := validID(c.ID); err != nil || ids[c.ID] {
			return fmt.Errorf("channel %s: %w", label(c), either(err, "its ID is there twice"))
		}
		ids[c.ID] = true
		if err := checkChannel(c); err != nil {
			return fmt.Errorf("channel %s: %w", label(c), err)
		}
		total += len(c.Name) + len(c.Server) + len(c.User) + len(c.Key) + len(c.To) + len(c.From)
	}
	rules := map[string]bool{}
	for i := range a.Rules {
		r := &a.Rules[i]
		if err := validID(r.ID); err != nil || rules[r.ID] {
			return fmt.Errorf("rule %d: %w", i+1, either(err, "its ID is there twice"))
		}
		rules[r.ID] = true
		if err := checkRule(r, ids); err != nil {
			return fmt.Errorf("rule %d: %w", i+1, err)
		}
		total += 256 + 16*len(r.Events)
	}
	if total > maxTotal {
		return errors.New("the channels and rules are too long together; shorten an address or take a rule away")
	}
	return nil
}

func either(err error, or string) error {
	if err != nil {
		return err
	}
	return errors.New(or)
}

// label is what the owner calls c.
func label(c *lan.Channel) string {
	return strconv.Quote(lan.Printable(firstOf(c.Name, c.ID, c.Kind), lan.MaxName))
}

func firstOf(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}

func validID(id string) error {
	if len(id) < 1 || len(id) > 16 || strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return errors.New("its ID must be 1 to 16 of a-z, 0-9 and -")
	}
	return nil
}

// checkRule is nil for a rule to one of channels.
func checkRule(r *lan.Rule, channels map[string]bool) error {
	if !channels[r.Channel] {
		return errors.New("it names a channel that is not there; choose another")
	}
	if len(r.Events) > len(lan.Happenings()) {
		return errors.New("it names an event twice")
	}
	for _, e := range r.Events {
		if !slices.Contains(lan.Happenings(), e) {
			return fmt.Errorf("it names the event %q, which there is not", lan.Printable(string(e), lan.MaxName))
		}
	}
	if r.Delay < 0 || r.Delay > maxDelay {
		return fmt.Errorf("its delay must be 0 to %d minutes", maxDelay)
	}
	by, value, named := strings.Cut(r.Group, ":")
	switch {
	case r.Group == "":
	case !named || value == "" || len(r.Group) > maxField || by != "kind" && by != "room" && by != "device":
		return errors.New("its group must be all devices, a kind, a room or one device")
	case by == "kind" && !slices.Contains(lan.Kinds, lan.Kind(value)):
		return fmt.Errorf("there is no kind of device called %q", lan.Printable(value, lan.MaxName))
	}
	if err := r.Quiet.Validate(); err != nil {
		return fmt.Errorf("its quiet hours: %w", err)
	}
	return nil
}

// checkChannel is nil for a channel by which a message can be sent.
func checkChannel(c *lan.Channel) error {
	for _, field := range []string{c.Name, c.User, c.To, c.From, c.Server, c.Key} {
		if strings.ContainsFunc(field, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return errors.New("there is a line break or another character that cannot be typed in one of its fields")
		}
	}
	if max(len(c.Name), len(c.User), len(c.To), len(c.From)) > maxField || len(c.Key) > maxKey || len(c.Server) > maxURL {
		return errors.New("one of its fields is too long")
	}
	if c.TLS != "" && c.TLS != "start" && c.TLS != "whole" || c.TLS == "start" && c.Kind != "smtp" {
		return fmt.Errorf("it cannot be secured by %q", lan.Printable(c.TLS, lan.MaxName))
	}
	if c.Agent && c.Kind != "mqtt" {
		return errors.New("only an MQTT channel announces devices to Home Assistant")
	}
	kind := kindOf(c.Kind)
	if kind == nil {
		return fmt.Errorf("there is no kind of channel called %q", lan.Printable(c.Kind, lan.MaxName))
	}
	return kind.check(c)
}

// checkURL is nil for an address of a server that speaks HTTP.
func checkURL(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.Fragment != "" || u.Opaque != "" {
		return errors.New("its address must be like https://example.org/path")
	}
	if u.User != nil {
		return errors.New("its address has a user name in it; the user name and the password have fields of their own")
	}
	return nil
}

// checkHostPort is nil for "mail.example.org:587".
func checkHostPort(server, example string) error {
	host, port, err := net.SplitHostPort(server)
	number, _ := strconv.ParseUint(port, 10, 16)
	if err != nil || host == "" || number == 0 || strings.ContainsAny(host, " /@") {
		return fmt.Errorf("its server must be a name and a port, like %s", example)
	}
	return nil
}
