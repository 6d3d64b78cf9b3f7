package identify

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// queries are the registered ones, each with what its fake answers.
func queries(t testing.TB) map[string]struct {
	*query
	answer func([]byte) []byte
} {
	all := map[string]struct {
		*query
		answer func([]byte) []byte
	}{}
	for _, id := range identifiers {
		q, ok := id.Identifier.(*query)
		if !ok {
			continue
		}
		i := slices.IndexFunc(fakes, func(f fake) bool { return f.name == q.Name() })
		if i < 0 {
			t.Fatalf("%s has no fake", q.Name())
		}
		entry := all[q.Name()]
		entry.query, entry.answer = q, fakes[i].answer
		all[q.Name()] = entry
	}
	if len(all) < 20 {
		t.Fatalf("only %d queries", len(all))
	}
	return all
}

// takes reports whether q takes the answer for its own, and what it then says.
func (q *query) takes(question, answer []byte) (lan.Service, bool) {
	svc := found(udpAt(q.port), q.service)
	return svc, q.parse(&svc, question, answer)
}

// cuttable are the protocols whose words say nowhere how long they are: what is
// left of them still counts, as their last part is the sender's own text.
var cuttable = map[string]bool{"coap/udp": true, "mdns/udp": true, "ws-discovery/udp": true, "hf-a11/udp": true}

// anonymous are the protocols whose answers carry no identifier of the question,
// though the questions differ.
var anonymous = map[string]bool{"tftp/udp": true}

// TestQueriesAreStrict: no protocol takes its own question, an answer to another
// question, or a cut one.
func TestQueriesAreStrict(t *testing.T) {
	for name, q := range queries(t) {
		question := q.words()
		answer := q.answer(question)
		if _, ok := q.takes(question, answer); !ok || len(question) > 1200 {
			t.Errorf("%s: %q is not taken for an answer to %q", name, answer, question)
		}
		if _, ok := q.takes(question, question); ok {
			t.Errorf("%s takes its own question", name)
		}
		for range 64 {
			other := q.words()
			if bytes.Equal(other, question) || anonymous[name] {
				continue
			}
			if _, ok := q.takes(question, q.answer(other)); ok {
				t.Errorf("%s takes the answer to another question", name)
			}
			break
		}
		for n := range answer {
			if _, ok := q.takes(question, answer[:n]); ok && !cuttable[name] {
				t.Errorf("%s takes %d bytes of %d", name, n, len(answer))
			}
		}
	}
}

// TestQueriesAreBounded: whatever byte is wrong, what is kept stays short.
func TestQueriesAreBounded(t *testing.T) {
	for name, q := range queries(t) {
		question := q.words()
		answer := q.answer(question)
		for n := range answer {
			for _, wrong := range []byte{0, 1, 0x3f, 0x7f, 0x80, 0xc0, 0xff} {
				b := bytes.Clone(answer)
				b[n] = wrong
				svc, _ := q.takes(question, append(b, bytes.Repeat([]byte{wrong}, 4096-len(b))...))
				for field, value := range svc.Heard {
					if len(value) > lan.MaxRaw || strings.Contains(value, "SECRET") {
						t.Errorf("%s keeps %s %q", name, field, value)
					}
				}
				q.takes(question, b)
			}
		}
	}
}

// TestQueryTakesNoEcho: our own words are no answer, however lenient the parser.
func TestQueryTakesNoEcho(t *testing.T) {
	lenient := &query{service: "x", question: "hello", parse: func(*lan.Service, []byte, []byte) bool { return true }}
	for answer, want := range map[string]error{"hello": probes.ErrNotMine, "hello!": nil} {
		d := &device{answer: says1(answer)}
		if svc, err := lenient.Identify(t.Context(), d, udpAt(1)); !errors.Is(err, want) || (svc.Name == "x") != (want == nil) {
			t.Errorf("%q: %s, %v", answer, svc.Name, err)
		}
	}
}

