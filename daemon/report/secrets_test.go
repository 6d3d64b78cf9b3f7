package report

import (
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestRedactWords: what is struck out of a device's words, and what stays.
func TestRedactWords(t *testing.T) {
	for _, c := range []struct {
		name, maker, heard string
		never, still       []string
	}{
		{"Sam", "Samsung", "login of sam here: a Samsung", []string{"sam "}, []string{"Samsung"}},
		{"Phil", "Philips", "this is phil, by Philips", []string{"phil,"}, []string{"Philips"}},
		{"", "Samsung", "hello sam login: by Samsung", []string{"sam login"}, []string{"by Samsung"}},
		{"", "", `hello "Jane Doe`, []string{"Jane", "Doe"}, []string{"hello"}},
		{"", "", `asks for "login" to "Jane`, []string{"Jane"}, []string{`"login"`}},
		{"", "", "at jane.local:8123 or (jane.local) or jane.local/x or http://jane.fritz.box/y and jane%2Elocal",
			[]string{"jane"}, []string{" or "}},
		{"Janes Flöte", "", `saw Janes%20Fl%C3%B6te and Janes\032Fl\195\182te and Janes%2520Fl%25C3%25B6te`, []string{"Janes"}, []string{"saw device 1 and device 1"}},
		{"Front door", "", "GET /a%20b%2fc", nil, []string{"/a%20b%2fc"}},
		{"", "", "called from 93.184.216.34 and 93.184.216.35:80, Boa/0.94.14.1, version 2.0.2.140, V1.0.2.134, build 7.1.2.3",
			[]string{"93.184"}, []string{"Boa/0.94.14.1", "version 2.0.2.140", "V1.0.2.134", "build 7.1.2.3"}},
	} {
		d := thing("d", factory, "192.168.1.9", finds("x", lan.Fail, lan.Soon))
		d.Vendor = c.maker
		if c.name != "" {
			d.Names = []string{c.name}
		}
		d.Findings[0].Evidence = []lan.Evidence{{Heard: c.heard}}
		got := Redact(look(d)).Devices[0].Findings[0].Evidence[0].Heard
		for _, never := range c.never {
			if strings.Contains(got, never) {
				t.Errorf("%q is in %q of %q", never, got, c.heard)
			}
		}
		for _, still := range c.still {
			if !strings.Contains(got, still) {
				t.Errorf("%q is not in %q of %q", still, got, c.heard)
			}
		}
	}
}

// TestRedactOwnWords: whatever a link or a host is called, our own names of checks,
// services and fields and the ordinary words of advice stay.
func TestRedactOwnWords(t *testing.T) {
	const advice = "Turn the web proxy off, or move it to the guest network. Anybody on the LAN can reach it."
	d := thing("d", factory, "192.168.1.9", lan.Finding{Check: "smb-guest", Verdict: lan.Fail, Severity: lan.Soon, Service: "tcp/80",
		Title: "The proxy is open", Advice: advice, Steps: []string{"Open the lan page."}})
	d.Sources = []string{"mdns"}
	d.Identity = []lan.Fact{{Field: lan.FieldModel, Value: "C1", Source: "upnp"}}
	for _, name := range []string{"proxy", "guest", "tcp", "smb", "model", "mdns", "upnp", "smb-guest", "raw", "homesweep"} {
		s := look(d)
		s.Devices[0].Names = []string{name}
		s.Links = append(s.Links, lan.Link{Name: "guest"}, lan.Link{Name: "lan"})
		out := Redact(s)
		got := out.Devices[0]
		f := got.Findings[0]
		if f.Check != "smb-guest" || f.Service != "tcp/80" || got.Sources[0] != "mdns" || out.Rung != "raw" || out.Tool != s.Tool ||
			got.Identity[0].Field != lan.FieldModel || got.Identity[0].Source != "upnp" {
			t.Errorf("%s: %+v", name, got)
		}
		if name == "proxy" && (f.Title != "The proxy is open" || f.Advice != advice || f.Steps[0] != "Open the lan page.") {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

// TestRedactVersions: in our own knowledge of a device, four numbers are a version.
func TestRedactVersions(t *testing.T) {
	const advice = "Install 23.1.2.3 or later."
	d := thing("d", factory, "192.168.1.9", finds("firmware-outdated", lan.Fail, lan.Soon), finds("x", lan.Fail, lan.Soon))
	for i := range d.Findings {
		d.Findings[i].Advice = advice
	}
	out := Redact(look(d)).Devices[0].Findings
	for _, f := range out {
		if (f.Advice == advice) != (f.Check == "firmware-outdated") {
			t.Errorf("%s: %q", f.Check, f.Advice)
		}
	}
}
