package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/firmware"
	"github.com/homesweep/homesweep/probes/lan"
)

// Programs of others that a device is built from. Their makers mend them under a
// new number; who builds them into a device often mends them under the old one, so
// that an old number alone is never a problem. Where the program is the product, as
// on a server at home, its own word counts.
var _ = register(probes.Check{
	ID:        "software-outdated",
	Topic:     "How old the programs in it are",
	Title:     "It runs an old version of a program, with a known security hole",
	Advice:    "Whoever knows the hole can use it. Update the program from its own settings page, or update the system that it runs on.",
	Guideline: 3, Provision: "5.3-8", Severity: lan.Soon, Touch: lan.Listen,
	Applies: func(d lan.Device, s lan.Service) bool {
		return onThing(d, lan.Service{}) && len(programs(d, s)) > 0
	},
	Run: func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		var (
			answer firmware.Answer
			old    program
			known  bool
		)
		for _, o := range programs(p.Device, p.Service) {
			ask := p.Knowledge.Firmware.Software
			if o.whole {
				ask = p.Knowledge.Firmware.Product
			}
			a, ok := ask(o.name, o.version)
			if ok && (!known || a.Verdict.Problem() || a.Worth && !answer.Verdict.Problem()) {
				answer, old, known = a, o, true
			}
		}
		switch {
		case !known:
			return lan.NotApplicable, nil
		case answer.Worth:
			p.Title = "Worth checking: it shows an old version of " + old.name
		case answer.Verdict.Problem():
			p.Title = fmt.Sprintf("It runs an old version of %s, with a known security hole", old.name)
		case answer.Verdict == lan.LikelyPass:
			p.Title = "No known hole in the version of " + old.name + " that it shows"
		}
		return dated(p, answer, old.name+" "+old.version)
	},
})

// program is one as it names itself.
type program struct {
	name, version string
	whole         bool // the name is the device's, which no part of it can have
}

// shownBy are the fields in which programs that are a product of their own tell
// their version, by an announcement or on their page.
var shownBy = []struct{ field, name string }{
	{"mdns._home-assistant._tcp.version", "Home Assistant"},
	{"mdns._octoprint._tcp.version", "OctoPrint"},
	{"octoprint.version", "OctoPrint"},
	{"plex.version", "Plex Media Server"},
	{"jellyfin.version", "Jellyfin"},
	{"grafana.version", "Grafana"},
	{"nextcloud.version", "Nextcloud"},
	{"nodered.version", "Node-RED"},
	{"portainer.version", "Portainer"},
	{"moonraker.version", "Moonraker"},
	{"esphome.version", "ESPHome"},
	{"mdns._esphomelib._tcp.version", "ESPHome"},
	{"tasmota.firmware", "Tasmota"},
	{"wled.firmware", "WLED"},
}

// programs are those that s names, and for the device as a whole those of its
// announcements and what it calls itself.
func programs(d lan.Device, s lan.Service) (all []program) {
	heard := s.Heard
	if s.Port == 0 {
		heard = d.Heard
	}
	if name, version, ok := strings.Cut(s.Product, "-pi-hole-"); ok && s.Version == "" {
		all = append(all, program{name: name, version: version}) // "dnsmasq-pi-hole-v2.90"
	} else if s.Product != "" {
		all = append(all, program{name: s.Product, version: s.Version})
	}
	for _, o := range shownBy {
		one := program{name: o.name, version: heard[o.field]}
		if one.version != "" && !slices.Contains(all, one) {
			all = append(all, one)
		}
	}
	if s.Port == 0 && toldTogether(d) {
		all = append(all, program{d.Model, d.Firmware, true}, program{d.Vendor, d.Firmware, true})
	}
	return all
}

// toldTogether reports whether d's firmware was told in the words of the same source
// that told its model or vendor. What another told may be the system below: a Home
// Assistant's page and the version of its Linux.
func toldTogether(d lan.Device) bool {
	for _, version := range d.Identity {
		if version.Field != lan.FieldFirmware || version.Value != d.Firmware || version.Value == "" {
			continue
		}
		for _, f := range d.Identity {
			named := f.Field == lan.FieldModel && f.Value == d.Model || f.Field == lan.FieldVendor && f.Value == d.Vendor
			if named && f.Source == version.Source && f.Confidence >= 0.5 {
				return true
			}
		}
	}
	return false
}