// TestQueryPortsAreOwnedByOne: a datagram's port is claimed by one identifier.
func TestQueryPortsAreOwnedByOne(t *testing.T) {
	ports := UDPPorts(lan.Sturdy)
	if distinct := slices.Compact(slices.Clone(ports)); len(distinct) != len(ports) {
		t.Errorf("%v", ports)
	}
	for _, port := range ports {
		six := udpAt(port)
		six.Addr = lan.Endpoint{}.Addr
		for _, id := range identifiers {
			if q, ok := id.Identifier.(*query); ok && q.only4 && id.Likely(six, nil) {
				t.Errorf("%s claims an address that is none of IPv4", q.Name())
			}
		}
	}
}

// parses runs the query of that name on answer(question) and gives what it says,
// in one line; "" for no answer.
func parses(t *testing.T, name string, answer func(question []byte) []byte) string {
	t.Helper()
	q, ok := queries(t)[name]
	if !ok {
		t.Fatalf("no %s", name)
	}
	question := q.words()
	svc, ok := q.takes(question, answer(question))
	if !ok {
		return ""
	}
	parts := []string{words(svc)}
	for field, value := range svc.Heard {
		parts = append(parts, field+"="+value)
	}
	slices.Sort(parts[1:])
	return strings.Join(parts, "; ")
}

