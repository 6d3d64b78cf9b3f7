// Package config is what a person can set: one Config, one table of options
// that every reader of it (flags now, the router's UCI file beside it) uses.
package config

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ports"
)

// Config is the whole configuration. Default gives the values that hold when
// nobody says anything.
type Config struct {
	Links   []string       // interfaces to look at; empty chooses the home's
	Targets []netip.Prefix // networks to narrow the sweep to
	Touch   lan.Touch
	Logins  probes.LoginSet
	Pace    lan.Pace
	Ports   ports.List
	FailOn  lan.Severity // severity from which a sweep's exit status is 1

	Listen   string        // the dashboard's address
	TLS      string        // "on" serves the dashboard by https, "off" by http
	State    string        // directory of the database and the journal
	Every    time.Duration // between two sweeps of the daemon
	Quiet    lan.Hours     // in which the daemon begins none by itself
	Pull     string        // where newer knowledge is fetched once a day; empty: nowhere
	LogLevel string        // "debug", "info", "warn" or "error"
}

// Default is what holds when nobody says anything.
func Default() Config {
	return Config{
		Touch: lan.Ask, Logins: probes.Documented, FailOn: lan.Soon,
		Listen: "127.0.0.1:8480", TLS: "off", State: stateDir(), Every: 6 * time.Hour, LogLevel: "info",
	}
}

// stateDir is where decisions survive: flash on a router, whose /var is
// memory; the system's or the user's state directory elsewhere.
func stateDir() string {
	if _, err := os.Stat("/etc/openwrt_release"); err == nil {
		return "/etc/homesweep/state"
	}
	if os.Getuid() == 0 {
		return "/var/lib/homesweep"
	}
	return userState()
}

// userState is an ordinary user's state directory, by the XDG Base Directory
// Specification, which has relative paths ignored.
func userState() string {
	base := os.Getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(base) {
		home, err := os.UserHomeDir()
		if err != nil {
			return passing()
		}
		base = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(base, "homesweep")
}

// passing is the state directory of a user without a home.
func passing() string {
	return filepath.Join(os.TempDir(), fmt.Sprintf("homesweep-%d", os.Getuid()))
}

// Fleeting reports whether State is where anybody may write and nothing lasts: no
// place for what must not be forgotten.
func (c Config) Fleeting() bool { return c.State == passing() }

// Validate is nil for a configuration that can be worked with.
func (c Config) Validate() error {
	if c.Every < time.Minute {
		return fmt.Errorf("-every %s is too often; a minute is the least", c.Every)
	}
	if c.State == "" {
		return errors.New("-state needs a directory, such as /var/lib/homesweep")
	}
	return listenable(c.Listen)
}

// listenable is nil for an address at which only the home can see the
// dashboard.
func listenable(listen string) error {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return fmt.Errorf("-listen %q is not an address such as 127.0.0.1:8480: %w", listen, err)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("-listen %q needs a port from 1 to 65535, such as 127.0.0.1:8480", listen)
	}
	ip, err := netip.ParseAddr(host)
	switch {
	case err != nil:
		return fmt.Errorf("-listen needs the address of one interface, such as 192.168.1.1:8480; %q is a name or empty", host)
	case ip.IsUnspecified():
		return errors.New("-listen on every address would show the dashboard to the internet side too; name the LAN address, such as 192.168.1.1:8480")
	case !ip.IsLoopback() && !ip.IsPrivate() && !ip.IsLinkLocalUnicast():
		return fmt.Errorf("-listen %s is not an address of the home's network", ip)
	}
	return nil
}

// Bind adds the named options to flags, which then set c.
func (c *Config) Bind(flags *flag.FlagSet, names ...string) {
	for _, name := range names {
		o := find(name)
		flags.Func(o.Name, o.usage(*c), func(value string) error { return o.Set(c, value) })
	}
}

func find(name string) Option {
	for _, o := range Options {
		if o.Name == name {
			return o
		}
	}
	panic("config: there is no option " + name)
}

// Daemon is Default for the daemon, which only listens until the owner says
// otherwise.
func Daemon() Config {
	c := Default()
	c.Touch = lan.Listen
	return c
}
