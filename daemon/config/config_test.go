package config

import (
	"bytes"
	"errors"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestOptions sets and reads back every option there is, and holds what it
// refuses to words that name the bad value.
func TestOptions(t *testing.T) {
	values := map[string]struct{ good, bad []string }{
		"link":    {good: []string{"br-lan"}},
		"target":  {[]string{"192.168.1.0/26", "fd00:1::/64"}, []string{"home", "", "192.168.1.0/33", "192.168.1"}},
		"touch":   {[]string{"listen", "look", "ask", "login"}, []string{"poke", "", "Listen"}},
		"logins":  {[]string{"documented", "common"}, []string{"all", ""}},
		"ports":   {[]string{"home", "wide", "all"}, []string{"top", ""}},
		"pace":    {[]string{"gentle", "normal", "fast"}, []string{"ludicrous", ""}},
		"fail-on": {[]string{"for_info", "when_you_can", "soon", "act_now"}, []string{"never", ""}},
		"listen":  {good: []string{"192.168.1.1:80", "[fd00::1]:80"}},
		"state":   {good: []string{"/var/lib/x"}},
		"tls":     {[]string{"on", "off"}, []string{"yes", ""}},
		"every":   {[]string{"1h30m0s"}, []string{"daily", "6", ""}},
		"quiet":   {[]string{"22:30-07:00", "01:00-05:00", ""}, []string{"22:30", "22-7", "25:00-07:00", "7:00-9:00", "08:00-08:00", "-"}},
		"pull":    {[]string{"https://example.org/homesweep.bundle", ""}, []string{"http://example.org/x", "example.org", "https://", "https://me:pw@example.org/", "https://example.org/#x"}},
		"log":     {[]string{"debug", "info", "warn", "error"}, []string{"loud", ""}},
	}
	for _, o := range Options {
		v, ok := values[o.Name]
		if !ok || o.Value == "" || o.Doc == "" {
			t.Errorf("option %q is not tested or not described", o.Name)
		}
		for _, good := range v.good {
			var c Config
			if err := o.Set(&c, good); err != nil || o.Get(c) != good {
				t.Errorf("-%s %s: reads back %q, %v", o.Name, good, o.Get(c), err)
			}
		}
		for _, bad := range v.bad {
			c := Default()
			before := o.Get(c)
			if err := o.Set(&c, bad); err == nil || !strings.Contains(err.Error(), `"`+bad+`"`) {
				t.Errorf("-%s %q: %v", o.Name, bad, err)
			}
			if o.Get(c) != before {
				t.Errorf("-%s %q was refused and yet set: %q", o.Name, bad, o.Get(c))
			}
		}
		delete(values, o.Name)
	}
	for name := range values {
		t.Errorf("there is no option %q", name)
	}
}

// TestWords holds the words that the table names to those that are taken, which are
// what the router's form offers; the daemon takes all but those that it refuses.
func TestWords(t *testing.T) {
	for _, o := range Options {
		for _, w := range o.Words {
			var c Config
			if err := o.Set(&c, w); err != nil || o.Get(c) != w {
				t.Errorf("-%s %s: %q, %v", o.Name, w, o.Get(c), err)
			}
			if !strings.Contains(o.Doc, w) && o.Name != "fail-on" {
				t.Errorf("-%s is not described with its word %s", o.Name, w)
			}
		}
		for _, w := range o.Watch {
			if !slices.Contains(o.Words, w) {
				t.Errorf("-%s has no word %s", o.Name, w)
			}
		}
		var c Config
		if err := o.Set(&c, "no-word"); len(o.Words) > 0 && err == nil {
			t.Errorf("-%s takes any word", o.Name)
		}
		if _ = o.Set(&c, "10.0.0.1"); o.List {
			_ = o.Set(&c, "10.0.0.2")
			if got := o.Get(c); len(strings.Fields(got)) < 2 {
				t.Errorf("-%s keeps only %q", o.Name, got)
			}
		}
	}
}

// TestTarget reads an address as a network of one, and cuts off host bits.
func TestTarget(t *testing.T) {
	var c Config
	for _, v := range []string{"192.168.1.20", "192.168.1.77/26", "fd00::7"} {
		if err := find("target").Set(&c, v); err != nil {
			t.Fatal(err)
		}
	}
	if got := find("target").Get(c); got != "192.168.1.20/32 192.168.1.64/26 fd00::7/128" {
		t.Errorf("targets %s", got)
	}
	for _, name := range []string{"br-lan", "br-guest"} {
		_ = find("link").Set(&c, name)
	}
	if got := find("link").Get(c); got != "br-lan br-guest" {
		t.Errorf("links %s", got)
	}
}

func TestListen(t *testing.T) {
	for listen, says := range map[string]string{
		"127.0.0.1:8480": "", "[::1]:8480": "", "192.168.1.1:8480": "", "10.0.0.1:80": "", "172.16.0.1:1": "", "127.0.0.1:0": "",
		"[fd12:3456::1]:8480": "", "[fe80::1%br-lan]:8480": "", "169.254.1.1:8480": "",

		"":                    "is not an address such as",
		"192.168.1.1":         "is not an address such as",
		"::1":                 "is not an address such as",
		"192.168.1.1:":        "needs a port",
		"192.168.1.1:http":    "needs a port",
		"192.168.1.1:65536":   "needs a port",
		"192.168.1.1:-1":      "needs a port",
		":8480":               "is a name or empty",
		"localhost:8480":      "is a name or empty",
		"router.lan:8480":     "is a name or empty",
		"0.0.0.0:8480":        "every address",
		"[::]:8480":           "every address",
		"8.8.8.8:8480":        "not an address of the home's network",
		"100.64.0.1:8480":     "not an address of the home's network",
		"[2001:db8::1]:8480":  "not an address of the home's network",
		"224.0.0.251:8480":    "not an address of the home's network",
		"[::ffff:8.8.8.8]:80": "not an address of the home's network",
		"[::ffff:0.0.0.0]:80": "not an address of the home's network",
	} {
		c := Default()
		c.Listen = listen
		err := c.Validate()
		if (err == nil) != (says == "") || err != nil && (!strings.Contains(err.Error(), says) || !strings.HasPrefix(err.Error(), "-listen ")) {
			t.Errorf("%q: %v, want %q", listen, err, says)
		}
	}
}

func TestValidate(t *testing.T) {
	for says, spoil := range map[string]func(*Config){
		"":                         func(*Config) {},
		"-every 59s is too often":  func(c *Config) { c.Every = 59 * time.Second },
		"-every -1h0m0s is too":    func(c *Config) { c.Every = -time.Hour },
		"-state needs a directory": func(c *Config) { c.State = "" },
	} {
		c := Default()
		spoil(&c)
		if err := c.Validate(); (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %q", err, says)
		}
	}
	c := Default()
	c.Every = time.Minute
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
}

// TestDefaults: a person at the keyboard asks, the daemon only listens until
// the owner says otherwise; all else is the same.
func TestDefaults(t *testing.T) {
	once, daemon := Default(), Daemon()
	if once.Touch != lan.Ask || daemon.Touch != lan.Listen {
		t.Errorf("touch %v and %v", once.Touch, daemon.Touch)
	}
	for _, o := range Options {
		if o.Name != "touch" && o.Get(once) != o.Get(daemon) {
			t.Errorf("-%s: %q and %q", o.Name, o.Get(once), o.Get(daemon))
		}
	}
	if !strings.HasPrefix(once.Listen, "127.0.0.1:") || once.Logins != "documented" {
		t.Errorf("defaults %+v", once)
	}
}

func TestLevel(t *testing.T) {
	for word, want := range map[string]slog.Level{
		"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError, "": slog.LevelInfo,
	} {
		if got := (Config{LogLevel: word}).Level(); got != want {
			t.Errorf("log level %q: %v", word, got)
		}
	}
}

// TestBind holds -h to naming what to put there and what holds now, and the
// flags to the same checks as everything else.
func TestBind(t *testing.T) {
	c := Default()
	var said bytes.Buffer
	flags := flag.NewFlagSet("x", flag.ContinueOnError)
	flags.SetOutput(&said)
	c.Bind(flags, "touch", "link", "every")
	if err := flags.Parse([]string{"-h"}); !errors.Is(err, flag.ErrHelp) {
		t.Fatal(err)
	}
	want := `Usage of x:
  -every DURATION
    	DURATION time between two sweeps, such as 6h (default 6h0m0s)
  -link NAME
    	NAME look on this interface only; may be given again
  -touch LEVEL
    	LEVEL how far to go: listen, look, ask or login (default ask)
`
	if said.String() != want {
		t.Errorf("-h says\n%s", said.String())
	}
	if err := flags.Parse([]string{"-touch", "look", "-link", "a", "-link", "b", "-every", "2h"}); err != nil {
		t.Fatal(err)
	}
	if c.Touch != lan.Look || strings.Join(c.Links, " ") != "a b" || c.Every != 2*time.Hour {
		t.Errorf("set to %+v", c)
	}
	if err := flags.Parse([]string{"-touch", "poke"}); err == nil || !strings.Contains(err.Error(), "[listen look ask login]") {
		t.Errorf("-touch poke: %v", err)
	}
	if err := flags.Parse([]string{"-pace", "fast"}); err == nil {
		t.Error("an option that was not bound is taken")
	}
	defer func() {
		if recover() == nil {
			t.Error("an option that there is not was bound")
		}
	}()
	c.Bind(flags, "nosuch")
}

// TestUserState follows the XDG Base Directory Specification.
func TestUserState(t *testing.T) {
	for _, c := range []struct{ xdg, home, want string }{
		{"/data/state", "/home/ann", "/data/state/homesweep"},
		{"", "/home/ann", "/home/ann/.local/state/homesweep"},
		{"relative", "/home/ann", "/home/ann/.local/state/homesweep"},
	} {
		t.Setenv("XDG_STATE_HOME", c.xdg)
		t.Setenv("HOME", c.home)
		if got := userState(); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
	t.Setenv("HOME", "")
	if got := userState(); filepath.Dir(got) != filepath.Clean(os.TempDir()) || !strings.HasPrefix(filepath.Base(got), "homesweep-") {
		t.Errorf("without a home: %s", got)
	}
}

// TestStateDir is the system's for root and the user's for others.
func TestStateDir(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", "/data/state")
	want := "/data/state/homesweep"
	if os.Getuid() == 0 {
		want = "/var/lib/homesweep"
	}
	if _, err := os.Stat("/etc/openwrt_release"); err == nil {
		want = "/etc/homesweep/state"
	}
	if got := Default().State; got != want {
		t.Errorf("state in %s, want %s", got, want)
	}
}

// TestFleeting: without a home there is a directory, but none that lasts.
func TestFleeting(t *testing.T) {
	c := Default()
	if c.Fleeting() {
		t.Errorf("%s does not last", c.State)
	}
	t.Setenv("XDG_STATE_HOME", "")
	t.Setenv("HOME", "")
	if c.State = userState(); !c.Fleeting() {
		t.Errorf("%s lasts", c.State)
	}
}
