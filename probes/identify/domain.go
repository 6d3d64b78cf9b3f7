package identify

import (
	"bytes"
	"strings"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(&query{
	service: "domain", port: 53,
	question: "\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00" + versionBind, size: 2,
	parse: parseDNS,
}, asks)

// domainTCP is the same question after its length (RFC 1035, section 4.2.2).
var domainTCP = question{
	name: "domain", service: "domain", ports: []uint16{53}, moves: true,
	ask: "\x00\x1e" + versionTCP, answer: parseDNSTCP,
}

const versionTCP = "hs\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00" + versionBind

var _ = register(&domainTCP, asks)

func parseDNSTCP(svc *lan.Service, c *cursor) bool {
	answer := c.take(c.big(2))
	return !c.short && parseDNS(svc, []byte(versionTCP), answer)
}

// What a name server says of itself: its version in its own words, and
// "available" where it says that it looks up names for us (RFC 1035, section
// 4.1.1: RA).
const (
	DNSVersion   = "dns.version"
	DNSRecursion = "dns.recursion"
)

// versionBind is the question for the TXT record "version.bind" of class CHAOS,
// which servers answer themselves (RFC 4892, section 2). It does not desire
// recursion, so that nobody passes it on.
const versionBind = "\x07version\x04bind\x00\x00\x10\x00\x03"

// maxDNSRecords bounds what is read of one answer.
const maxDNSRecords = 8

// parseDNS takes any answer to the question, refusals among them: who refuses
// is a name server. One that cannot read it may leave it out.
func parseDNS(svc *lan.Service, question, answer []byte) bool {
	var p dnsmessage.Parser
	h, err := p.Start(answer)
	if err != nil || !h.Response || h.OpCode != 0 || !bytes.Equal(answer[:2], question[:2]) {
		return false
	}
	asked, rest := string(question[12:]), string(answer[12:])
	repeated := len(rest) >= len(asked) && strings.EqualFold(rest[:len(asked)], asked)
	if bytes.Equal(answer[4:6], question[4:6]) != repeated || !repeated && h.RCode == dnsmessage.RCodeSuccess {
		return false
	}
	if p.SkipAllQuestions() != nil || !dnsVersion(svc, &p) {
		return false
	}
	if h.RecursionAvailable {
		svc.Heard.Set(DNSRecursion, "available")
	}
	return true
}

// dnsVersion reads the answers, of which p stands before the first. It is false
// where one is broken.
func dnsVersion(svc *lan.Service, p *dnsmessage.Parser) bool {
	for range maxDNSRecords {
		h, err := p.AnswerHeader()
		if err != nil {
			return err == dnsmessage.ErrSectionDone
		}
		if h.Type != dnsmessage.TypeTXT || h.Class != dnsmessage.ClassCHAOS {
			if p.SkipAnswer() != nil {
				return false
			}
			continue
		}
		r, err := p.TXTResource()
		if err != nil {
			return false
		}
		text := strings.Join(r.TXT, " ")
		svc.Heard.Set(DNSVersion, text)
		svc.Product, svc.Version = hyphened(text)
	}
	return true
}

// hyphened is parseProduct for names with a hyphen before the version:
// "dnsmasq-2.90". A version alone is nobody's.
func hyphened(text string) (product, version string) {
	if startsVersion(text) {
		return "", ""
	}
	if name, rest, ok := strings.Cut(text, "-"); ok && startsVersion(rest) && !strings.Contains(name, " ") {
		text = name + "/" + rest
	}
	return parseProduct(text)
}
