package links

import "slices"

// home picks among the usable interfaces those of the home and refuses the
// others. What the person named is taken, save a router's way to the internet.
func (c *Choice) home(state State, want Want, fit []Iface) []Iface {
	ways := waysOut(state)
	named := len(want.Link) > 0
	outer := beyond(state, ways)
	sure, router := isRouter(state, outer)
	switch {
	case router && (sure || !named):
		return c.inside(state, outer, fit, sure, named)
	case named:
		return fit
	}
	return c.nearest(state, ways, fit)
}

// inside keeps a router's own side.
func (c *Choice) inside(state State, ways []string, fit []Iface, sure, named bool) []Iface {
	var lan []Iface
	for _, i := range fit {
		switch {
		case !slices.Contains(ways, i.Name):
			lan = append(lan, i)
		case sure && state.behind(i.Name) != "":
			c.refuse(i, "the internet is behind it: it is in the firewall's zone "+state.behind(i.Name))
		case sure:
			c.refuse(i, "it carries the way to the internet")
		default:
			c.refuse(i, "it carries the way to the internet and this machine may be a router; if it is the home's own network, choose it with -link "+i.Name)
		}
	}
	if named {
		return lan
	}
	return c.strong(lan)
}

// nearest keeps the one link that carries the way out: for a machine that is
// not the router this is where the home is. Without any way out, all are kept.
func (c *Choice) nearest(state State, ways []string, fit []Iface) []Iface {
	fit = c.strong(fit)
	if !slices.ContainsFunc(state.Routes, Route.isDefault) {
		return fit
	}
	best := -1
	for n, i := range fit {
		if slices.Contains(ways, i.Name) && (best < 0 || state.metric(i.Name) < state.metric(fit[best].Name)) {
			best = n
		}
	}
	if best < 0 && len(fit) == 1 && viaTunnel(state) {
		best = 0 // a VPN took the default route; what it runs over is the only link
	}
	var kept []Iface
	for n, i := range fit {
		if n == best {
			kept = append(kept, i)
		} else {
			c.refuse(i, "it is not the link to the home's router; choose it with -link "+i.Name)
		}
	}
	return kept
}

// strong refuses the interfaces that have only made-up link-local addresses,
// if there are others.
func (c *Choice) strong(fit []Iface) []Iface {
	if !slices.ContainsFunc(fit, ordinary) {
		return fit
	}
	var kept []Iface
	for _, i := range fit {
		if ordinary(i) {
			kept = append(kept, i)
		} else {
			c.refuse(i, "it has only link-local addresses; choose it with -link "+i.Name)
		}
	}
	return kept
}

// isRouter reports whether the machine stands between a way out and another
// ordinary private network. It is sure of it on OpenWrt, and elsewhere when
// forwarding is on and no container manager may have switched it on.
func isRouter(state State, ways []string) (sure, router bool) {
	if !state.OpenWrt && (!state.Forwarding || len(ways) == 0) {
		return false, false
	}
	sure = true
	for _, i := range state.Ifaces {
		switch {
		case ownGuests(i):
			sure = state.OpenWrt && sure
		case unfit(i) == "" && ordinary(i) && !slices.Contains(ways, i.Name):
			router = true
		}
	}
	return sure, router
}
