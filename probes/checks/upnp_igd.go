package checks

import (
	"context"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// A router that offers WANIPConnection or WANPPPConnection (UPnP Forum, IGD:1
// and IGD:2) opens ports to the internet for any program that asks: a change of
// its security without a login. A FRITZ!Box offers the same and refuses whoever its
// owner has not allowed, which only the attempt would show.
var _ = register(probes.Check{
	ID:        "upnp-igd",
	Topic:     "Opening doors to the internet (UPnP)",
	Title:     "Any device can open doors from the internet into your home (UPnP)",
	Advice:    "An infected device could open a door from the internet to your camera or your files, and nobody would ask you. Most homes do not need it. In the router's settings look for \"UPnP\" and turn its port forwarding off. If a games console or a call app then stops working, turn it on again, or open only the port that it needs.",
	Guideline: 5, Provision: "5.5-5", Severity: lan.WhenYouCan, Touch: lan.Ask,
	Applies: func(d lan.Device, s lan.Service) bool { return s.Port == 0 && gateway(d) != "" },
	Run: func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		p.Saw("read its UPnP description at "+p.Device.Heard[lan.UPnPLocation], "it offers "+gateway(p.Device))
		if strings.HasPrefix(p.Device.Vendor, "AVM") || strings.Contains(said(p.Device, lan.UPnPModelName), "FRITZ!") {
			p.Advice = "A FRITZ!Box opens doors only for devices that you allowed. Look under Internet, Permit Access, and take the permission from each that does not need it."
			return lan.Undecided, nil
		}
		return lan.Fail, nil
	},
})

// upnpForum is the standard's own name space. A router's private one, such as
// FRITZ!Box's urn:dslforum-org (TR-064), asks for a login first.
const upnpForum = "urn:schemas-upnp-org:service:"

// gateway is the port-opening service that d offers, empty if it offers none.
func gateway(d lan.Device) string {
	for word := range strings.FieldsSeq(d.Heard[lan.UPnPServices]) {
		name, standard := strings.CutPrefix(word, upnpForum)
		if standard && (strings.HasPrefix(name, "WANIPConnection:") || strings.HasPrefix(name, "WANPPPConnection:")) {
			return word
		}
	}
	return ""
}
