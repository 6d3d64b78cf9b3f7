// Package llmnr asks a computer for its name by Link-Local Multicast Name
// Resolution (RFC 4795) and reads what one answers.
//
// The question is the reverse lookup of the computer's own address and goes to
// that address alone, so nobody else can answer in its name. Section 2.4 wants
// such a question sent over TCP; Windows answers it over UDP too, which costs
// the device no connection.
//
// The package does no I/O. Its parsers are pure, bounded by the datagram and
// safe for concurrent use.
package llmnr

import (
	"fmt"
	"net/netip"
	"strings"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/homesweep/homesweep/probes/lan"
)

// Port is where LLMNR is asked (RFC 4795, section 2).
const Port = 5355

// source is the name under which what is heard here is kept.
const source = "llmnr"

// maxRecords bounds what is read of one answer.
const maxRecords = 16

// Query asks who has addr. id comes back in the answer.
func Query(id uint16, addr netip.Addr) ([]byte, error) {
	name, err := dnsmessage.NewName(reverse(addr))
	if err != nil {
		return nil, fmt.Errorf("reverse name of %s: %w", addr, err)
	}
	m := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: id},
		Questions: []dnsmessage.Question{{Name: name, Type: dnsmessage.TypePTR, Class: dnsmessage.ClassINET}},
	}
	return m.Pack()
}

// ParseAnswer reads the name out of the answer to Query(id, addr). ok is false
// for anything else, also for an answer without a name.
func ParseAnswer(b []byte, id uint16, addr netip.Addr) (name string, ok bool) {
	var p dnsmessage.Parser
	h, err := p.Start(b)
	if err != nil || h.ID != id || !sound(h) {
		return "", false
	}
	q, err := p.Question()
	if err != nil || q.Type != dnsmessage.TypePTR || !strings.EqualFold(q.Name.String(), reverse(addr)) {
		return "", false
	}
	owner, name := first(&p)
	return name, name != "" && strings.EqualFold(owner, q.Name.String())
}

// Hear reads a datagram of port 5355: an answer, by which its sender owns the
// name. A question tells nothing of who asks it.
func Hear(datagram []byte) (s lan.Sighting, ok bool) {
	var p dnsmessage.Parser
	h, err := p.Start(datagram)
	if err != nil || !sound(h) {
		return s, false
	}
	q, err := p.Question()
	if err != nil {
		return s, false
	}
	owner, name := first(&p)
	if name == "" || !strings.EqualFold(owner, q.Name.String()) {
		return s, false
	}
	s = lan.Sighting{Source: source, Names: []string{name}, Heard: lan.Heard{}}
	s.Heard.Set(lan.LLMNRName, name)
	return s, true
}

// sound reports whether h is an answer to a plain question that nobody
// contests: AA stands where LLMNR has its C bit (conflict), RD where it has T
// (tentative; section 2.1.1).
func sound(h dnsmessage.Header) bool {
	return h.Response && h.OpCode == 0 && h.RCode == dnsmessage.RCodeSuccess &&
		!h.Authoritative && !h.RecursionDesired && !h.Truncated
}

// first is the owner of the first record that names a computer, and the name:
// what a PTR points to, or the owner of an address. p stands after the first
// question.
func first(p *dnsmessage.Parser) (owner, name string) {
	if p.SkipAllQuestions() != nil {
		return "", ""
	}
	for range maxRecords {
		h, err := p.AnswerHeader()
		if err != nil {
			return "", ""
		}
		owner = h.Name.String()
		switch h.Type {
		case dnsmessage.TypePTR:
			r, err := p.PTRResource()
			if err != nil {
				return "", ""
			}
			return owner, label(r.PTR.String())
		case dnsmessage.TypeA, dnsmessage.TypeAAAA:
			return owner, label(owner)
		}
		if p.SkipAnswer() != nil {
			return "", ""
		}
	}
	return "", ""
}

// label is a computer's name without the dot at its end, empty for a name that
// is none.
func label(name string) string {
	name = lan.Printable(strings.TrimSuffix(name, "."), lan.MaxName)
	if strings.HasSuffix(strings.ToLower(name), ".arpa") || strings.ContainsAny(name, " ·") {
		return ""
	}
	return name
}

// reverse is the name that stands for addr in a reverse lookup (RFC 1035,
// section 3.5; RFC 3596, section 2.5).
func reverse(addr netip.Addr) string {
	addr = addr.WithZone("").Unmap()
	var b strings.Builder
	if addr.Is4() {
		a := addr.As4()
		fmt.Fprintf(&b, "%d.%d.%d.%d.in-addr.arpa.", a[3], a[2], a[1], a[0])
		return b.String()
	}
	a := addr.As16()
	for i := len(a) - 1; i >= 0; i-- {
		fmt.Fprintf(&b, "%x.%x.", a[i]&0xf, a[i]>>4)
	}
	return b.String() + "ip6.arpa."
}
