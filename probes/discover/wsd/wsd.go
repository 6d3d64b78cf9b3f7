// Package wsd asks the home by WS-Discovery who speaks Web Services on Devices:
// Windows computers, printers, scanners and ONVIF cameras (WS-Discovery 2005/04
// and 1.1, SOAP-over-UDP 1.1). Of those that are no cameras it fetches the
// metadata by one WS-Transfer Get (Devices Profile for Web Services 1.1).
//
// An answer speaks for the device it came from: one whose addresses (XAddrs)
// all lie elsewhere is noted as refused, and nothing in it is believed. Where a
// camera hangs, its scopes may say; that is nobody's business and is not kept.
package wsd

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

// Fields of lan.Heard that this package fills besides lan.WSDTypes and its
// neighbours. The metadata's are named as the metadata does, "wsd.ModelName".
const (
	OnvifName         = "onvif.name"
	OnvifHardware     = "onvif.hardware" // ONVIF's word for the model
	OnvifManufacturer = "onvif.manufacturer"
	Computer          = "wsd.computer"  // a Windows or Samba machine's name
	Workgroup         = "wsd.workgroup" // and its workgroup or domain
	Refused           = "wsd.refused"   // why an answer was not believed or followed
)

const (
	perDevice  = 8                       // matches believed of one address
	maxDevices = 1 << 10                 // addresses believed to answer: a /22's
	atOnce     = 16                      // metadata fetched at the same time, each from another device
	enough     = 1800 * time.Millisecond // for all of a link's metadata
)

// source is the Source.
type source struct {
	reach probes.Reach
	allow func(netip.Addr) bool
	ask   asking
}

var _ probes.Source = source{}

// New is the Source "wsd". Metadata is fetched by reach, which keeps it within
// scope and budget. allow says which addresses may answer at all; it is asked
// from one goroutine, with addresses of the link only.
func New(reach probes.Reach, allow func(netip.Addr) bool) probes.Source {
	return source{reach: reach, allow: allow, ask: gentle}
}

// Name implements probes.Source.
func (source) Name() string { return name }

const name = "wsd"

// Asks is where questions to everybody go.
func (source) Asks() []string {
	return []string{netip.AddrPortFrom(group4, Port).String(), netip.AddrPortFrom(group6, Port).String()}
}

// Discover asks over IPv4 and IPv6, hears answers for 1.5 s, then fetches
// metadata within 1.8 s, as a rule in a fraction of one. There is a sighting for
// each thing that answered.
func (src source) Discover(ctx context.Context, link lan.Link, see func(lan.Sighting)) error {
	src.reach = near{src.reach, link}
	h := &heard{link: link, allow: src.allow, devices: map[netip.Addr]*device{}}
	if err := src.ask.search(ctx, link, h.answer); err != nil {
		return fmt.Errorf("asking %s by WS-Discovery: %w", link.Name, err)
	}
	var one sync.Mutex
	src.fetchAll(ctx, h.sorted(), func(s lan.Sighting) {
		one.Lock()
		defer one.Unlock()
		s.Source, s.Link = name, link.Name
		see(s)
	})
	return nil
}

// device is what one address answered.
type device struct {
	addr    netip.Addr
	at      time.Time
	matches []match // distinct
}

// heard gathers answers. It locks, because IPv4 and IPv6 are heard at the same
// time.
type heard struct {
	link  lan.Link
	allow func(netip.Addr) bool

	mu      sync.Mutex
	devices map[netip.Addr]*device
}

// answer takes one datagram.
func (h *heard) answer(from netip.Addr, datagram []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	d := h.devices[from]
	if !h.link.Contains(from) || d == nil && (len(h.devices) == maxDevices || !h.allow(from)) {
		return
	}
	kind, matches := Parse(datagram)
	if kind != "ProbeMatches" {
		return
	}
	if d == nil {
		d = &device{addr: from, at: time.Now()}
		h.devices[from] = d
	}
	for _, m := range matches {
		same := func(have match) bool { return have.id == m.id && slices.Equal(have.types, m.types) }
		if len(d.matches) < perDevice && !slices.ContainsFunc(d.matches, same) {
			d.matches = append(d.matches, m)
		}
	}
}

func (h *heard) sorted() []*device {
	var all []*device
	for _, d := range h.devices {
		all = append(all, d)
	}
	lan.Sort(all, func(a, b *device) int { return a.addr.Compare(b.addr) })
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
	known := map[string]bool{}
	for _, d := range all { // IPv4 sorts first
		for i, m := range d.matches {
			d.matches[i].known = d.addr.Is6() && known[m.id]
			known[m.id] = known[m.id] || m.id != "" && d.addr.Is4()
		}
		free <- struct{}{}
		wait.Go(func() {
			defer func() { <-free }()
			src.look(ctx, d, see)
		})
	}
}

// look tells what d answered and what its metadata says. A device that nobody
// finds at its address was forged and is not told of.
func (src source) look(ctx context.Context, d *device, see func(lan.Sighting)) {
	for _, m := range d.matches {
		s := lan.Sighting{At: d.at, Addr: d.addr, Heard: lan.Heard{}}
		eps, paths := own(m.xaddrs, d.addr)
		if len(eps) == 0 && slices.ContainsFunc(m.xaddrs, func(x string) bool { _, ok := named(x); return ok }) {
			s.Heard.Set(Refused, "its addresses are another device's: "+strings.Join(m.xaddrs, " "))
			see(s)
			continue
		}
		m.tell(&s)
		s.Endpoints = eps
		if i := slices.IndexFunc(eps, func(ep lan.Endpoint) bool { return !ep.TLS }); i >= 0 && !m.known && m.described(paths[i]) {
			if errors.Is(src.learn(ctx, &s, m, eps[i], paths[i]), syscall.EHOSTUNREACH) {
				return
			}
		}
		see(s)
	}
}
