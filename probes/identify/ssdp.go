package identify

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(ssdp{}, asks)

// ssdp sends one device the search that is otherwise multicast (UPnP Device
// Architecture 1.1, section 1.3.2).
type ssdp struct{}

// Name is "ssdp".
func (ssdp) Name() string { return "ssdp" }

func (ssdp) udpPort() uint16 { return 1900 }

func (ssdp) everyday() bool { return true }

// Likely claims UDP port 1900.
func (s ssdp) Likely(ep lan.Endpoint, _ []byte) bool {
	return ep.Transport == lan.UDP && ep.Port == s.udpPort()
}

// Identify asks and takes the first answer. MX is there for devices of version
// 1.0, which ignore a search without it.
func (ssdp) Identify(ctx context.Context, r probes.Reach, ep lan.Endpoint) (lan.Service, error) {
	svc := found(ep, "ssdp")
	search := "M-SEARCH * HTTP/1.1\r\nHOST: " + authority(ep) +
		"\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n"
	answer, err := r.Ask(ctx, ep, []byte(search))
	if err != nil {
		return svc, fmt.Errorf("ask ssdp: %w", err)
	}
	server, location, ok := parseSSDP(answer)
	if !ok {
		return svc, probes.ErrNotMine
	}
	svc.Heard.Set(lan.SSDPServer, server)
	if leadsTo(location, ep.Addr) {
		svc.Heard.Set(lan.UPnPLocation, location)
	}
	svc.Product, svc.Version = parseProduct(server)
	return svc, nil
}

// parseSSDP reads a search's answer: a 200 that names what was found.
func parseSSDP(answer []byte) (server, location string, ok bool) {
	h, ok := parseHead(answer, "HTTP/")
	if !ok || h.status != "200" || h.get("ST")+h.get("USN") == "" {
		return "", "", false
	}
	return h.get("Server"), h.get("Location"), true
}

// leadsTo reports whether a URL's host is addr itself: a description anywhere
// else is not this device's to give.
func leadsTo(location string, addr netip.Addr) bool {
	u, err := url.Parse(location)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	host, err := netip.ParseAddr(u.Hostname())
	return err == nil && host.WithZone("").Unmap() == addr.WithZone("").Unmap()
}
