package llmnr

import (
	"net/netip"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/homesweep/homesweep/probes/lan"
)

var (
	device = netip.MustParseAddr("192.168.1.20")
	six    = netip.MustParseAddr("fe80::1%eth0")
)

func TestQuery(t *testing.T) {
	got, err := Query(0x1234, device)
	if want := "\x12\x34\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x0220\x011\x03168\x03192\x07in-addr\x04arpa\x00\x00\x0c\x00\x01"; err != nil || string(got) != want {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := Query(1, netip.Addr{}); err != nil {
		t.Error(err) // the zero address asks for ::, which nobody has
	}
	if got := reverse(six); got != "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.e.f.ip6.arpa." {
		t.Error(got)
	}
}

// answer is a message that answers question with a record of owner.
func answer(t testing.TB, h dnsmessage.Header, question string, owner string, body dnsmessage.ResourceBody) []byte {
	t.Helper()
	kind := dnsmessage.TypePTR
	if _, ok := body.(*dnsmessage.AResource); ok {
		kind = dnsmessage.TypeA
	}
	m := dnsmessage.Message{Header: h, Questions: []dnsmessage.Question{{
		Name: dnsmessage.MustNewName(question), Type: kind, Class: dnsmessage.ClassINET,
	}}}
	if body != nil {
		m.Answers = []dnsmessage.Resource{
			{Header: dnsmessage.ResourceHeader{Name: dnsmessage.MustNewName(owner), Class: dnsmessage.ClassINET}, Body: &dnsmessage.TXTResource{TXT: []string{"first"}}},
			{Header: dnsmessage.ResourceHeader{Name: dnsmessage.MustNewName(owner), Class: dnsmessage.ClassINET}, Body: body},
		}
	}
	b, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func ptr(name string) dnsmessage.ResourceBody {
	return &dnsmessage.PTRResource{PTR: dnsmessage.MustNewName(name)}
}

func TestParseAnswer(t *testing.T) {
	own := reverse(device)
	yes := dnsmessage.Header{ID: 7, Response: true}
	for what, tt := range map[string]struct {
		b    []byte
		want string
	}{
		"its name":               {answer(t, yes, own, own, ptr("DESKTOP-7QK.")), "DESKTOP-7QK"},
		"with a domain":          {answer(t, yes, own, own, ptr("nas.home.")), "nas.home"},
		"in other letters":       {answer(t, yes, "20.1.168.192.IN-ADDR.arpa.", own, ptr("nas.")), "nas"},
		"another's address":      {answer(t, yes, "21.1.168.192.in-addr.arpa.", "21.1.168.192.in-addr.arpa.", ptr("nas.")), ""},
		"another's record":       {answer(t, yes, own, "21.1.168.192.in-addr.arpa.", ptr("nas.")), ""},
		"another question's":     {answer(t, dnsmessage.Header{ID: 8, Response: true}, own, own, ptr("nas.")), ""},
		"contested":              {answer(t, dnsmessage.Header{ID: 7, Response: true, Authoritative: true}, own, own, ptr("nas.")), ""},
		"tentative":              {answer(t, dnsmessage.Header{ID: 7, Response: true, RecursionDesired: true}, own, own, ptr("nas.")), ""},
		"a refusal":              {answer(t, dnsmessage.Header{ID: 7, Response: true, RCode: 5}, own, own, ptr("nas.")), ""},
		"a question":             {answer(t, dnsmessage.Header{ID: 7}, own, own, ptr("nas.")), ""},
		"no record":              {answer(t, yes, own, own, nil), ""},
		"a name that is an echo": {answer(t, yes, own, own, ptr(own)), ""},
		"the root":               {answer(t, yes, own, own, ptr(".")), ""},
		"cut short":              {answer(t, yes, own, own, ptr("nas."))[:60], ""},
		"nothing":                {nil, ""},
	} {
		if got, ok := ParseAnswer(tt.b, 7, device); got != tt.want && ok || ok != (tt.want != "") {
			t.Errorf("%s: %q %v", what, got, ok)
		}
	}
}

func TestHear(t *testing.T) {
	yes := dnsmessage.Header{ID: 7, Response: true}
	for what, tt := range map[string]struct {
		b    []byte
		want string
	}{
		"an address":      {answer(t, yes, "nas.", "NAS.", &dnsmessage.AResource{A: device.As4()}), "NAS"},
		"a reverse":       {answer(t, yes, reverse(device), reverse(device), ptr("nas.")), "nas"},
		"another's name":  {answer(t, yes, "nas.", "router.", &dnsmessage.AResource{A: device.As4()}), ""},
		"a question":      {answer(t, dnsmessage.Header{}, "nas.", "nas.", nil), ""},
		"an empty answer": {answer(t, yes, "nas.", "nas.", nil), ""},
		"nothing":         {nil, ""},
	} {
		s, ok := Hear(tt.b)
		if ok != (tt.want != "") || ok && (s.Heard[lan.LLMNRName] != tt.want || s.Names[0] != tt.want || s.Source != "llmnr") {
			t.Errorf("%s: %+v %v", what, s, ok)
		}
	}
}

func FuzzParseAnswer(f *testing.F) {
	f.Add(answer(f, dnsmessage.Header{ID: 7, Response: true}, reverse(device), reverse(device), ptr("nas.")))
	f.Add(answer(f, dnsmessage.Header{ID: 7, Response: true}, "nas.", "nas.", &dnsmessage.AResource{A: device.As4()}))
	f.Fuzz(func(t *testing.T, b []byte) {
		if name, ok := ParseAnswer(b, 7, device); ok && (name == "" || name != lan.Printable(name, lan.MaxName)) {
			t.Errorf("%q", name)
		}
		if s, ok := Hear(b); ok && (s.Names[0] == "" || s.Names[0] != s.Heard[lan.LLMNRName]) {
			t.Errorf("%+v", s)
		}
	})
}
