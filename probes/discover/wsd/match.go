package wsd

import (
	"errors"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// match is one target service of an answer or announcement.
type match struct {
	id     string   // "wsd:…", of the endpoint reference; may be empty
	types  []string // local names
	scopes []string // URIs as announced
	xaddrs []string // URLs as announced
	known  bool     // described already, by the IPv4 address of the same thing
}

// tell adds what m says to s.
func (m match) tell(s *lan.Sighting) {
	s.ID = m.id
	for _, t := range m.types {
		s.Heard.Add(lan.WSDTypes, t)
	}
	for _, x := range m.xaddrs {
		s.Heard.Add(lan.WSDXAddrs, x)
	}
	for _, uri := range m.scopes {
		m.tellScope(s.Heard, uri)
	}
}

// onvifScope begins the scopes of ONVIF (Core Specification, section 7.3.2.2).
const onvifScope = "onvif://www.onvif.org/"

// tellScope keeps the scopes that tell what the device is. The others say where
// it stands ("location"), who it is registered with and its serial number.
func (match) tellScope(h lan.Heard, uri string) {
	if len(uri) < len(onvifScope) || !strings.EqualFold(uri[:len(onvifScope)], onvifScope) {
		return
	}
	category, value, _ := strings.Cut(uri[len(onvifScope):], "/")
	value, err := url.PathUnescape(value)
	if err != nil {
		return
	}
	switch strings.ToLower(category) {
	case "name":
		h.Set(OnvifName, value)
	case "hardware":
		h.Set(OnvifHardware, value)
	case "manufacturer", "mfr":
		h.Set(OnvifManufacturer, value)
	case "type", "profile":
	default:
		return
	}
	h.Add(lan.WSDScopes, uri)
}

// is reports whether the target service has the type.
func (m match) is(local string) bool {
	return slices.ContainsFunc(m.types, func(t string) bool { return strings.EqualFold(t, local) })
}

// described reports whether a service at path is worth a Get. ONVIF devices
// know no such question: their types and scopes say it all.
func (m match) described(path string) bool {
	return !m.is("NetworkVideoTransmitter") && !m.is("NetworkVideoDisplay") && !strings.Contains(strings.ToLower(path), "onvif")
}

// maxXAddr is the longest address that is looked at, in bytes.
const maxXAddr = 1024

// own are the endpoints among xaddrs that are on the device itself, and the
// path of each.
func own(xaddrs []string, device netip.Addr) (eps []lan.Endpoint, paths []string) {
	for _, x := range xaddrs {
		ep, path, err := place(x, device)
		if err == nil && !slices.Contains(eps, ep) {
			eps, paths = append(eps, ep), append(paths, path)
		}
	}
	return eps, paths
}

// named is where xaddr leads, if that is an address.
func named(xaddr string) (ep lan.Endpoint, ok bool) {
	u, err := url.Parse(xaddr)
	if err != nil {
		return ep, false
	}
	host, err := netip.ParseAddr(u.Hostname())
	if err != nil {
		return ep, false
	}
	ep, _, err = place(xaddr, host.WithZone("").Unmap())
	return ep, err == nil
}

// place is where xaddr leads, if that is the device itself by HTTP.
func place(xaddr string, device netip.Addr) (ep lan.Endpoint, path string, err error) {
	if len(xaddr) > maxXAddr {
		return ep, "", errors.New("the address is too long")
	}
	u, err := url.Parse(xaddr)
	if err != nil {
		return ep, "", errors.New("the address is no URL")
	}
	host, err := netip.ParseAddr(u.Hostname())
	switch {
	case err != nil, host.WithZone("").Unmap() != device.WithZone("").Unmap():
		return ep, "", errors.New("the address is not the device's own")
	case u.User != nil:
		return ep, "", errors.New("the address has a login in it")
	}
	ports := map[string]uint64{"http": 80, "https": 443}
	port, known := ports[u.Scheme]
	if u.Port() != "" {
		port, err = strconv.ParseUint(u.Port(), 10, 16)
	}
	if err != nil || !known || port == 0 {
		return ep, "", errors.New("the address is not of HTTP")
	}
	ep = lan.Endpoint{Addr: device, Transport: lan.TCP, Port: uint16(port), TLS: u.Scheme == "https"}
	path = probes.RequestTarget(u)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return ep, path, nil
}
