package notify

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

func logger(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }

func quiet() *slog.Logger { return logger(io.Discard) }

func TestSecretsStay(t *testing.T) {
	book := &paper{}
	n, err := Open(Options{Journal: book, Log: quiet(), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	c := lan.Channel{ID: "g", Kind: "gotify", Server: "https://192.0.2.1", Key: "topsecret"}
	set := func(c lan.Channel) error { return n.SetAlerts(lan.Alerts{Channels: []lan.Channel{c}}) }
	if err := set(c); err != nil {
		t.Fatal(err)
	}
	out := n.Alerts()
	if text, _ := json.Marshal(out); bytes.Contains(text, []byte("topsecret")) || out.Channels[0].Key != lan.Unsaid {
		t.Errorf("handed out %s", text)
	}
	renamed := out.Channels[0]
	renamed.Name = "Phone"
	if err := set(renamed); err != nil || n.alerts.Channels[0].Key != "topsecret" || n.alerts.Channels[0].Name != "Phone" {
		t.Errorf("%v, %+v", err, n.alerts.Channels)
	}
	elsewhere := n.Alerts().Channels[0]
	elsewhere.Server = "https://192.0.2.66"
	if err := set(elsewhere); err == nil || n.alerts.Channels[0].Server != c.Server {
		t.Error("a secret goes to a server that it was not entered for")
	}
	book.full = true
	c.Key = "another"
	if err := set(c); err == nil || n.alerts.Channels[0].Key != "topsecret" {
		t.Error("what could not be kept is in force")
	}
	again, err := Open(Options{Journal: book, Log: quiet(), Now: time.Now})
	if err != nil || again.alerts.Channels[0].Key != "topsecret" || again.alerts.Channels[0].Name != "Phone" {
		t.Errorf("after a restart: %v, %+v", err, again.alerts)
	}
}

func TestForget(t *testing.T) {
	file := filepath.Join(t.TempDir(), "waiting")
	if err := os.WriteFile(file, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	n, err := Open(Options{Journal: &paper{}, Log: quiet(), Now: time.Now, Waiting: file})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.SetAlerts(lan.Alerts{Channels: []lan.Channel{channelOf("a")}}); err != nil {
		t.Fatal(err)
	}
	n.post(n.lane("a"), &parcel{Message: &message{}})
	n.Forget()
	if a := n.Alerts(); len(a.Channels)+len(n.Deliveries())+len(n.lanes) != 0 {
		t.Errorf("%+v %+v", a, n.Deliveries())
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Error("the file of what waits is there still")
	}
}

func TestValidate(t *testing.T) {
	good := map[string]lan.Channel{
		"webhook":  {Kind: "webhook", Server: "http://192.168.1.5:8123/api/webhook/x"},
		"ntfy":     {Kind: "ntfy", To: "our-home"},
		"gotify":   {Kind: "gotify", Server: "https://gotify.example.org/sub/", Key: "A1"},
		"telegram": {Kind: "telegram", Key: "123:AB-c_d", To: "-100"},
		"smtp":     {Kind: "smtp", Server: "mail.example.org:587", TLS: "start", From: "a@example.org", To: "b@example.org", User: "a", Key: "b"},
		"mqtt":     {Kind: "mqtt", Server: "[fd00::1]:1883", Agent: true, To: "our/home"},
		"syslog":   {Kind: "syslog", Server: "tcp://192.168.1.5:601", TLS: "whole"},
	}
	for kind, c := range good {
		c.ID = kind
		if err := Validate(lan.Alerts{Channels: []lan.Channel{c}}); err != nil {
			t.Error(err)
		}
	}
	for name, spoil := range map[string]func() lan.Channel{
		"kind":             func() lan.Channel { return lan.Channel{Kind: "pigeon"} },
		"no address":       func() lan.Channel { return lan.Channel{Kind: "webhook"} },
		"file":             func() lan.Channel { return lan.Channel{Kind: "webhook", Server: "file:///etc/passwd"} },
		"user in address":  func() lan.Channel { return lan.Channel{Kind: "webhook", Server: "https://a:b@example.org/"} },
		"agent elsewhere":  func() lan.Channel { c := good["webhook"]; c.Agent = true; return c },
		"topic":            func() lan.Channel { c := good["ntfy"]; c.To = "a/b"; return c },
		"no token":         func() lan.Channel { c := good["gotify"]; c.Key = ""; return c },
		"token path":       func() lan.Channel { c := good["telegram"]; c.Key = "1:/../x"; return c },
		"line break":       func() lan.Channel { c := good["smtp"]; c.From = "a@b.c>\r\nRCPT TO:<d@e.f"; return c },
		"two commands":     func() lan.Channel { c := good["smtp"]; c.To = "a@b.c> NOTIFY=NEVER"; return c },
		"no port":          func() lan.Channel { c := good["smtp"]; c.Server = "mail.example.org"; return c },
		"half a login":     func() lan.Channel { c := good["smtp"]; c.Key = ""; return c },
		"wildcard":         func() lan.Channel { c := good["mqtt"]; c.To = "a/#"; return c },
		"udp in TLS":       func() lan.Channel { c := good["syslog"]; c.Server = "udp://192.168.1.5:514"; return c },
		"security unheard": func() lan.Channel { c := good["mqtt"]; c.TLS = "start"; return c },
		"long":             func() lan.Channel { c := good["webhook"]; c.Key = strings.Repeat("x", maxKey+1); return c },
	} {
		c := spoil()
		c.ID = "x"
		if err := Validate(lan.Alerts{Channels: []lan.Channel{c}}); err == nil {
			t.Errorf("%s is let through", name)
		}
	}
	for name, r := range map[string]lan.Rule{
		"channel": {ID: "r", Channel: "y"},
		"event":   {ID: "r", Channel: "x", Events: []lan.Happening{"earthquake"}},
		"delay":   {ID: "r", Channel: "x", Delay: -1},
		"group":   {ID: "r", Channel: "x", Group: "all"},
		"kind":    {ID: "r", Channel: "x", Group: "kind:toaster"},
		"hours":   {ID: "r", Channel: "x", Quiet: lan.Hours{From: "25:00", To: "07:00"}},
		"id":      {ID: "R!", Channel: "x"},
	} {
		err := Validate(lan.Alerts{Channels: []lan.Channel{channelOf("x")}, Rules: []lan.Rule{r}})
		if err == nil || !strings.HasPrefix(err.Error(), "rule 1: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
