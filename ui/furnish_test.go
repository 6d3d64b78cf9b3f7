package ui

import (
	"slices"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// rule is one guideline of the made-up household.
type rule struct {
	title, why, instead string
	possible            int
	provisions          []lan.Provision
}

var rules = []rule{
	{"No default passwords", "Whether each unit left the factory with a password of its own cannot be seen.", "Ask yourself for each device: did I choose this password?", 4, []lan.Provision{
		{ID: "5.1-1", Meaning: "Passwords are each device's own or chosen by the user", Status: "MF", Seen: "directly", Checks: []string{"default-login"}},
		{ID: "5.1-2", Meaning: "Passwords set in the factory cannot be worked out", Status: "MF", Seen: "by its signs"},
		{ID: "5.1-5", Meaning: "Guessing through the network is made impractical", Status: "MCF", Seen: "not"}}},
	{"Have a vulnerability disclosure policy", "", "", 1, []lan.Provision{{ID: "5.2-1", Meaning: "The maker says in public how flaws can be reported", Status: "M", Seen: "from records"}}},
	{"Keep software updated", "Whether it looks for updates on its own was not watched for long enough.", "Switch on automatic updates in the maker's app.", 5, []lan.Provision{
		{ID: "5.3-2", Meaning: "There is a secure way to install updates", Status: "MC", Seen: "from records"},
		{ID: "5.3-13", Meaning: "The time of support is published", Status: "M", Seen: "from records"},
		{ID: "5.3-16", Meaning: "The model can be recognised", Status: "M", Seen: "directly"}}},
	{"Store credentials securely", "How a device keeps its passwords inside cannot be seen from the network.", "Use a password that you use nowhere else, so that one lost device opens nothing.", 1, []lan.Provision{{ID: "5.4-3", Meaning: "No secrets in the program itself", Status: "M", Seen: "from records"}}},
	{"Communicate securely", "What a device sends to its maker's servers is encrypted, so nobody can look into it from here.", "", 6, []lan.Provision{
		{ID: "5.5-1", Meaning: "Sound cryptography for what it says", Status: "M", Seen: "directly"}, {ID: "5.5-5", Meaning: "Settings that matter change only after a login", Status: "MF", Seen: "directly"}}},
	{"Minimise exposed attack surfaces", "Sockets inside the case and the program's own parts cannot be seen.", "", 9, []lan.Provision{{ID: "5.6-1", Meaning: "Unused doors are closed", Status: "MF", Seen: "directly"}, {ID: "5.6-2", Meaning: "Little is told to strangers", Status: "M", Seen: "directly"}}},
	{"Ensure software integrity", "Whether a device checks its own program when it starts cannot be seen from outside.", "If it behaves oddly, reset it to the factory state and update it.", 0, []lan.Provision{{ID: "5.7-1", Meaning: "It checks its program when it starts", Status: "R", Seen: "from records"}}},
	{"Protect personal data", "What is done with recordings and habits is decided on the maker's servers.", "Read the app's privacy page and switch off what you do not need.", 0, []lan.Provision{{ID: "5.8-3", Meaning: "Cameras, microphones and the like are told of", Status: "MF", Seen: "from records"}}},
	{"Make systems resilient to outages", "homesweep never cuts power or internet to find out.", "Ask of each device: what still works when the internet does not?", 0, []lan.Provision{{ID: "5.9-2", Meaning: "It works on without internet", Status: "R", Seen: "by its signs"}}},
	{"Monitor system telemetry", "Whether the maker watches for attacks is known to the maker only.", "", 0, []lan.Provision{{ID: "5.10-1", Meaning: "Telemetry, if any, is looked at for oddities", Status: "RF", Seen: "not"}}},
	{"Make it easy to delete personal data", "Nothing is ever reset or deleted to see whether it works.", "Before you give a device away, follow its list of steps.", 0, []lan.Provision{{ID: "5.11-1", Meaning: "The user can erase the data on it", Status: "M", Seen: "not"}}},
	{"Make installation and maintenance easy", "How easy the set-up was, only you know.", "", 1, []lan.Provision{{ID: "5.12-1", Meaning: "Few decisions, with safe defaults where there are some", Status: "R", Seen: "by its signs"}}},
	{"Validate input data", "Devices are not attacked to find out.", "", 0, []lan.Provision{{ID: "5.13-1A", Meaning: "What users type is checked", Status: "M", Seen: "not"}}},
}

var wipe = []string{
	"Save what you want to keep: recordings, settings, pictures.", "Remove the device from its app and from your account with the maker.",
	"Delete the recordings and data that the maker holds for you.", "Reset it to its factory state, as its manual says.",
	"See that it greets you with its first set-up again, then take it off the network.",
}

// guidelines are d's, or with all devices the home's.
func guidelines(devices ...lan.Device) (list []lan.Guideline) {
	for i, r := range rules {
		g := lan.Guideline{Number: i + 1, Title: r.title, Possible: r.possible, Why: r.why, Instead: r.instead, Words: "Nothing of this can be seen from the network."}
		if r.possible > 0 {
			g.Verdict, g.Checked, g.Words = lan.LikelyPass, (r.possible+1)/2, "Nothing worrying was seen in what could be looked at."
		}
		for _, d := range devices {
			if slices.ContainsFunc(d.Findings, func(f lan.Finding) bool { return f.Verdict.Problem() && f.Guideline == i+1 }) {
				g.Verdict, g.Words = lan.Fail, "Something here needs doing."
				g.Devices = append(g.Devices, d.ID)
			}
		}
		g.Provisions = slices.Clone(r.provisions)
		for n := range g.Provisions {
			if g.Provisions[n].Seen != "not" {
				g.Provisions[n].Verdict = g.Verdict
			}
		}
		if len(devices) == 1 {
			g.Devices = nil
			if i == 10 {
				g.Steps = wipe
			}
		}
		list = append(list, g)
	}
	return list
}

// furnished is a household with all that a report can show.
func furnished(t testing.TB) PaperData {
	s := newHouse(t).sweep
	s.Devices = slices.Clone(s.Devices)
	s.Knowledge = lan.Knowledge{Serial: 41, Created: noon.AddDate(0, 0, -9), Layers: []string{"Example Broadband"}}
	for i := range s.Devices {
		d := &s.Devices[i]
		d.Guidelines = guidelines(*d)
		for n := range d.Findings {
			if f := &d.Findings[n]; f.Check == "firmware-outdated" && f.Verdict.Problem() {
				f.Urgency = lan.Urgency{Exploited: true, CVSS: 9.8}
				f.Steps = []string{"Open the camera's page in a browser on your own network.", "Go to Configuration, System, Maintenance.", "Choose the newest firmware from the maker's site and install it.", "Wait five minutes, then sweep again."}
			}
		}
	}
	s.Guidelines = guidelines(s.Devices...)
	s.First = []lan.Ref{{Device: "cam-front", Check: "firmware-outdated"}, {Device: "dvr", Check: "rtsp-open", Service: "tcp/554"}}
	s.Changes = &lan.Changes{
		Since:   noon.Add(-12 * 24 * time.Hour),
		Devices: []lan.DeviceChange{{Device: "mystery", Name: "192.168.1.77", Change: lan.Joined, Words: "It was not there before."}, {Device: "old-cam", Name: "Garage, Foscam FI9900 (192.168.1.31)", Change: lan.Gone, Words: "Garage did not answer this time."}},
		Findings: []lan.FindingChange{
			{Ref: lan.Ref{Device: "nas", Check: "smb1"}, Name: "DiskStation", Change: lan.Appeared, Title: "It still speaks the oldest kind of file sharing", Severity: lan.Soon, Words: "New since the last look."},
			{Ref: lan.Ref{Device: "hue", Check: "default-login"}, Name: "Hue Bridge", Change: lan.Fixed, Title: "The password it came with still works", Words: "It does not any more."}},
		Notes: []string{"2 devices slept, so their findings were not compared."},
	}
	return PaperData{Sweep: s, Version: "0.6", Made: noon}
}
