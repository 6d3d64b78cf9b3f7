// Package ssdp hears who speaks UPnP (UPnP Device Architecture 2.0, sections 1
// and 2). The Source asks, and reads the description that each answer points to
// while others still answer. Hear reads what devices announce by themselves.
//
// A description is fetched only from the very device that named it: an answer
// that points elsewhere would make this machine a stranger's errand boy.
package ssdp

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// ApplicationURL is the field of lan.Heard that says where a device's apps are
// started (DIAL 2.2.1, section 5.4: the Application-URL header).
const ApplicationURL = "dial.applicationURL"

// Refused is the field of lan.Heard that says why a description was not fetched.
const Refused = "ssdp.refused"

const (
	perDevice  = 8       // descriptions fetched of one address
	inAll      = 256     // and of all
	maxDevices = 1 << 10 // addresses that are believed to answer: a /22's
	atOnce     = 16      // fetched at the same time, each from another device
	// whole is how long everything may take: forged answers name hundreds of
	// descriptions that never come.
	whole = 3400 * time.Millisecond
)

// source is the Source.
type source struct {
	reach probes.Reach
	allow func(netip.Addr) bool
	ask   asking
}

var _ probes.Source = source{}

// New is the Source "ssdp". Descriptions are fetched by reach, which keeps them
// within scope and budget. allow says which addresses may answer at all; it is
// asked by one goroutine at a time, with addresses of the link only.
func New(reach probes.Reach, allow func(netip.Addr) bool) probes.Source {
	return source{reach: reach, allow: allow, ask: polite}
}

// Name implements probes.Source.
func (source) Name() string { return Name }

// Asks is where questions to everybody go.
func (source) Asks() []string { return []string{group4.String(), group6.String()} }

// Discover asks twice, by IPv4 and IPv6, for everything and for root devices,
// hears answers for 2 s and fetches the descriptions as they are named, all
// within 3.4 s. Every answer's device gets a sighting for each description it
// named, fetched or not, unless the kernel finds nobody at its address: then it
// was forged. If nobody has taken up the connection by the end, the sighting is a
// claim.
func (src source) Discover(ctx context.Context, link lan.Link, see func(lan.Sighting)) error {
	ctx, cancel := context.WithTimeout(ctx, whole)
	defer cancel()
	src.reach = near{src.reach, link}
	var one sync.Mutex
	fetching := src.fetchers(ctx, func(s lan.Sighting) {
		one.Lock()
		defer one.Unlock()
		s.Source, s.Link = Name, link.Name
		see(s)
	})
	heard := &heard{link: link, allow: src.allow, fetch: fetching.add, devices: map[netip.Addr]*device{}}
	err := src.ask.search(ctx, link, heard.answer)
	for _, d := range heard.rest() {
		fetching.add(d)
	}
	fetching.finish()
	if err != nil {
		return fmt.Errorf("asking %s by SSDP: %w", link.Name, err)
	}
	return nil
}

// device is what one address answered. Its fields are the lock's that its heard
// and its fetchers share.
type device struct {
	addr      netip.Addr
	at        time.Time
	server    string
	uuid      string   // of an answer without a LOCATION
	locations []string // distinct, in the order heard
	ids       map[string]string

	mu      sync.Mutex
	next    int  // location to be fetched
	queued  bool // or being fetched
	reached bool // it has taken up a connection
}

// heard gathers answers. It is safe for concurrent use.
type heard struct {
	link  lan.Link
	allow func(netip.Addr) bool
	fetch func(*device) // takes a device with something to fetch

	mu      sync.Mutex
	devices map[netip.Addr]*device
	places  int // locations in all
}

// answer takes one datagram. Of a device that answers by IPv4 the description is
// fetched at once; by IPv6 at the end, if it has not told it by IPv4.
func (h *heard) answer(from netip.Addr, datagram []byte) {
	if !h.link.Contains(from) {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	d := h.devices[from]
	if d == nil && (len(h.devices) == maxDevices || !h.allow(from)) {
		return
	}
	a, ok := parse(datagram)
	if !ok {
		return
	}
	if d == nil {
		d = &device{addr: from, at: time.Now(), ids: map[string]string{}}
		h.devices[from] = d
	}
	if d.take(a, h.places < inAll) {
		h.places++
		if from.Is4() {
			h.fetch(d)
		}
	}
}

// take notes an answer and reports whether it named something to fetch.
func (d *device) take(a answer, room bool) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if a.server != "" {
		d.server = a.server
	}
	switch {
	case a.location == "":
		d.uuid = a.uuid
	case !slices.Contains(d.locations, a.location) && len(d.locations) < perDevice && room:
		d.locations = append(d.locations, a.location)
		d.ids[a.location] = a.uuid
		return true
	}
	return false
}

// rest are the devices that are still to be told, by address: those without a
// location, and those that answered by IPv6. Of what they said by IPv4 already
// the location is noted but not fetched again.
func (h *heard) rest() (list []*device) {
	h.mu.Lock()
	defer h.mu.Unlock()
	known := map[string]bool{"": true}
	for a, d := range h.devices {
		for _, id := range d.ids {
			known[id] = known[id] || a.Is4()
		}
	}
	for a, d := range h.devices {
		if a.Is6() {
			d.locations = slices.DeleteFunc(d.locations, func(l string) bool {
				if !known[d.ids[l]] {
					return false
				}
				d.uuid = d.ids[l]
				return d.uuid != ""
			})
		}
		if a.Is6() || len(d.locations) == 0 {
			list = append(list, d)
		}
	}
	lan.Sort(list, func(a, b *device) int { return a.addr.Compare(b.addr) })
	return list
}

func (d *device) sighting(uuid string) lan.Sighting {
	s := lan.Sighting{At: d.at, Addr: d.addr, Heard: lan.Heard{}, ID: udn(uuid)}
	s.Heard.Set(lan.SSDPServer, d.server)
	return s
}

// udn is the identity "udn:…" of a UDN or of what an answer's USN begins with,
// empty when that is no uuid. Devices differ in the case of its letters.
func udn(s string) string {
	id, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(s)), "uuid:")
	if id = lan.Printable(id, lan.MaxName); !ok || id == "" || strings.ContainsAny(id, " ·") {
		return ""
	}
	return "udn:" + id
}
