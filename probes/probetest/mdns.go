package probetest

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/mdns"
	"github.com/miekg/dns"
)

const (
	maxInstances = 32
	maxTXT       = 32  // strings of one instance
	mdnsTTL      = 120 // seconds, RFC 6762 section 10's for records with a host name
	maxLabel     = 63  // bytes, RFC 1035 section 2.3.4
	metaQuery    = "_services._dns-sd._udp.local."
)

var typePattern = regexp.MustCompile(`^_[A-Za-z0-9-]{1,62}\._(tcp|udp)$`)

// MDNS is what the device says of itself by multicast DNS (RFC 6762, 6763).
type MDNS struct {
	Host      string     `json:"host"` // without ".local"
	Instances []Instance `json:"instances"`
}

// Instance is one announced service. Port 0 is an announcement without a port
// to talk to, as _device-info is.
type Instance struct {
	Type string   `json:"type"` // "_ipp._tcp"
	Name string   `json:"name"` // "Brother HL-L2340D series"
	Port uint16   `json:"port"`
	TXT  []string `json:"txt"` // "ty=Brother HL-L2340D series"
}

func (m *MDNS) check() error {
	if m.Host == "" || len(m.Host) > maxLabel || strings.Contains(m.Host, ".") {
		return fmt.Errorf("host %q is not one label", m.Host)
	}
	if len(m.Instances) > maxInstances {
		return fmt.Errorf("%d instances, at most %d", len(m.Instances), maxInstances)
	}
	for _, i := range m.Instances {
		switch {
		case !typePattern.MatchString(i.Type):
			return fmt.Errorf("type %q is not like _ipp._tcp", i.Type)
		case i.Name == "" || len(i.Name) > maxLabel:
			return fmt.Errorf("%s: name %q is not one label", i.Type, i.Name)
		case len(i.TXT) > maxTXT || slices.ContainsFunc(i.TXT, func(t string) bool { return len(t) > 255 }):
			return errors.New(i.Type + ": too many TXT strings, or one above 255 bytes")
		}
	}
	return nil
}

// startMDNS answers on the device's interface until the device is closed.
func (r *Running) startMDNS(m *MDNS) error {
	return r.net.Do(func() error {
		ifi, err := net.InterfaceByName(r.net.Interface())
		if err != nil {
			return err
		}
		server, err := mdns.NewServer(&mdns.Config{
			Zone: &zone{m, r.net.Addr()}, Iface: ifi, Logger: log.New(io.Discard, "", 0),
		})
		if err != nil {
			return err
		}
		if !r.hold(shutdown{server}) {
			return net.ErrClosed
		}
		return nil
	})
}

// shutdown closes an mDNS server.
type shutdown struct{ server *mdns.Server }

func (s shutdown) Close() error { return s.server.Shutdown() }

// zone is an MDNS at an address.
type zone struct {
	*MDNS
	addr netip.Addr
}

// Type check.
var _ mdns.Zone = (*zone)(nil)

// Records answers one question with everything that belongs to it, so that
// the visitor need not ask again (RFC 6763 section 12).
func (z *zone) Records(q dns.Question) []dns.RR {
	name := strings.ToLower(q.Name)
	if name == metaQuery {
		return z.types(q.Name)
	}
	if name == strings.ToLower(z.host()) {
		return []dns.RR{z.a()}
	}
	if reverse, err := dns.ReverseAddr(z.addr.String()); err == nil && name == reverse {
		return []dns.RR{&dns.PTR{Hdr: header(q.Name, dns.TypePTR), Ptr: z.host()}}
	}
	var all []dns.RR
	for _, i := range z.Instances {
		switch name {
		case strings.ToLower(i.domain()):
			all = append(all, &dns.PTR{Hdr: header(i.domain(), dns.TypePTR), Ptr: i.full()})
			all = append(all, z.about(i)...)
		case strings.ToLower(i.full()):
			all = append(all, z.about(i)...)
		}
	}
	if len(all) > 0 {
		all = append(all, z.a())
	}
	return all
}

func (z *zone) types(name string) (all []dns.RR) {
	var seen []string
	for _, i := range z.Instances {
		if !slices.Contains(seen, i.Type) {
			seen = append(seen, i.Type)
			all = append(all, &dns.PTR{Hdr: header(name, dns.TypePTR), Ptr: i.domain()})
		}
	}
	return all
}

// about is the SRV, unless there is no port, and the TXT of an instance.
func (z *zone) about(i Instance) (all []dns.RR) {
	if i.Port != 0 {
		all = append(all, &dns.SRV{Hdr: header(i.full(), dns.TypeSRV), Port: i.Port, Target: z.host()})
	}
	txt := i.TXT
	if len(txt) == 0 {
		txt = []string{""} // RFC 6763 section 6.1: never without a string
	}
	escaped := make([]string, len(txt))
	for n, t := range txt {
		escaped[n] = strings.ReplaceAll(t, `\`, `\\`)
	}
	return append(all, &dns.TXT{Hdr: header(i.full(), dns.TypeTXT), Txt: escaped})
}

func (z *zone) host() string { return label(z.Host) + ".local." }

func (z *zone) a() dns.RR {
	return &dns.A{Hdr: header(z.host(), dns.TypeA), A: z.addr.AsSlice()}
}

func (i Instance) domain() string { return i.Type + ".local." }
func (i Instance) full() string   { return label(i.Name) + "." + i.domain() }

func header(name string, kind uint16) dns.RR_Header {
	return dns.RR_Header{Name: name, Rrtype: kind, Class: dns.ClassINET, Ttl: mdnsTTL}
}

// label writes text as one label of a name in master file form.
func label(text string) string {
	return strings.NewReplacer(`\`, `\\`, `.`, `\.`, `"`, `\"`, `;`, `\;`, `(`, `\(`, `)`, `\)`, `@`, `\@`, `$`, `\$`).Replace(text)
}
