package mdns

import (
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of what one Discover believes.
const (
	maxNames   = 2048 // services in all
	perAddress = 64   // services of one address
)

// claim is one service as an answer describes it, still in DNS presentation
// form.
type claim struct {
	kind     string // type, lower case: "_hap._tcp"
	instance string
	host     string
	port     int
	text     []string
	addrs    []netip.Addr
}

// book turns claims into sightings, each service and address once. It is safe
// for concurrent use and calls see from one goroutine at a time.
type book struct {
	link lan.Link
	see  func(lan.Sighting)

	mu   sync.Mutex
	seen map[entry]bool
	per  map[netip.Addr]int
}

type entry struct {
	addr           netip.Addr
	kind, instance string
}

func newBook(link lan.Link, see func(lan.Sighting)) *book {
	return &book{link: link, see: see, seen: map[entry]bool{}, per: map[netip.Addr]int{}}
}

// add tells of c at each of its addresses in scope. It reports whether there is
// room for more.
func (b *book) add(c claim) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, a := range c.addrs {
		a = a.WithZone("")
		e := entry{a, c.kind, strings.ToLower(c.instance)}
		if !b.link.Contains(a) || b.seen[e] || b.per[a] == perAddress {
			continue
		}
		if len(b.seen) == maxNames {
			return false
		}
		b.seen[e] = true
		b.per[a]++
		b.see(c.sighting(b.link.Name, a))
	}
	return true
}

// sighting is what c says of addr.
func (c claim) sighting(link string, addr netip.Addr) lan.Sighting {
	s := lan.Sighting{Source: "mdns", At: time.Now(), Link: link, Addr: addr, Heard: lan.Heard{}}
	s.Heard.Add(lan.MDNSTypes, c.kind)
	for _, kv := range texts(c.text) {
		s.Heard.Set(lan.MDNS(c.kind, kv[0]), kv[1])
	}
	hap := c.kind == "_hap._tcp" || c.kind == "_hap._udp"
	if id := s.Heard[lan.MDNS(c.kind, "id")]; hap && id != "" {
		s.ID = "hap:" + strings.ToLower(id)
	}
	s.Names = c.names(s.Heard)
	if c.port > 0 && c.port <= 65535 {
		t := lan.TCP
		if strings.HasSuffix(c.kind, "._udp") {
			t = lan.UDP
		}
		s.Endpoints = []lan.Endpoint{{Addr: addr, Transport: t, Port: uint16(c.port)}}
	}
	return s
}

// names are what the device calls itself: the instance where that is a name,
// and the host.
func (c claim) names(heard lan.Heard) []string {
	instance := unescape(c.instance)
	switch c.kind {
	case "_googlecast._tcp": // the instance is the model and a serial number
		instance = heard[lan.MDNS(c.kind, "fn")]
	case "_matter._tcp", "_matterc._udp", "_matterd._udp": // numbers, some new at each boot
		instance = ""
	case "_raop._tcp": // "0011223344AA@Kitchen"
		if _, name, found := strings.Cut(instance, "@"); found {
			instance = name
		}
	case "_workstation._tcp": // "attic [00:11:22:33:44:55]"
		instance, _, _ = strings.Cut(instance, " [")
	}
	var names []string
	for _, n := range []string{instance, hostName(c.host)} {
		n = lan.Printable(n, lan.MaxName)
		if n != "" && (len(names) == 0 || names[0] != n) {
			names = append(names, n)
		}
	}
	return names
}
