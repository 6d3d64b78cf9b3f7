package lan

import "time"

// Alerts is who is told of what happens, and how. A secret that is handed out
// reads Unsaid, and one that comes back as Unsaid stays as it was.
type Alerts struct {
	Channels []Channel `json:"channels"` // at most MaxChannels
	Rules    []Rule    `json:"rules"`    // at most MaxRules
}

// Bounds of Alerts.
const (
	MaxChannels = 8
	MaxRules    = 24
)

// Unsaid stands for a secret that is kept and not shown.
const Unsaid = "\u2022\u2022\u2022\u2022"

// Channel is one way out of the house. Which fields count depends on Kind.
type Channel struct {
	ID   string `json:"id"`   // 1 to 16 of a-z 0-9 -
	Kind string `json:"kind"` // webhook, ntfy, gotify, telegram, smtp, mqtt or syslog
	Name string `json:"name"`
	// Server is a URL (webhook, ntfy, gotify, telegram: empty for its own) or
	// host:port (smtp, mqtt, syslog).
	Server string `json:"server"`
	// TLS is "" (smtp: STARTTLS when offered; mqtt and syslog: none), "start"
	// (refused without STARTTLS) or "whole" (TLS from the first byte).
	TLS  string `json:"tls,omitempty"`
	User string `json:"user,omitempty"`
	Key  string `json:"key,omitempty"`  // the secret: password or token
	To   string `json:"to,omitempty"`   // mail address, chat, ntfy topic, MQTT topic prefix
	From string `json:"from,omitempty"` // mail address
	// Agent (mqtt) announces to Home Assistant the devices that the channel's rules are
	// about, and whether they are at home: of a phone, a computer and what nobody knows
	// only where a rule names that device and its going or coming.
	Agent bool `json:"agent,omitempty"`
}

// Rule sends some happenings to one channel.
type Rule struct {
	ID     string      `json:"id"`
	Events []Happening `json:"events"` // none: all but gone and back, which must be named
	// Group is of which devices. That what may be a person's (Device.Personal) is gone or
	// back, only a rule for that very device tells.
	Group   string   `json:"group,omitempty"` // "", "kind:camera", "room:Attic" or "device:ID"
	Least   Severity `json:"least"`           // of findings
	Channel string   `json:"channel"`
	// Delay is for how many minutes a thing must stay so before it is told: a
	// device that is back by then was never gone.
	Delay  int   `json:"delay,omitempty"`
	Quiet  Hours `json:"quiet,omitzero"`   // kept back until they end
	Digest bool  `json:"digest,omitempty"` // once a day, all in one
	Off    bool  `json:"off,omitempty"`
}

// Delivery is one message, on its way or there. What a server refuses for what it
// says is given up after a few tries, anything else after a day.
type Delivery struct {
	At      time.Time `json:"at"`
	Channel string    `json:"channel"`
	Words   string    `json:"words"` // its title
	State   string    `json:"state"` // "sent", "waiting" or "given up"
	Tries   int       `json:"tries"`
	Error   string    `json:"error,omitempty"` // of the last try
	Next    time.Time `json:"next,omitzero"`   // of the next
}
