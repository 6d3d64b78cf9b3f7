package checks

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

// A proxy leads whoever it lets in wherever they ask. A SOCKS proxy says before
// that whether it wants a login (RFC 1928 section 3); a web proxy is asked for a
// page at itself, at a port where nothing is, so that nothing leaves the device.
var _ = register(probes.Check{
	ID:        "proxy-open",
	Topic:     "Going on the internet through it (proxy)",
	Title:     "Anyone on your network can go on the internet through it (proxy)",
	Advice:    "It passes on whatever strangers ask, in your name and past your rules for who may see what. If you did not set it up, find out which app did and remove it. Otherwise set a password, or allow only the devices that need it.",
	Guideline: 6, Provision: "5.6-1", Severity: lan.Soon, Touch: lan.Ask,
	Applies: func(_ lan.Device, s lan.Service) bool { return s.Name == "socks" || webProxy(s) },
	Run: func(ctx context.Context, p *probes.Pass) (lan.Verdict, error) {
		if p.Service.Name == "socks" {
			return socksVerdict(ctx, p)
		}
		nowhere := netip.AddrPortFrom(p.Service.Address.WithZone(""), 65533).String()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+nowhere+"/", nil)
		if err != nil {
			return lan.Undecided, err
		}
		req.URL.Opaque = "//" + nowhere + "/" // the absolute form (RFC 9112 section 3.2.2)
		resp, err := p.Reach.HTTP(p.Service.Endpoint()).Do(req)
		if err != nil {
			return lan.Undecided, err
		}
		resp.Body.Close()
		p.Saw("asked it to fetch http://"+nowhere+"/, which is nowhere on itself", "status "+resp.Status)
		return relayed(p, resp.StatusCode), nil
	},
})

// relayed judges by the status of the page that is nowhere. A web server that is no
// proxy may stumble over the question with 500, and over any question with 503.
func relayed(p *probes.Pass, status int) lan.Verdict {
	byName := proxyByName(p.Service)
	switch status {
	case 500, 502, 503, 504: // it tried
		switch {
		case byName:
			return lan.Fail
		case status != 500:
			p.Title = "Anyone on your network can probably go on the internet through it (proxy)"
			return lan.LikelyFail
		}
	case 401, 403, 407:
		return lan.Pass
	}
	return lan.Undecided
}

var socksVerdict = byAnswer(identify.SOCKSMethod, "offered to come without a login", "it chose method", "0", "2 255")

// proxies are the programs that call themselves so, in lower case, and proxyPorts
// where people run others.
var (
	proxies    = []string{"squid", "tinyproxy", "privoxy", "polipo", "3proxy", "ccproxy", "wwwoffle"}
	proxyPorts = []uint16{808, 1080, 3128, 3129, 8080, 8118, 8888}
)

// webProxy reports whether s is probably one: by its name, or for it has no front
// page of its own at a port of proxies.
func webProxy(s lan.Service) bool {
	if s.Name != "http" && s.Name != "https" {
		return false
	}
	return proxyByName(s) ||
		s.Heard[lan.HTTPStatus] == "400" && slices.Contains(proxyPorts, s.Port)
}

func proxyByName(s lan.Service) bool { return slices.Contains(proxies, strings.ToLower(s.Product)) }
