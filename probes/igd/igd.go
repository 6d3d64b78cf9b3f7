// Package igd reads which ports a router lets the internet reach because some
// program at home asked it to (UPnP Forum, WANIPConnection:1 section 2.4.15). It
// only reads: no mapping is ever added or removed.
package igd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of what is read.
const (
	maxMappings    = 32
	maxDescription = 256 << 10
	maxAnswer      = 16 << 10
)

// service names begin with one of these; the last word is the version. A router's
// private ones ask for a login first.
var services = []string{
	"urn:schemas-upnp-org:service:WANIPConnection:", "urn:schemas-upnp-org:service:WANPPPConnection:",
}

// Mappings reads the table of router, which must have announced its description:
// at most 32 mappings, those switched off left out; not nil unless there is an
// error. It makes one connection, or, to a router that hangs up after each answer,
// one for the description and one for each row and the end of the table. An error
// means that the router would not say; what it said until then counts.
func Mappings(ctx context.Context, r probes.Reach, router lan.Device) ([]lan.Mapping, error) {
	ep, location, err := described(router)
	if err != nil {
		return nil, err
	}
	client, leave := kept(r, ep)
	defer leave()
	_, page, err := visit(ctx, client, ep, http.MethodGet, probes.RequestTarget(location), "", nil, maxDescription)
	if err != nil {
		return nil, fmt.Errorf("reading the router's description: %w", err)
	}
	service, path := control(page)
	at, err := location.Parse(path)
	if err != nil || service == "" || path == "" || at.Hostname() != location.Hostname() {
		return nil, errors.New("the router's description names no place to ask for open ports")
	}
	elsewhere, err := portOf(at)
	if err != nil {
		return nil, err
	}
	if elsewhere != ep.Port {
		ep.Port = elsewhere
		client, leave = kept(r, ep)
		defer leave()
	}
	list := []lan.Mapping{}
	for i := range maxMappings {
		status, said, err := visit(ctx, client, ep, http.MethodPost, probes.RequestTarget(at), service, entryCall(service, i), maxAnswer)
		if err != nil {
			return list, fmt.Errorf("reading open port %d: %w", i, err)
		}
		m, on, ok := parseEntry(said)
		switch {
		case status == http.StatusOK && ok && on:
			list = append(list, m)
		case status == http.StatusOK && ok:
		case i > 0 || past(said):
			return list, nil
		default:
			return nil, fmt.Errorf("the router would not list its open ports: status %d", status)
		}
	}
	return list, nil
}

// described is where router's description lies: at one of its own addresses.
func described(router lan.Device) (ep lan.Endpoint, u *url.URL, err error) {
	u, err = url.Parse(router.Heard[lan.UPnPLocation])
	if err != nil || u.Scheme != "http" {
		return ep, nil, errors.New("the router has announced no description")
	}
	addr, err := netip.ParseAddr(u.Hostname())
	if err != nil || !slices.Contains(router.Addresses, addr) {
		return ep, nil, fmt.Errorf("the router's description is not at one of its own addresses: %w", probes.ErrScope)
	}
	ep = lan.Endpoint{Addr: addr, Transport: lan.TCP}
	ep.Port, err = portOf(u)
	return ep, u, err
}

func portOf(u *url.URL) (uint16, error) {
	if u.Port() == "" {
		return 80, nil
	}
	n, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil {
		return 0, fmt.Errorf("the router's description has no good port: %w", err)
	}
	return uint16(n), nil
}

// kept is a client that asks one question after another on the same connection
// where the router lets it, until leave is called.
func kept(r probes.Reach, ep lan.Endpoint) (client *http.Client, leave func()) {
	client = r.HTTP(ep)
	if road, ok := client.Transport.(*http.Transport); ok {
		road.DisableKeepAlives = false
	}
	return client, client.CloseIdleConnections
}

// visit makes one request, of action's kind where there is a body, and reads at
// most limit bytes of the answer.
func visit(ctx context.Context, client *http.Client, ep lan.Endpoint, method, path, service string, body []byte, limit int64) (int, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, probes.URL(ep, path), bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	if body != nil {
		req.Header.Set("Content-Type", `text/xml; charset="utf-8"`)
		req.Header["SOAPAction"] = []string{`"` + service + "#" + action + `"`} // some compare letter by letter
	}
	resp, err := client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(resp.Body, limit)) // half an answer is parsed as such
	return resp.StatusCode, said, nil
}

// control is the service for open ports in a description, with the path of its
// control (UPnP Device Architecture 1.1 section 2.3); empty where there is none.
func control(page []byte) (service, path string) {
	for part := range strings.SplitSeq(string(page), "<service>") {
		part, _, _ = strings.Cut(part, "</service>")
		name := element(part, "serviceType")
		for _, known := range services {
			if version, ok := strings.CutPrefix(name, known); ok && len(version) == 1 && version >= "1" && version <= "9" {
				return name, element(part, "controlURL")
			}
		}
	}
	return "", ""
}
