package wiring

import (
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/links"
)

// links are where to look and listen now: what the owner chose, of what there is,
// else what the program was started with.
func (d *Daemon) links() ([]lan.Link, error) {
	state, err := observe()
	if err != nil {
		return nil, err
	}
	choice, err := links.Choose(state, d.wanted(state))
	return choice.Links, err
}

// wanted are the links to choose. One that was unplugged since is not missed.
func (d *Daemon) wanted(state links.State) links.Want {
	want := links.Want{Link: d.config.Links, Target: d.config.Targets}
	if d.Home == nil { // it is being opened
		return want
	}
	chosen := d.Home.Chosen()
	there := slices.DeleteFunc(slices.Clone(chosen), func(name string) bool {
		return !slices.ContainsFunc(state.Ifaces, func(i links.Iface) bool { return i.Name == name })
	})
	switch {
	case len(there) > 0:
		want.Link = there
	case len(chosen) > 0: // none in place of what the owner chose
		want.Link = chosen
	}
	return want
}

// choices are the links that the owner may choose, with those that are looked at now.
func (d *Daemon) choices() (list []lan.LinkChoice, err error) {
	state, err := observe()
	if err != nil {
		return nil, err
	}
	now, _ := links.Choose(state, d.wanted(state)) // none: all are still to be chosen from
	auto, _ := links.Choose(state, links.Want{Link: d.config.Links, Target: d.config.Targets})
	for _, i := range state.Ifaces {
		one, err := links.Choose(state, links.Want{Link: []string{i.Name}, Target: d.config.Targets})
		if err != nil || len(one.Links) == 0 {
			continue
		}
		c := lan.LinkChoice{Link: one.Links[0]}
		c.Chosen = slices.ContainsFunc(now.Links, func(l lan.Link) bool { return l.Name == i.Name })
		if at := slices.IndexFunc(auto.Refused, func(r links.Refusal) bool { return r.Link == i.Name }); at >= 0 {
			c.Why, _, _ = strings.Cut(auto.Refused[at].Why, "; choose it with") // that is for the command line
		}
		list = append(list, c)
	}
	return list, nil
}
