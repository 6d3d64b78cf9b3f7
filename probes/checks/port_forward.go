package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// The router that homesweep runs on tells whom it lets in. That is every door of
// this very device, the owner's and those that programs had opened; upnp-mapping
// tells of a router that homesweep only talks to.
var _ = register(probes.Check{
	ID:        "port-forward",
	Topic:     "Doors that the router keeps open to it from the internet",
	Title:     "This device can be reached from the internet",
	Advice:    "Strangers find such a door within hours and try passwords and known flaws on it. If you do not need it, delete it in the router's settings; to reach your home from outside, a VPN is the quieter way.",
	Guideline: 6, Provision: "5.6-1", Severity: lan.Soon, Touch: lan.Listen,
	Applies: func(d lan.Device, s lan.Service) bool { return s.Port == 0 && d.Reachable != nil },
	Run: func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		list := slices.Clone(p.Device.Reachable)
		if len(list) == 0 {
			p.Saw("read the router's port forwards, and what programs had it open", "none leads here")
			return lan.LikelyPass, nil // one of its own making, through a tunnel, is not seen
		}
		lan.Sort(list, func(a, b lan.Forward) int { return int(worth(p.Device, b)) - int(worth(p.Device, a)) })
		private, stray, verdict, by := true, true, lan.LikelyFail, map[string]bool{}
		for _, f := range list {
			p.Saw(doorBy[f.By], doorWords(p.Device, f))
			private, stray, by[f.By] = private && tunnel(f), stray && astray(p.Device, f), true
			if !f.Behind {
				verdict = lan.Fail
			}
		}
		worst := worth(p.Device, list[0])
		p.Grade(worst)
		p.Steps = doorSteps(by)
		switch {
		case stray:
			p.Title = "The router lets the internet in to an address that no known device has"
			p.Advice = "The next device that is given this address can be reached from the internet at once. Delete the door in the router's settings if you do not need it."
		case private:
			p.Title = "Its VPN can be reached from the internet, as a VPN has to be"
			p.Advice = "Nothing is wrong with that. Keep it updated, and delete the door if you do not use it any more."
		case worst == lan.ForInfo:
			p.Title = "It keeps a door to the internet open, as games and calls do"
			p.Advice = "Nothing is wrong with that, nor with a door for addresses that you chose. Delete it if nobody at home knows what it is for."
		case p.Device.Self:
			p.Title = "The router itself can be reached from the internet"
		}
		return verdict, nil
	},
})

// doorBy is how a way was learned.
var doorBy = map[string]string{
	lan.ByOwner: "read the router's firewall settings", lan.ByUPnP: "read what programs at home had the router open (UPnP)",
}

// astray reports whether f, of the router itself, leads to an address that no known
// device has.
func astray(d lan.Device, f lan.Forward) bool { return d.Self && f.Client.IsValid() }

// tunnels are the ports of VPN servers, which are made to face the internet: IPsec,
// L2TP, OpenVPN, WireGuard, Tailscale (iana.org; wireguard.com; tailscale.com/kb/1082).
var tunnels = []uint16{500, 1194, 1701, 4500, 41641, 51820}

func tunnel(f lan.Forward) bool {
	return slices.Contains(tunnels, f.Port) && f.Last <= f.External && (f.Transport == lan.UDP || f.Port == 1194)
}

// grave are the ports at which a stranger who comes in has the device, or which
// worms look for: remote control, shared files, debugging, recorders.
var grave = map[lan.Transport][]uint16{lan.TCP: {23, 139, 445, 2323, 3389, 5555, 5900, 34567, 37777}}

