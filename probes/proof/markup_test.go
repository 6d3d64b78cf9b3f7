package proof

import (
	"net/http"
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
)

func TestParsePage(t *testing.T) {
	for text, want := range map[string]markup{
		"":      {},
		"<":     {},
		"< a>":  {},
		"</":    {},
		"<a":    {},
		"a > b": {},
		`<A HREF="/x"><a href=/logout.php?a=1&amp;b=2>bye</a><a href=/sign_out>`: {exit: "/logout.php?a=1&b=2"},
		`<meta http-equiv=refresh content="5">`:                                  {},
		`<meta content="0; URL = '/in' " http-equiv=REFRESH>`:                    {refresh: "/in"},
		`<title><form></title><style><form></style><!-- <form> --><!--><form a>`: {forms: []form{{}}},
		`<noscript><meta http-equiv=refresh content="0;url=/nojs"></noscript>`:   {},
		`<p class="x-Captcha">`: {captcha: true},
		`<form action=a action=b METHOD=Post onsubmit='x()'><input NAME=a value='1>2'><input type=image><input type=submit disabled name=s></form><input name=out>`: {
			forms: []form{
				{action: "a", method: "POST", script: true, inputs: []input{
					{kind: "text", name: "a", value: "1>2"}, {kind: "image", off: true}, {kind: "submit", name: "s", off: true}}},
				{loose: true, inputs: []input{{kind: "text", name: "out"}}},
			}},
		`<form><select name=s><option value=a><option>b<option value=c selected></select><textarea name=t>x<b></TEXTAREA><button name=go></form>`: {
			forms: []form{{inputs: []input{
				{kind: "select", name: "s", value: "c", options: []string{"a", "c"}}, {kind: "textarea", name: "t", value: "x<b>"}, {kind: "submit", name: "go"}}}}},
		`<form><input type="radio" name=r><input type=checkbox name=c checked><button type=button onclick=f()>`: {
			forms: []form{{script: true, inputs: []input{
				{kind: "radio", name: "r", value: "on", off: true}, {kind: "checkbox", name: "c", value: "on"}, {kind: "button", off: true}}}}},
		"<form>\x00\xff<input\x0cname=\xe4 />": {forms: []form{{inputs: []input{{kind: "text", name: "\xe4"}}}}},
	} {
		if got := parsePage([]byte(text)); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v", text, got)
		}
	}
	for _, text := range []string{`<form a="never closed><input type=password name=p>`, `<form><input type=password name="x`} {
		if e, why := parsePage([]byte(text)).loginForm(logins.Form{}); why == "" {
			t.Errorf("%q: %+v", text, e)
		}
	}
}

func TestMarkupIsBounded(t *testing.T) {
	many := strings.Repeat("<form>"+strings.Repeat("<input a=b c=d>", 2*maxInputs), 2*maxForms)
	m := parsePage([]byte(many))
	if len(m.forms) != maxForms || len(m.forms[0].inputs) != maxInputs {
		t.Errorf("%d forms, %d inputs", len(m.forms), len(m.forms[0].inputs))
	}
	name := strings.Repeat("x", 2*maxAttr)
	if m = parsePage([]byte("<form><input name=" + name + ">")); len(m.forms[0].inputs[0].name) != maxAttr {
		t.Errorf("a name of %d bytes", len(m.forms[0].inputs[0].name))
	}
}

