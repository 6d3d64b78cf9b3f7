package ssdp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// patience is how long one description may take.
const patience = 3 * time.Second

// maxLocation is the longest LOCATION that is followed, in bytes.
const maxLocation = 1024

// describe fetches the description at location and adds what it says to s. The
// error is for what the fetch came to; s is as good as it gets all the same.
// reached says that somebody took up the connection.
func (src source) describe(ctx context.Context, s *lan.Sighting, location string) (reached bool, err error) {
	s.Heard.Set(lan.UPnPLocation, location)
	ep, path, err := place(location, s.Addr)
	if err != nil {
		s.Heard.Set(Refused, err.Error())
		return false, err
	}
	s.Endpoints = append(s.Endpoints, ep)
	var took atomic.Bool
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { took.Store(true) }}
	d, err := src.fetch(httptrace.WithClientTrace(ctx, trace), ep, path)
	for _, refusal := range []error{probes.ErrScope, probes.ErrBudget, probes.ErrNeverWrite} {
		if errors.Is(err, refusal) {
			s.Heard.Set(Refused, refusal.Error())
		}
	}
	d.tell(s, ep) // whatever came before the error counts
	return took.Load(), err
}

// Fetch is what the description says that lies at location, as the device at addr of
// link has announced it. It takes one connection of reach, and three seconds at most.
func Fetch(ctx context.Context, reach probes.Reach, link lan.Link, addr netip.Addr, location string) (lan.Sighting, error) {
	s := lan.Sighting{Source: Name, Link: link.Name, At: time.Now(), Addr: addr, Heard: lan.Heard{}}
	_, err := source{reach: near{reach, link}}.describe(ctx, &s, location)
	return s, err
}

// place is where location leads, if that is the device itself by plain HTTP.
func place(location string, device netip.Addr) (ep lan.Endpoint, path string, err error) {
	if len(location) > maxLocation {
		return ep, "", errors.New("the location is too long")
	}
	u, err := url.Parse(location)
	if err != nil {
		return ep, "", errors.New("the location is no URL")
	}
	host, err := netip.ParseAddr(u.Hostname())
	switch {
	case u.Scheme != "http":
		return ep, "", fmt.Errorf("the location is not plain HTTP but %q", u.Scheme)
	case u.User != nil:
		return ep, "", errors.New("the location has a login in it")
	case err != nil:
		return ep, "", fmt.Errorf("the location names a host, not an address: %q", u.Hostname())
	case host.WithZone("").Unmap() != device:
		return ep, "", fmt.Errorf("the location is on another device: %s", host)
	}
	port, err := portOf(u)
	if err != nil {
		return ep, "", err
	}
	return lan.Endpoint{Addr: device, Transport: lan.TCP, Port: port}, probes.RequestTarget(u), nil
}

func portOf(u *url.URL) (uint16, error) {
	if u.Port() == "" {
		return 80, nil
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil || port == 0 {
		return 0, fmt.Errorf("the location has no such port: %q", u.Port())
	}
	return uint16(port), nil
}

// fetch reads the description at path of ep. With an error, the Description is
// what was read before it.
func (src source) fetch(ctx context.Context, ep lan.Endpoint, path string) (Description, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, probes.URL(ep, path), nil)
	if err != nil {
		return Description{}, err
	}
	resp, err := src.reach.HTTP(ep).Do(req)
	if err != nil {
		return Description{}, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return Description{}, fmt.Errorf("%s answered %s", ep, resp.Status)
	}
	d, err := Describe(resp.Body)
	d.ApplicationURL = resp.Header.Get("Application-URL")
	return d, err
}

// tell adds what d says to s, whose description came from ep.
func (d Description) tell(s *lan.Sighting, ep lan.Endpoint) {
	for key, value := range map[string]string{
		lan.UPnPManufacturer: d.Manufacturer, lan.UPnPModelName: d.ModelName,
		lan.UPnPModelNumber: d.ModelNumber, lan.UPnPModelDescr: d.ModelDescription,
		lan.UPnPFriendlyName: d.FriendlyName, lan.UPnPSoftware: d.SoftwareVersion,
		lan.UPnPHardware: d.HardwareVersion, ApplicationURL: d.ApplicationURL,
	} {
		s.Heard.Set(key, value)
	}
	for _, t := range d.DeviceTypes {
		s.Heard.Add(lan.UPnPDeviceType, t)
	}
	for _, t := range d.ServiceTypes {
		s.Heard.Add(lan.UPnPServices, t)
	}
	if name := lan.Printable(d.FriendlyName, lan.MaxName); name != "" {
		s.Names = append(s.Names, name)
	}
	if id := udn(d.UDN); id != "" {
		s.ID = id
	}
	for _, link := range []string{d.PresentationURL, d.ApplicationURL} {
		if e, ok := linked(link, s.Addr); ok && (e.Port != ep.Port || e.TLS) && !slices.Contains(s.Endpoints, e) {
			s.Endpoints = append(s.Endpoints, e)
		}
	}
}

// linked is where an absolute link in a description leads, if that is the device
// itself. A relative one leads to the port that the description came from.
func linked(link string, device netip.Addr) (ep lan.Endpoint, ok bool) {
	page, err := url.Parse(link)
	if err != nil || page.Host == "" {
		return ep, false
	}
	page.User = nil
	tls := page.Scheme == "https"
	if tls {
		page.Scheme = "http"
		if page.Port() == "" {
			page.Host = page.Host + ":443"
		}
	}
	ep, _, err = place(page.String(), device)
	ep.TLS = tls
	return ep, err == nil
}

// near is a Reach that finds link-local addresses on one link: they mean nothing
// without it (RFC 4007 section 6), and the next link may have the same.
type near struct {
	probes.Reach
	link lan.Link
}

// HTTP implements probes.Reach.
func (n near) HTTP(ep lan.Endpoint) *http.Client {
	if ep.Addr.Is6() && ep.Addr.IsLinkLocalUnicast() {
		// A name would be looked up in a table a minute old.
		ep.Addr = ep.Addr.WithZone(strconv.Itoa(n.link.Index))
	}
	return n.Reach.HTTP(ep)
}