// worth is how much a way to d matters.
func worth(d lan.Device, f lan.Forward) lan.Severity {
	if astray(d, f) {
		d = lan.Device{}
	}
	watches := d.Kind == "camera" || d.Kind == "nvr"
	keeps := watches || d.Kind == "nas" || d.Kind == "printer" || d.Self
	s := lan.WhenYouCan
	switch {
	case f.Port == 0 && keeps:
		s = lan.ActNow
	case f.Port == 0: // all of it, as consoles are given
		s = lan.Soon
	case tunnel(f):
		return lan.ForInfo
	case leadsToAny(f, grave), watches && leadsToAny(f, delicate):
		s = lan.ActNow
	case !d.Self && f.Last <= f.External && f.Transport == lan.TCP && (f.Port == 443 || f.Port == 8443):
		// what a careful owner opens
	case leadsToAny(f, delicate):
		s = lan.Soon
	case f.Transport == lan.UDP:
		s = lan.ForInfo // games and calls
	}
	if f.From != "" || f.Behind {
		s = max(s-1, lan.ForInfo)
	}
	return s
}

func leadsToAny(f lan.Forward, ports map[lan.Transport][]uint16) bool {
	for transport, list := range ports {
		if slices.ContainsFunc(list, func(port uint16) bool { return f.LeadsTo(transport, port) }) {
			return true
		}
	}
	return false
}

// doorWords is a way in words: by which rule, from which port to which, for whom.
func doorWords(d lan.Device, f lan.Forward) string {
	var b strings.Builder
	if f.For != "" {
		fmt.Fprintf(&b, "“%s”: ", f.For)
	}
	whose := itself
	if astray(d, f) {
		whose, d.Services = f.Client.String(), nil
	}
	b.WriteString(doorPath(f, whose))
	if i := slices.IndexFunc(d.Services, func(s lan.Service) bool {
		return s.Transport == f.Transport && s.Port == f.Port && s.Name != lan.Unknown
	}); i >= 0 {
		fmt.Fprintf(&b, " (%s)", d.Services[i].Name)
	}
	who := "anybody on the internet"
	if f.From != "" {
		who = "only " + f.From
	}
	b.WriteString("; " + who + " may use it")
	if f.Behind {
		b.WriteString(", if the other router before this one lets it through")
	}
	return b.String()
}

const itself = "this device"

// doorPath is from which port to which of whose: IPv6 translates nothing, it lets
// through.
func doorPath(f lan.Forward, whose string) string {
	through, outer := f.Client.Is6(), "port"
	if f.Transport != "" {
		outer = string(f.Transport) + " port"
	}
	switch {
	case f.External == 0:
		outer = "every " + outer
	case f.Last > f.External:
		outer = fmt.Sprintf("%ss %d to %d", outer, f.External, f.Last)
	default:
		outer = fmt.Sprintf("%s %d", outer, f.External)
	}
	switch {
	case through && (f.External == 0 || whose != itself):
		return outer + " at " + f.Client.String()
	case through:
		return "its " + outer + " at " + f.Client.String()
	case f.External == 0:
		outer += " of the router"
	default:
		outer = "the router's " + outer
	}
	switch {
	case !f.Client.IsValid():
		return outer + ", open"
	case f.Port == 0, f.Last > f.External && f.Port == f.External:
		return outer + ", to the same one of " + whose
	case whose == itself:
		return fmt.Sprintf("%s, to its port %d", outer, f.Port)
	}
	return fmt.Sprintf("%s, to port %d of %s", outer, f.Port, whose)
}

// doorSteps is how the ways are closed on OpenWrt, the only system whose settings are
// read (openwrt.org/docs/guide-user/firewall/firewall_configuration).
func doorSteps(by map[string]bool) (steps []string) {
	if by[lan.ByOwner] {
		steps = append(steps, "Open the router's own page and go to Network, Firewall; look under Port Forwards and Traffic Rules.",
			"Delete the rule that is named here, or take away its tick under Enable. Press Save & Apply.")
	}
	if by[lan.ByUPnP] {
		steps = append(steps, "Turn off remote access or UPnP in the app of this device; it had the router open the door.",
			"On the router's page under Services, UPnP, delete what is left of it.")
	}
	return steps
}
