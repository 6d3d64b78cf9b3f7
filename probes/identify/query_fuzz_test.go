package identify

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// fuzzQuery feeds the parser of the query of that name, seeded with its fake's
// answer, its own question and more.
func fuzzQuery(f *testing.F, name string, parse func(*lan.Service, []byte, []byte) bool, more ...string) {
	q := queries(f)[name]
	question := q.words()
	f.Add(q.answer(question))
	f.Add(question)
	for _, s := range more {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		svc := found(udpAt(q.port), q.service)
		parse(&svc, question, answer)
		if len(svc.Heard) > lan.MaxFields {
			t.Errorf("%d fields", len(svc.Heard))
		}
		for field, value := range svc.Heard {
			if value == "" || value != lan.Printable(value, lan.MaxRaw) {
				t.Errorf("%s is %q", field, value)
			}
		}
	})
}

func FuzzParseDNS(f *testing.F) { fuzzQuery(f, "domain/udp", parseDNS) }
func FuzzParseTFTP(f *testing.F) {
	fuzzQuery(f, "tftp/udp", parseTFTP, "\x00\x03\x00\x01hello", "\x00\x05\x00\x01x")
}
func FuzzParseNTP(f *testing.F)        { fuzzQuery(f, "ntp/udp", parseNTP) }
func FuzzParseIKE(f *testing.F)        { fuzzQuery(f, "isakmp/udp", parseIKE) }
func FuzzParseRMCP(f *testing.F)       { fuzzQuery(f, "asf-rmcp/udp", parseRMCP) }
func FuzzParseSQLBrowser(f *testing.F) { fuzzQuery(f, "ms-sql-m/udp", parseSQLBrowser) }
func FuzzParseSTUN(f *testing.F)       { fuzzQuery(f, "stun/udp", parseSTUN) }
func FuzzParseKNX(f *testing.F)        { fuzzQuery(f, "efcp/udp", parseKNX) }
func FuzzParseWSD(f *testing.F)        { fuzzQuery(f, "ws-discovery/udp", parseWSD) }
func FuzzParseNATPMP(f *testing.F) {
	fuzzQuery(f, "nat-pmp/udp", parseNATPMP, "\x02\x80\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00")
}
func FuzzParseMDNS(f *testing.F)   { fuzzQuery(f, "mdns/udp", parseMDNS) }
func FuzzParseCoAP(f *testing.F)   { fuzzQuery(f, "coap/udp", parseCoAP) }
func FuzzParseBACnet(f *testing.F) { fuzzQuery(f, "bacnet/udp", parseBACnet) }

// FuzzMakers lets a stranger answer any of the makers' questions.
func FuzzMakers(f *testing.F) {
	var makers []*query
	for name, q := range queries(f) {
		switch name {
		case "kasa/udp", "tapo/udp", "wiz/udp", "miio/udp", "lifx/udp", "ubiquiti/udp", "canon-bjnp1/udp", "dahua/udp", "xiongmai/udp", "hf-a11/udp":
			makers = append(makers, q.query)
			f.Add(q.answer(q.words()))
		}
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		for _, q := range makers {
			svc, ok := q.takes(q.words(), answer)
			if ok != (len(svc.Heard) > 0) {
				t.Errorf("%s takes %q: %v", q.Name(), answer, svc.Heard)
			}
		}
	})
}
