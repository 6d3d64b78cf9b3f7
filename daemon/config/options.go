package config

import (
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/homesweep/homesweep/daemon/bundles"
	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// Option is one thing that can be set, by the same name everywhere.
type Option struct {
	Name  string
	Value string // what to put there: "NAME", "DURATION"
	Doc   string
	Words []string // it takes one of these; nil: other text
	Watch []string // of them those that the daemon takes; nil: all
	List  bool     // each time that it is given adds a value
	Once  bool     // the daemon has no use for it
	Get   func(Config) string
	Set   func(*Config, string) error
}

// usage is the option's line in -h.
func (o Option) usage(c Config) string {
	text := fmt.Sprintf("`%s` %s", o.Value, o.Doc)
	if now := o.Get(c); now != "" {
		text += fmt.Sprintf(" (default %s)", now)
	}
	return text
}

// levels are those of the log.
var levels = []string{"debug", "info", "warn", "error"}

// Options is the table.
var Options = []Option{
	{
		Name: "link", Value: "NAME", Doc: "look on this interface only; may be given again",
		List: true,
		Get:  func(c Config) string { return strings.Join(c.Links, " ") },
		Set:  func(c *Config, v string) error { c.Links = append(c.Links, v); return nil },
	},
	{
		Name: "target", Value: "PREFIX", Doc: "look at this part of the network only, such as 192.168.1.0/26 or one address; may be given again",
		List: true,
		Get:  func(c Config) string { return join(c.Targets) },
		Set:  setTarget,
	},
	{
		Name: "touch", Value: "LEVEL", Doc: "how far to go: listen, look, ask or login",
		Words: []string{"listen", "look", "ask", "login"}, Watch: []string{"listen", "look", "ask"},
		Get: func(c Config) string { return c.Touch.String() },
		Set: func(c *Config, v string) error { return c.Touch.UnmarshalText([]byte(v)) },
	},
	{
		Name: "logins", Value: "SET", Doc: "which logins -touch login tries: documented, or common to add the few generic ones",
		Words: []string{"documented", "common"},
		Get:   func(c Config) string { return string(c.Logins) },
		Set: func(c *Config, v string) error {
			return oneOf(v, &c.Logins, probes.Documented, probes.Common)
		},
	},
	{
		Name: "pace", Value: "PACE", Doc: "gentle, normal or fast; devices that bear little are never hurried",
		Words: []string{"gentle", "normal", "fast"},
		Get:   func(c Config) string { return c.Pace.String() },
		Set:   func(c *Config, v string) error { return c.Pace.UnmarshalText([]byte(v)) },
	},
	{
		Name: "ports", Value: "LIST", Doc: "which TCP ports to ask: home (about 150), wide (a thousand) or all; devices that bear little get a short list of their own",
		Words: []string{"home", "wide", "all"},
		Get:   func(c Config) string { return c.Ports.String() },
		Set:   func(c *Config, v string) error { return c.Ports.UnmarshalText([]byte(v)) },
	},
	{
		Name: "fail-on", Value: "SEVERITY", Doc: "exit with 1 from this severity on: for_info, when_you_can, soon or act_now",
		Words: []string{"for_info", "when_you_can", "soon", "act_now"}, Once: true,
		Get: func(c Config) string { return c.FailOn.String() },
		Set: func(c *Config, v string) error { return c.FailOn.UnmarshalText([]byte(v)) },
	},
	{
		Name: "listen", Value: "ADDRESS", Doc: "where the dashboard is served, such as 192.168.1.1:8480",
		Get: func(c Config) string { return c.Listen },
		Set: func(c *Config, v string) error { c.Listen = v; return nil },
	},
	{
		Name: "tls", Value: "SWITCH", Doc: "on or off: the dashboard by https, with a key of this installation's own, of which a browser warns once; not on MIPS",
		Words: []string{"on", "off"},
		Get:   func(c Config) string { return c.TLS },
		Set:   func(c *Config, v string) error { return oneOf(v, &c.TLS, "on", "off") },
	},
	{
		Name: "state", Value: "DIR", Doc: "directory of the database, the login ledger and your decisions",
		Get: func(c Config) string { return c.State },
		Set: func(c *Config, v string) error { c.State = v; return nil },
	},
	{
		Name: "every", Value: "DURATION", Doc: "time between two sweeps, such as 6h",
		Get: func(c Config) string { return c.Every.String() },
		Set: setEvery,
	},
	{
		Name: "quiet", Value: "HOURS", Doc: "begin no sweep by itself in these hours, such as 22:30-07:00",
		Get: getQuiet,
		Set: setQuiet,
	},
	{
		Name: "pull", Value: "URL", Doc: "fetch newer knowledge of devices once a day from this https address of a signed file; empty: never",
		Get: func(c Config) string { return c.Pull },
		Set: setPull,
	},
	{
		Name: "log", Value: "LEVEL", Doc: "debug, info, warn or error",
		Words: levels,
		Get:   func(c Config) string { return c.LogLevel },
		Set:   func(c *Config, v string) error { return oneOf(v, &c.LogLevel, levels...) },
	},
}

// Level is the log level; "info" when LogLevel is not one.
func (c Config) Level() (level slog.Level) {
	_ = level.UnmarshalText([]byte(c.LogLevel))
	return level
}

func setTarget(c *Config, v string) error {
	p, err := netip.ParsePrefix(v)
	if err != nil {
		addr, aerr := netip.ParseAddr(v)
		if aerr != nil {
			return fmt.Errorf("%q is neither a network such as 192.168.1.0/24 nor an address", v)
		}
		p = netip.PrefixFrom(addr, addr.BitLen())
	}
	c.Targets = append(c.Targets, p.Masked())
	return nil
}

func setEvery(c *Config, v string) error {
	d, err := time.ParseDuration(v)
	if err != nil {
		return fmt.Errorf("%q is not a duration such as 6h or 90m", v)
	}
	c.Every = d
	return nil
}

func getQuiet(c Config) string {
	if c.Quiet.IsZero() {
		return ""
	}
	return c.Quiet.From + "-" + c.Quiet.To
}

func setQuiet(c *Config, v string) error {
	var h lan.Hours
	if v != "" {
		from, to, ok := strings.Cut(v, "-")
		if h = (lan.Hours{From: from, To: to}); !ok || h.IsZero() || h.Validate() != nil {
			return fmt.Errorf("%q are no hours of the day such as 22:30-07:00", v)
		}
	}
	c.Quiet = h
	return nil
}

func setPull(c *Config, v string) error {
	if v != "" {
		if err := bundles.CheckURL(v); err != nil {
			return err
		}
	}
	c.Pull = v
	return nil
}

func join(list []netip.Prefix) string {
	words := make([]string, len(list))
	for i, p := range list {
		words[i] = p.String()
	}
	return strings.Join(words, " ")
}

func oneOf[T ~string](v string, into *T, words ...T) error {
	if !slices.Contains(words, T(v)) {
		return fmt.Errorf("%q is not one of %v", v, words)
	}
	*into = T(v)
	return nil
}