func TestParseAnswers(t *testing.T) {
	for _, tt := range []struct {
		name, what string
		answer     func(question []byte) []byte
		want       string // "" for no answer
	}{
		{"domain/udp", "refused", func(q []byte) []byte { return dnsAnswer(q, 0x8005, 0) }, "domain"},
		{"domain/udp", "refused by a resolver", func(q []byte) []byte { return dnsAnswer(q, 0x8085, 0) }, "domain; dns.recursion=available"},
		{"domain/udp", "not understood, without the question", func(q []byte) []byte { return slices.Concat(q[:2], []byte("\x80\x01\x00\x00\x00\x00\x00\x00\x00\x00")) }, "domain"},
		{"domain/udp", "no error and no question", func(q []byte) []byte { return slices.Concat(q[:2], []byte("\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00")) }, ""},
		{"domain/udp", "another question", func(q []byte) []byte { b := nameServer(q); b[14] = 'x'; return b }, ""},
		{"domain/udp", "a name that loops", func(q []byte) []byte {
			return dnsAnswer(q, 0x8400, 1, []byte("\xc0\x1e\x00\x10\x00\x03\x00\x00\x00\x00\x00\x02\x01x")...)
		}, ""},
		{"domain/udp", "a text beyond its record", func(q []byte) []byte {
			return dnsAnswer(q, 0x8400, 1, []byte("\xc0\x0c\x00\x10\x00\x03\x00\x00\x00\x00\x00\x02\x09x")...)
		}, ""},
		{"domain/udp", "more records than there are", func(q []byte) []byte { return dnsAnswer(q, 0x8400, 200) }, ""},
		{"domain/udp", "a version alone", func(q []byte) []byte {
			return dnsAnswer(q, 0x8400, 1, []byte("\xc0\x0c\x00\x10\x00\x03\x00\x00\x00\x00\x00\x07\x069.18.1")...)
		}, "domain; dns.version=9.18.1"},
		{"domain/udp", "an update's answer", func(q []byte) []byte { return dnsAnswer(q, 0xa800, 0) }, ""},

		{"tftp/udp", "the file", says1("\x00\x03\x00\x01hello"), "tftp"},
		{"tftp/udp", "the file's end", says1("\x00\x03\x00\x02hello"), ""},
		{"tftp/udp", "too much of it", says1("\x00\x03\x00\x01" + strings.Repeat("x", 513)), ""},
		{"tftp/udp", "access violation", says1("\x00\x05\x00\x02Access violation\x00"), "tftp; tftp.error=Access violation"},
		{"tftp/udp", "an error without words", says1("\x00\x05\x00\x00\x00"), "tftp"},
		{"tftp/udp", "no such error", says1("\x00\x05\x00\x63x\x00"), ""},
		{"tftp/udp", "something behind", says1("\x00\x05\x00\x01x\x00y"), ""},
		{"tftp/udp", "an acknowledgement", says1("\x00\x04\x00\x00"), ""},

		{"ntp/udp", "a clock of its own", func(q []byte) []byte { b := clock(q); b[1] = 1; copy(b[12:], "GPS\x00"); return b }, "ntp; ntp.refid=GPS; ntp.stratum=1; ntp.version=4"},
		{"ntp/udp", "a refusal", func(q []byte) []byte { b := clock(q); b[1] = 0; copy(b[12:], "RATE"); return b }, "ntp; ntp.refid=RATE; ntp.stratum=0; ntp.version=4"},
		{"ntp/udp", "with a signature", func(q []byte) []byte { return append(clock(q), make([]byte, 20)...) }, "ntp; ntp.refid=192.168.1.1; ntp.stratum=2; ntp.version=4"},
		{"ntp/udp", "a broadcast", func(q []byte) []byte { b := clock(q); b[0] = 0x25; return b }, ""},

		{"isakmp/udp", "a cookie", func(q []byte) []byte { return ikeAnswer(q, "\x29\x20\x22\x20", "\x00\x00\x00\x0a\x00\x00\x40\x06xy") }, "isakmp; ike.notify=16390; ike.version=2.0"},
		{"isakmp/udp", "version 1", func(q []byte) []byte {
			return ikeAnswer(q, "\x0b\x10\x05\x00", "\x00\x00\x00\x0c\x00\x00\x00\x01\x01\x00\x00\x05")
		}, "isakmp; ike.notify=5; ike.version=1.0"},
		{"isakmp/udp", "a request", func(q []byte) []byte { return ikeAnswer(q, "\x29\x20\x22\x08", "\x00\x00\x00\x08\x00\x00\x00\x0e") }, ""},
		{"isakmp/udp", "a wrong length", func(q []byte) []byte { return append(gateway(q), 0) }, ""},

		{"asf-rmcp/udp", "no maker, no IPMI", func(q []byte) []byte { b := controller(q); copy(b[12:], "\x00\x00\x11\xbe"); b[20] = 1; return b }, "asf-rmcp"},
		{"ms-sql-m/udp", "a wrong length", says1("\x05\xff\xffServerName;A;InstanceName;B;"), ""},
		{"ms-sql-m/udp", "nobody's words", says1("\x05\x05\x00hello"), ""},

		{"stun/udp", "a refusal", func(q []byte) []byte {
			return slices.Concat([]byte("\x01\x11\x00\x08"), q[4:], []byte("\x00\x09\x00\x04\x00\x00\x04\x00"))
		}, "stun"},
		{"stun/udp", "an attribute too long", func(q []byte) []byte {
			return slices.Concat([]byte("\x01\x01\x00\x08"), q[4:], []byte("\x80\x22\xff\xff1234"))
		}, ""},
		{"stun/udp", "of an old server", func(q []byte) []byte {
			return slices.Concat([]byte("\x01\x01\x00\x0c"), q[4:], []byte("\x00\x01\x00\x08\x00\x01\x11\x2b\xc0\xa8\x01\x02"))
		}, "stun"},

		{"efcp/udp", "no device in it", says1("\x06\x10\x02\x04\x00\x0a\x04\x02\x02\x01"), ""},
		{"efcp/udp", "an empty block", says1("\x06\x10\x02\x04\x00\x08\x00\x00"), ""},

		{"ws-discovery/udp", "another's addresses", func(q []byte) []byte { return windowsAt(q, "192.168.1.99") }, ""},
		{"ws-discovery/udp", "no matches", func(q []byte) []byte {
			return []byte(strings.NewReplacer("<wsd:ProbeMatch>", "<x>", "</wsd:ProbeMatch>", "</x>").Replace(string(windows(q))))
		}, ""},

		{"nat-pmp/udp", "switched off", says1("\x00\x80\x00\x02\x00\x01\x51\x80"), "nat-pmp; nat-pmp.result=2; nat-pmp.version=0"},
		{"nat-pmp/udp", "PCP only", says1("\x02\x80\x00\x01" + strings.Repeat("\x00", 20)), "nat-pmp; nat-pmp.result=1; nat-pmp.version=2"},
		{"nat-pmp/udp", "success without an address", says1("\x00\x80\x00\x00\x00\x01\x51\x80"), ""},
		{"nat-pmp/udp", "a mapping's answer", says1("\x00\x81\x00\x00\x00\x01\x51\x80\x00\x00\x00\x00"), ""},

		{"mdns/udp", "no identifier", func(q []byte) []byte { b := responder(q); b[0], b[1] = 0, 0; return b }, "mdns; mdns.types=_hap._tcp _http._tcp"},
		{"mdns/udp", "no types", func(q []byte) []byte { b := bytes.Clone(q); b[2] = 0x84; return b }, ""},
		{"mdns/udp", "a name that loops", func(q []byte) []byte {
			b := bytes.Clone(q)
			b[2], b[7] = 0x84, 1
			return append(b, "\xc0\x0c\x00\x0c\x00\x01\x00\x00\x00\x0a\x00\x02\xc0\x3e"...)
		}, ""},

		{"coap/udp", "a reset", func(q []byte) []byte { return slices.Concat([]byte("\x70\x00"), q[2:4]) }, "coap"},
		{"coap/udp", "only received", func(q []byte) []byte { return slices.Concat([]byte("\x60\x00"), q[2:4]) }, "coap"},
		{"coap/udp", "not found", func(q []byte) []byte { return slices.Concat([]byte("\x64\x84"), q[2:8]) }, "coap; coap.code=4.04"},
		{"coap/udp", "by itself", func(q []byte) []byte { return slices.Concat([]byte("\x44\x45\x12\x34"), q[4:8]) }, "coap; coap.code=2.05"},
		{"coap/udp", "another message", func(q []byte) []byte { return slices.Concat([]byte("\x64\x45\x00"), []byte{q[3] ^ 1}, q[4:8]) }, ""},
		{"coap/udp", "another token", func(q []byte) []byte { return slices.Concat([]byte("\x64\x45"), q[2:4], []byte("1234")) }, ""},
		{"coap/udp", "an option of a reserved kind", func(q []byte) []byte { return slices.Concat([]byte("\x64\x45"), q[2:8], []byte("\xf1x")) }, ""},
		{"coap/udp", "an option too long", func(q []byte) []byte { return slices.Concat([]byte("\x64\x45"), q[2:8], []byte("\x1e\xff\xffx")) }, ""},
		{"coap/udp", "a payload without bytes", func(q []byte) []byte { return slices.Concat([]byte("\x64\x45"), q[2:8], []byte("\xff")) }, ""},
		{"coap/udp", "a request", func(q []byte) []byte { return slices.Concat([]byte("\x44\x02"), q[2:8]) }, ""},

		{"bacnet/udp", "one at a time", func(q []byte) []byte { return []byte("\x81\x0a\x00\x09\x01\x00\x60" + string(q[8:9]) + "\x09") }, "bacnet"},
		{"bacnet/udp", "too much for it", func(q []byte) []byte { return []byte("\x81\x0a\x00\x09\x01\x00\x71" + string(q[8:9]) + "\x04") }, "bacnet"},
		{"bacnet/udp", "an error", func(q []byte) []byte {
			return []byte("\x81\x0a\x00\x0d\x01\x00\x50" + string(q[8:9]) + "\x0e\x91\x01\x91\x1f")
		}, "bacnet"},
		{"bacnet/udp", "of another network", func(q []byte) []byte { b := bacnetDevices(q); b[5] = 0x08; return b }, ""},
		{"bacnet/udp", "of no device", func(q []byte) []byte { b := bacnetDevices(q); b[10] = 0; return b }, ""},
		{"bacnet/udp", "a length beyond the end", func(q []byte) []byte { b := bacnetDevices(q); b[19] = 0xfd; return b }, ""},
	} {
		if got := parses(t, tt.name, tt.answer); got != tt.want {
			t.Errorf("%s, %s: %q, want %q", tt.name, tt.what, got, tt.want)
		}
	}
}

// TestHomeIsNotKept: where the home is, and what opens it, is in some answers
// and in no field.
func TestHomeIsNotKept(t *testing.T) {
	for name, q := range queries(t) {
		question := q.words()
		svc, _ := q.takes(question, q.answer(question))
		for field, value := range svc.Heard {
			for _, secret := range []string{"SECRET", "51.5", "4711", "198.51.100", "c5:01", "ATTIC"} {
				if strings.Contains(value, secret) {
					t.Errorf("%s keeps %s %q", name, field, value)
				}
			}
		}
	}
}
