package ui

import (
	"net/http"
	"slices"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// whole is the answer to GET /api/v1/state.
type whole struct {
	Version   string         `json:"version"`
	Now       time.Time      `json:"now"` // a router's clock may be off: ages are counted from here
	Public    bool           `json:"public,omitempty"`
	Touch     lan.Touch      `json:"touch"`
	Progress  lan.Progress   `json:"progress"`
	Sweep     lan.Sweep      `json:"sweep"`               // without evidence, see brief
	Here      []string       `json:"here"`                // devices that are here, see here
	Decisions []lan.Decision `json:"decisions,omitempty"` // absent unless Remembers
	Remembers bool           `json:"remembers"`           // the House is a Memory
	Grants    []lan.Grant    `json:"grants,omitempty"`    // absent unless Granting
	Granting  bool           `json:"granting"`            // the House is Granting
	Knowledge *Knowledge     `json:"knowledge,omitempty"` // absent without a Library
	Contact   string         `json:"contact"`             // who looks after the home
	Schedule  *lan.Schedule  `json:"schedule,omitempty"`  // absent without a Keeper
	Upkeep    *lan.Upkeep    `json:"upkeep,omitempty"`    // absent without a Keeper
	Offers    []string       `json:"offers"`              // see offers
}

// offers are what there is beyond the least: "chronicle", "inspect", "keeper",
// "alarm".
func (d *dashboard) offers() []string {
	list := []string{}
	for _, o := range []struct {
		name string
		has  bool
	}{
		{"chronicle", is[Chronicle](d.House)}, {"inspect", is[Inspector](d.House)},
		{"keeper", is[Keeper](d.House)}, {"alarm", d.Alarm != nil},
	} {
		if o.has {
			list = append(list, o.name)
		}
	}
	return list
}

// is reports whether a House is a T as well.
func is[T any](house House) bool {
	_, ok := house.(T)
	return ok
}

func (d *dashboard) state(w http.ResponseWriter, r *http.Request) {
	sweep := d.House.Sweep()
	out := whole{
		Version: d.Version, Now: d.Now(), Public: d.Public,
		Touch: d.House.Touch(), Progress: d.House.Progress(), Here: []string{},
	}
	for _, dev := range sweep.Devices {
		if dev.Here(sweep) {
			out.Here = append(out.Here, dev.ID)
		}
	}
	out.Sweep = d.brief(sweep)
	out.Decisions, out.Remembers = d.decisions("")
	out.Grants, out.Granting = d.grants("")
	out.Knowledge = d.knowledge()
	out.Offers = d.offers()
	if keeper, ok := d.House.(Keeper); ok {
		schedule, upkeep := keeper.Schedule(), keeper.Upkeep()
		out.Contact, out.Schedule, out.Upkeep = keeper.Contact(), &schedule, &upkeep
	}
	pack(w, r, out)
}

// one is the answer to GET /api/v1/devices/{id}.
type one struct {
	Device    lan.Device     `json:"device"`
	Here      bool           `json:"here"`
	Decisions []lan.Decision `json:"decisions,omitempty"`
	Remembers bool           `json:"remembers"`
	Grants    []lan.Grant    `json:"grants,omitempty"` // on it and on all
	Granting  bool           `json:"granting"`
	Now       time.Time      `json:"now"`
}

func (d *dashboard) device(w http.ResponseWriter, r *http.Request) {
	sweep := d.House.Sweep()
	dev, ok := listed(w, r, sweep)
	if !ok {
		return
	}
	alone := sweep
	alone.Devices = []lan.Device{dev}
	concluded := d.Conclude(alone).Devices[0]
	out := one{Device: concluded.Discreet(d.Now().Location()), Here: dev.Here(sweep), Now: d.Now()}
	out.Decisions, out.Remembers = d.decisions(dev.ID)
	out.Grants, out.Granting = d.grants(dev.ID)
	reply(w, http.StatusOK, out)
}

// listed is the device of sweep that a path names; when there is none it has
// answered.
func listed(w http.ResponseWriter, r *http.Request, sweep lan.Sweep) (lan.Device, bool) {
	id := r.PathValue("id")
	i := slices.IndexFunc(sweep.Devices, func(dev lan.Device) bool { return dev.ID == id })
	if i < 0 {
		refuse(w, http.StatusNotFound, "This device is not on the list.", "Go back to the devices; it may have a new entry.")
		return lan.Device{}, false
	}
	return sweep.Devices[i], true
}

// decisions are the owner's about one device, or all for the empty id.
func (d *dashboard) decisions(id string) (list []lan.Decision, remembers bool) {
	m, ok := d.House.(Memory)
	if !ok {
		return nil, false
	}
	for _, dec := range m.Decisions() {
		of := dec.Device == id || dec.Value == id && (dec.What == "merge" || dec.What == "split")
		if id == "" || of {
			list = append(list, dec)
		}
	}
	return list, true
}

// brief is sweep without what only a device's own page shows, in new slices: 300
// devices go through a weak Wi-Fi at once.
func (d *dashboard) brief(sweep lan.Sweep) lan.Sweep {
	sweep.Devices = slices.Clone(sweep.Devices)
	for i := range sweep.Devices {
		dev := sweep.Devices[i].Discreet(d.Now().Location())
		dev.Heard, dev.Identity = nil, nil
		dev.Services = slices.Clone(dev.Services)
		for j := range dev.Services {
			dev.Services[j].Heard = nil
		}
		dev.Findings = slices.Clone(dev.Findings)
		for j := range dev.Findings {
			f := &dev.Findings[j]
			if f.Evidence = nil; !f.Verdict.Problem() {
				*f = lan.Finding{Check: f.Check, Verdict: f.Verdict, Severity: f.Severity}
			}
		}
		sweep.Devices[i] = dev
	}
	return sweep
}
