package ssdp

import (
	"bytes"
	"net/netip"
	"net/url"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// Name is the source's word for its sightings.
const Name = "ssdp"

// Port is where announcements go.
const Port = 1900

// UserAgent is the field for what a machine that searches calls itself: its
// operating system and program.
const UserAgent = "ssdp.user_agent"

// Boot is the field for BOOTID.UPNP.ORG, by which a device counts its own starts.
const Boot = "ssdp.bootid"

// maxLines is how many lines of a header are read.
const maxLines = 64

// answer is what matters of one message's header.
type answer struct {
	location string
	server   string
	uuid     string // "uuid:…", the first part of USN
	about    string // NT, or ST of an answer: what sort of thing
	event    string // NTS: "ssdp:alive"
	agent    string
	boot     string
}

// Hear reads one datagram sent to port 1900: a device that says hello, has
// changed or says goodbye (UPnP Device Architecture 2.0, sections 1.2.2 to
// 1.2.4), or a machine that searches, of which only its user agent is noted. The
// endpoint is where the device says its description is; it counts only if that
// is the device itself. Gone is said of the whole device, not of one of its
// services.
func Hear(datagram []byte) (s lan.Sighting, ok bool) {
	s = lan.Sighting{Source: Name, Heard: lan.Heard{}}
	a, method := header(datagram)
	switch method {
	case "M-SEARCH":
		s.Heard.Set(UserAgent, a.agent)
		return s, true
	case "NOTIFY":
	default:
		if _, ok := parse(datagram); !ok {
			return s, false
		}
		a.event = "ssdp:alive"
	}
	s.ID = udn(a.uuid)
	s.Heard.Set(lan.SSDPServer, a.server)
	switch strings.ToLower(a.event) {
	case "ssdp:byebye":
		s.Gone = a.about == "upnp:rootdevice" || strings.EqualFold(a.about, a.uuid) && a.uuid != ""
		return s, true
	case "ssdp:alive", "ssdp:update":
		tellType(s.Heard, a.about)
		s.Heard.Set(lan.UPnPLocation, a.location)
		s.Heard.Set(Boot, a.boot)
		if ep, ok := announced(a.location); ok {
			s.Endpoints = []lan.Endpoint{ep}
		}
		return s, true
	}
	return lan.Sighting{}, false
}

// tellType notes a device or service type: "urn:schemas-upnp-org:device:…".
func tellType(heard lan.Heard, urn string) {
	switch {
	case !strings.HasPrefix(urn, "urn:"):
	case strings.Contains(urn, ":device:"):
		heard.Add(lan.UPnPDeviceType, urn)
	case strings.Contains(urn, ":service:"):
		heard.Add(lan.UPnPServices, urn)
	}
}

// announced is the endpoint of a location, wherever it is.
func announced(location string) (ep lan.Endpoint, ok bool) {
	if len(location) > maxLocation {
		return ep, false
	}
	u, err := url.Parse(location)
	if err != nil {
		return ep, false
	}
	addr, err := netip.ParseAddr(u.Hostname())
	if err != nil {
		return ep, false
	}
	ep, _, err = place(location, addr.WithZone("").Unmap())
	return ep, err == nil
}

// parse reads an answer to M-SEARCH (section 1.3.3).
func parse(datagram []byte) (a answer, ok bool) {
	a, method := header(datagram)
	status, _, _ := bytes.Cut(datagram, []byte("\n"))
	words := strings.Fields(string(status[:min(len(status), lan.MaxValue)]))
	return a, strings.HasPrefix(method, "HTTP/1.") && len(words) > 1 && words[1] == "200"
}

// header reads a message's first word and the fields that matter. It is lenient
// about the line ends, the spaces and the letters' case, as devices are about
// writing.
func header(datagram []byte) (a answer, method string) {
	head, rest, _ := bytes.Cut(datagram, []byte("\n"))
	method, _, _ = strings.Cut(strings.TrimSpace(string(head[:min(len(head), lan.MaxValue)])), " ")
	lines := 0
	for line := range bytes.Lines(rest) {
		if lines++; lines > maxLines {
			break
		}
		name, value, found := strings.Cut(strings.TrimSpace(string(line)), ":")
		if !found {
			continue
		}
		value = strings.TrimSpace(value)
		switch strings.ToUpper(strings.TrimSpace(name)) {
		case "LOCATION":
			a.location = value
		case "SERVER":
			a.server = lan.Printable(value, lan.MaxValue)
		case "USN":
			a.uuid, _, _ = strings.Cut(value, "::")
		case "NT", "ST":
			a.about = value
		case "NTS":
			a.event = value
		case "USER-AGENT":
			a.agent = value
		case "BOOTID.UPNP.ORG":
			a.boot = value
		}
	}
	return a, method
}
