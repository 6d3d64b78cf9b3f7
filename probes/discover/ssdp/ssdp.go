// Package ssdp asks the home by SSDP who speaks UPnP, and reads the description
// that each answer points to (UPnP Device Architecture 2.0, sections 1.3 and 2).
//
// A description is fetched only from the very device that named it: an answer
// that points elsewhere would make this machine a stranger's errand boy.
package ssdp

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// Refused is the field of lan.Heard that says why a description was not fetched.
const Refused = "ssdp.refused"

const (
	perDevice = 8   // descriptions fetched of one address
	inAll     = 256 // and of all
	atOnce    = 4   // fetched at the same time, each from another device
	// enough is how long all descriptions of a link may take: forged answers
	// name hundreds that never come.
	enough = 20 * time.Second
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
// asked from one goroutine, with addresses of the link only.
func New(reach probes.Reach, allow func(netip.Addr) bool) probes.Source {
	return source{reach: reach, allow: allow, ask: polite}
}

// Name implements probes.Source.
func (source) Name() string { return "ssdp" }

// Discover asks twice for everything and for root devices, hears answers for
// some 4 s, then fetches the descriptions, each within 5 s and all within 20 s.
// Every answer's device gets a sighting for each description it named, fetched
// or not, unless the kernel finds nobody at its address: then it was forged.
func (src source) Discover(ctx context.Context, link lan.Link, see func(lan.Sighting)) error {
	own, ok := link.Source4(netip.Addr{})
	if !ok {
		return nil // an IPv6-only link: this source asks by IPv4
	}
	heard := &heard{link: link, allow: src.allow, devices: map[netip.Addr]*device{}}
	if err := src.ask.search(ctx, link, own, heard.answer); err != nil {
		return fmt.Errorf("asking %s by SSDP: %w", link.Name, err)
	}
	var one sync.Mutex
	src.fetchAll(ctx, heard.sorted(), func(sight lan.Sighting) {
		one.Lock()
		defer one.Unlock()
		sight.Source, sight.Link = src.Name(), link.Name
		see(sight)
	})
	return nil
}

// device is what one address answered.
type device struct {
	addr      netip.Addr
	at        time.Time
	server    string
	uuid      string   // of an answer without a LOCATION
	locations []string // distinct, in the order heard
	ids       map[string]string
}

// heard gathers answers. It is used from one goroutine.
type heard struct {
	link    lan.Link
	allow   func(netip.Addr) bool
	devices map[netip.Addr]*device
	places  int // locations in all
}

// maxDevices is how many addresses are believed to answer: a /22's.
const maxDevices = 1 << 10

// answer takes one datagram.
func (h *heard) answer(from netip.Addr, datagram []byte) {
	if !h.link.Contains(from) {
		return
	}
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
	if a.server != "" {
		d.server = a.server
	}
	switch {
	case a.location == "":
		d.uuid = a.uuid
	case slices.Contains(d.locations, a.location):
	case len(d.locations) < perDevice && h.places < inAll:
		h.places++
		d.locations = append(d.locations, a.location)
		d.ids[a.location] = a.uuid
	}
}

func (h *heard) sorted() []*device {
	var all []*device
	for _, d := range h.devices {
		all = append(all, d)
	}
	slices.SortFunc(all, func(a, b *device) int { return a.addr.Compare(b.addr) })
	return all
}

// fetchAll works through the devices, several at once but each alone, and
// returns when all are done.
func (src source) fetchAll(ctx context.Context, all []*device, see func(lan.Sighting)) {
	ctx, cancel := context.WithTimeout(ctx, enough)
	defer cancel()
	var wait sync.WaitGroup
	defer wait.Wait()
	free := make(chan struct{}, atOnce)
	for _, d := range all {
		free <- struct{}{}
		wait.Go(func() {
			defer func() { <-free }()
			src.look(ctx, d, see)
		})
	}
}

// look tells what d answered and what its descriptions say.
func (src source) look(ctx context.Context, d *device, see func(lan.Sighting)) {
	if len(d.locations) == 0 {
		see(d.sighting(d.uuid))
	}
	for _, location := range d.locations {
		sight := d.sighting(d.ids[location])
		if err := src.describe(ctx, &sight, location); errors.Is(err, syscall.EHOSTUNREACH) {
			return
		}
		see(sight)
	}
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