func TestVisible(t *testing.T) {
	for text, want := range map[string]string{
		`a<b>c</b><script>d</script>e`:                         "a<c<<<e",
		`<p hidden>secret</p>x<p style="Display : None">y<i>z`: "<<x<<z",
		`<p hidden>to the end`:                                 "<to the end",
		`a <!-- b --> c`:                                       "a < c",
	} {
		if got := string(visible([]byte(text))); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestLocal: a visitor goes nowhere else, however a device names it.
func TestLocal(t *testing.T) {
	plain := lan.Endpoint{Addr: netip.MustParseAddr("192.0.2.7"), Transport: lan.TCP, Port: 80}
	tls := lan.Endpoint{Addr: netip.MustParseAddr("fe80::1%eth0"), Transport: lan.TCP, Port: 443, TLS: true}
	for _, tt := range []struct {
		ep       lan.Endpoint
		to, want string
	}{
		{plain, "/a?b=c#d", "/a?b=c"}, {plain, "x", "/dir/x"}, {plain, "?x", "/dir/page?x"}, {plain, "../x", "/x"},
		{plain, "http://192.0.2.7/x", "/x"}, {plain, "http://192.0.2.7:80", "/"}, {plain, "//192.0.2.7/x", "/x"},
		{plain, "https://192.0.2.7/", ""}, {plain, "https://192.0.2.7:80/", ""}, {plain, "http://192.0.2.7:8080/", ""}, {plain, "http://192.0.2.8/", ""},
		{plain, "http://router.lan/", ""}, {plain, "//evil.example", ""}, {plain, "http://u:p@192.0.2.7/", ""}, {plain, "javascript:x()", ""},
		{plain, "mailto:a@b", ""}, {plain, "", ""}, {plain, "http://[::1", ""}, {plain, "http://192.0.2.7@evil.example/", ""}, {plain, "http:opaque", ""},
		{plain, `\\evil.example\x`, `/dir/%5C%5Cevil.example%5Cx`},
		{tls, "https://[fe80::1]/x", "/x"}, {tls, "http://[fe80::1]/x", ""}, {tls, "x", "/dir/x"},
	} {
		got, ok := (&visitor{ep: tt.ep}).local("/dir/page", tt.to)
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("%q on %s: %q, %v", tt.to, tt.ep, got, ok)
		}
	}
	for ep, want := range map[lan.Endpoint]string{plain: "192.0.2.7", tls: "[fe80::1]", {Addr: plain.Addr, Port: 8080}: "192.0.2.7:8080"} {
		if got := (&visitor{ep: ep}).host(); got != want {
			t.Errorf("host of %s: %q", ep, got)
		}
	}
}

func TestJar(t *testing.T) {
	var j jar
	set := func(lines ...string) { j.keep(&http.Response{Header: http.Header{"Set-Cookie": lines}}) }
	sent := func() string { h := http.Header{}; j.send(h); return h.Get("Cookie") }
	set("a=1; Path=/x; Expires=Thu, 01 Jan 1970 00:00:10 GMT", `b="2"`, "c=3; HttpOnly", "broken")
	if got := sent(); got != `a=1; b="2"; c=3` {
		t.Errorf("%q", got)
	}
	set("a=9", "b=; Max-Age=5", "c=x; Max-Age=0")
	if got := sent(); got != "a=9" {
		t.Errorf("%q", got)
	}
	set("a=deleted", "long="+strings.Repeat("x", maxCookie))
	for i := range 2 * maxCookies {
		set(strings.Repeat("n", i+1) + "=1")
	}
	if len(j.list) != maxCookies {
		t.Errorf("%d cookies", len(j.list))
	}
}

func TestTokenIn(t *testing.T) {
	for _, tt := range [][3]string{
		{`{"a":{"b":"tok"}}`, "a.b", "tok"}, {`{"a":12345678901}`, "a", "12345678901"}, {`{"a":null}`, "a", ""}, {`[]`, "a.b", ""},
		{`{"a":"x\r\nCookie: y"}`, "a", ""}, {`{"a":"` + strings.Repeat("x", maxToken+1) + `"}`, "a", ""}, {`{"a":true}`, "a.b.c", ""}, {"{", "a", ""}, {`{"":"x"}`, "", ""},
	} {
		if got := tokenIn([]byte(tt[0]), tt[1]); got != tt[2] {
			t.Errorf("%s of %s: %q", tt[1], tt[0], got)
		}
	}
}

// FuzzParsePage: whatever a page holds, it is read within bounds, and what is sent
// for it is one line of a form.
func FuzzParsePage(f *testing.F) {
	for _, beast := range zoo {
		device := acme{form: func(int) string { return acmeForm }}
		beast.page(&device)
		f.Add([]byte(device.form(1)))
	}
	f.Add([]byte(`<form method=post><select name=a><option value=b selected><textarea name=c>d</textarea><input type=password name=p>`))
	f.Fuzz(func(t *testing.T, text []byte) {
		m := parsePage(text)
		if len(m.forms) > maxForms+1 || len(m.exit)+len(m.refresh) > 2*maxAttr {
			t.Fatalf("%d forms", len(m.forms))
		}
		if len(visible(text)) > len(text)+1 {
			t.Error("more is visible than there is")
		}
		e, why := m.loginForm(logins.Form{})
		if why != "" {
			return
		}
		body, _ := e.filled(Login{"admin", "p w&="})
		if strings.ContainsAny(body, "\r\n \x00") || !strings.Contains(body, "p+w%26%3D") {
			t.Errorf("%q", body)
		}
	})
}

// FuzzLocal: no address leads off the endpoint, and none breaks a request.
func FuzzLocal(f *testing.F) {
	for _, s := range []string{"/a", "//b/c", "http://192.0.2.7:80/%0d%0a", "?\x7f", "http:///x", "/\\", "/a b", "#"} {
		f.Add("/dir/page", s)
	}
	v := &visitor{ep: lan.Endpoint{Addr: netip.MustParseAddr("192.0.2.7"), Port: 80}}
	f.Fuzz(func(t *testing.T, from, to string) {
		path, ok := v.local(from, to)
		if ok && (!strings.HasPrefix(path, "/") || strings.ContainsAny(path, "\r\n \t\x00#")) {
			t.Errorf("%q from %q: %q", to, from, path)
		}
	})
}
