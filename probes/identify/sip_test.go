package identify

import (
	"errors"
	"net/netip"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// sipField is what a SIP message says in a field.
func sipField(message []byte, field string) string {
	for line := range strings.SplitSeq(string(message), "\r\n") {
		if name, value, found := strings.Cut(line, ": "); found && strings.EqualFold(name, field) {
			return value
		}
	}
	return ""
}

// telephone answers as RFC 3261, section 8.2.6.2, has it, with status and the
// fields given.
func telephone(status, fields string) func([]byte) []byte {
	return func(q []byte) []byte {
		return []byte("SIP/2.0 " + status + "\r\nVia: " + sipField(q, "Via") + ";received=192.168.1.2\r\nFrom: " + sipField(q, "From") +
			"\r\nTo: " + sipField(q, "To") + ";tag=9\r\nCall-ID: " + sipField(q, "Call-ID") + "\r\nCSeq: " + sipField(q, "CSeq") +
			"\r\n" + fields + "Content-Length: 0\r\n\r\n")
	}
}

func TestSIP(t *testing.T) {
	for _, tt := range []struct {
		name, status, fields, words string
		heard                       lan.Heard
	}{
		{"a telephone", "200 OK", "User-Agent: Yealink SIP-T46S 66.84.0.125\r\nAllow: INVITE, ACK\r\nAllow: OPTIONS\r\n", "sip Yealink SIP-T46S 66.84.0.125",
			lan.Heard{sipUserAgent: "Yealink SIP-T46S 66.84.0.125", sipAllow: "INVITE, ACK, OPTIONS"}},
		{"an exchange that wants a login", "401 Unauthorized", "Server: Asterisk PBX 18.9\r\nWWW-Authenticate: Digest algorithm=MD5, realm=\"asterisk\", nonce=\"1\"\r\n",
			"sip Asterisk PBX 18.9", lan.Heard{sipServer: "Asterisk PBX 18.9", sipRealm: "asterisk"}},
		{"a proxy", "407 Proxy Authentication Required", "Proxy-Authenticate: Digest realm=\"home\", nonce=\"1\"\r\n", "sip", lan.Heard{sipRealm: "home"}},
		{"nobody by that name", "404 Not Found", "Server: Speedport/1.40\r\n", "sip Speedport 1.40", lan.Heard{sipServer: "Speedport/1.40"}},
		{"a silent one", "200 OK", "", "sip", lan.Heard{}},
	} {
		d := &device{answer: telephone(tt.status, tt.fields)}
		svc, _, err := identifyIn(t, d, udpAt(5060), 0)
		if err != nil || strings.TrimSpace(words(svc)) != tt.words || d.asked != 1 {
			t.Errorf("%s: %q after %d questions, error %v", tt.name, words(svc), d.asked, err)
		}
		for _, field := range []string{sipServer, sipUserAgent, sipAllow, sipRealm} {
			if svc.Heard[field] != tt.heard[field] {
				t.Errorf("%s: %s is %q, want %q", tt.name, field, svc.Heard[field], tt.heard[field])
			}
		}
	}
}

// TestSIPQuestion: what is asked opens no dialog and names none of our addresses.
func TestSIPQuestion(t *testing.T) {
	ep := udpAt(5060)
	q := sipOptions(ep, "7")
	if !strings.HasPrefix(string(q), "OPTIONS sip:192.168.1.20:5060 SIP/2.0\r\n") || !strings.HasSuffix(string(q), "\r\n\r\n") ||
		sipField(q, "Via") != "SIP/2.0/UDP anonymous.invalid;branch=z9hG4bK7;rport" || sipField(q, "CSeq") != "1 OPTIONS" || sipField(q, "Contact") != "" {
		t.Errorf("%s", q)
	}
	ep.Addr = netip.MustParseAddr("fe80::1%eth0")
	if q := sipOptions(ep, "7"); sipField(q, "To") != "<sip:[fe80::1]:5060>" {
		t.Errorf("IPv6: %s", q)
	}
}

func TestSIPNotMine(t *testing.T) {
	swap := func(old, now string) func([]byte) []byte {
		return func(q []byte) []byte {
			return []byte(strings.Replace(string(telephone("200 OK", "")(q)), old, now, 1))
		}
	}
	for name, answer := range map[string]func([]byte) []byte{
		"another call's":   swap("Call-ID: ", "Call-ID: x"),
		"another method's": swap("1 OPTIONS", "1 INVITE"),
		"another number's": swap("1 OPTIONS", "2 OPTIONS"),
		"another version":  swap("SIP/2.0 200", "SIP/3.0 200"),
		"no status":        swap("200", "2x0"),
		"no SIP status":    swap("200", "700"),
		"our own words":    func(q []byte) []byte { return q },
		"a page":           swap("SIP/2.0", "HTTP/1.1"),
		"nothing":          func([]byte) []byte { return []byte{} },
	} {
		d := &device{answer: answer}
		if _, _, err := identifyIn(t, d, udpAt(5060), 0); !errors.Is(err, probes.ErrNotMine) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestParseSIPShortForm(t *testing.T) {
	h, ok := parseSIP([]byte("SIP/2.0 200 OK\r\nv: SIP/2.0/UDP x\r\ni: 7\r\nCSEQ:  1  OPTIONS\r\nServer: Snom\r\n\r\n"), "7")
	if !ok || h.get("Server") != "Snom" {
		t.Errorf("%v %v", h, ok)
	}
}

func FuzzParseSIP(f *testing.F) {
	f.Add([]byte("SIP/2.0 401 Unauthorized\r\nCall-ID: 7\r\nCSeq: 1 OPTIONS\r\nWWW-Authenticate: Digest realm=\"x\"\r\n\r\n"))
	f.Add([]byte("SIP/2.0 200 OK\ni:7\ncseq:1 OPTIONS\nserver: a/1\nallow: A\nallow: B\n\n"))
	f.Add(sipOptions(udpAt(5060), "7"))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, ok := parseSIP(b, "7")
		if ok != (h.status != "") || len(h.fields) > maxHeaders {
			t.Errorf("%v %v", h, ok)
		}
		svc := found(udpAt(5060), "sip")
		readSIP(&svc, h)
		for field, said := range svc.Heard {
			if len(said) > lan.MaxValue {
				t.Errorf("%s has %d bytes", field, len(said))
			}
		}
	})
}
