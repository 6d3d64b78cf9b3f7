package ui

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// visit is one request as a browser at the named host would send it.
func visit(h http.Handler, method, path, host, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host = host
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func newPublic(t *testing.T, house House) http.Handler {
	t.Helper()
	h, err := New(Options{House: house, Public: true, Hosts: func() []string { return []string{"router.lan", "OpenWrt.", "203.0.113.9"} }})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestHost(t *testing.T) {
	h := newPublic(t, newHouse(t))
	for host, want := range map[string]int{
		"127.0.0.1:8080":                 200,
		"127.9.9.9":                      200,
		"[::1]:8080":                     200,
		"localhost:8080":                 200,
		"LOCALHOST.":                     200,
		"192.168.1.1":                    200,
		"10.0.0.1:8080":                  200,
		"172.16.5.1":                     200,
		"169.254.3.4":                    200,
		"[fd12:3456::1]:80":              200,
		"[fe80::1]":                      200,
		"[fe80::1%25br-lan]:80":          200,
		"[::ffff:192.168.1.1]":           200,
		"router.lan":                     200,
		"Router.LAN:8080":                200,
		"openwrt":                        200,
		"203.0.113.9:8080":               200, // named in Hosts
		"198.51.100.7":                   200, // where the connection came in
		"198.51.100.8":                   421,
		"evil.example":                   421,
		"192.168.1.1.evil.example":       421,
		"router.lan.evil.example":        421,
		"localhost.evil.example":         421,
		"127.1":                          421, // not how a browser writes an address
		"0x7f000001":                     421,
		"[::1].evil.example":             421,
		"evil.example:80@192.168.1.1":    421,
		"":                               421,
		":8080":                          421,
		"router.lan/.evil.example":       421,
		"8.8.8.8":                        421,
		"[2001:db8::1]":                  421,
		strings.Repeat("a.", 4000) + "x": 421,
	} {
		r := httptest.NewRequest("GET", "/api/v1/session", nil)
		r.Host = host
		at := &net.TCPAddr{IP: net.IPv4(198, 51, 100, 7), Port: 8080}
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, net.Addr(at)))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("Host %.60q: %d, want %d", host, w.Code, want)
		}
	}
}

func TestOrigin(t *testing.T) {
	const us = "192.168.1.1:8080"
	for _, c := range []struct {
		name    string
		method  string
		headers []string
		want    int
	}{
		{"own page", "POST", []string{"Origin", "http://" + us, "Sec-Fetch-Site", "same-origin"}, 202},
		{"own page, old browser", "POST", []string{"Origin", "http://" + us}, 202},
		{"own page, no Origin", "POST", []string{"Sec-Fetch-Site", "same-origin"}, 202},
		{"missing both", "POST", nil, 403},
		{"typed address", "POST", []string{"Sec-Fetch-Site", "none"}, 403},
		{"foreign", "POST", []string{"Origin", "http://evil.example", "Sec-Fetch-Site", "cross-site"}, 403},
		{"foreign, old browser", "POST", []string{"Origin", "http://evil.example"}, 403},
		{"foreign that claims to be ours", "POST", []string{"Origin", "http://evil.example", "Sec-Fetch-Site", "same-origin"}, 403},
		{"null", "POST", []string{"Origin", "null"}, 403},
		{"the router's own pages", "POST", []string{"Origin", "http://192.168.1.1", "Sec-Fetch-Site", "same-site"}, 403},
		{"suffix", "POST", []string{"Origin", "http://" + us + ".evil.example"}, 403},
		{"DELETE without origin", "DELETE", nil, 403},
		{"DELETE from own page", "DELETE", []string{"Origin", "http://" + us}, 202},
	} {
		house := newHouse(t)
		w := visit(newPublic(t, house), c.method, "/api/v1/sweep", us, "", c.headers...)
		if w.Code != c.want {
			t.Errorf("%s: %d, want %d", c.name, w.Code, c.want)
		}
		if acted := house.started+house.cancelled > 0; acted != (c.want == 202) {
			t.Errorf("%s: answered %d, but acted is %t", c.name, w.Code, acted)
		}
	}
}

func TestReadsFromElsewhere(t *testing.T) {
	h := newPublic(t, newHouse(t))
	for site, want := range map[string]int{"": 200, "same-origin": 200, "none": 200, "same-site": 403, "cross-site": 403} {
		w := visit(h, "GET", "/api/v1/state", "192.168.1.1", "", "Sec-Fetch-Site", site)
		if w.Code != want {
			t.Errorf("Sec-Fetch-Site %q: %d, want %d", site, w.Code, want)
		}
	}
	if w := visit(h, "GET", "/", "192.168.1.1", "", "Sec-Fetch-Site", "cross-site"); w.Code != 200 {
		t.Errorf("a link from elsewhere to the first page: %d, want 200", w.Code)
	}
}

func TestHeaders(t *testing.T) {
	h := newPublic(t, newHouse(t))
	for _, path := range []string{"/", "/app.js", "/nothing.js", "/api/v1/state", "/api/nothing", "/.well-known/security.txt"} {
		for _, host := range []string{"127.0.0.1", "evil.example"} {
			got := visit(h, "GET", path, host, "").Header()
			for name, want := range map[string]string{
				"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
					"form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
				"X-Content-Type-Options":       "nosniff",
				"X-Frame-Options":              "DENY",
				"Referrer-Policy":              "no-referrer",
				"Cross-Origin-Opener-Policy":   "same-origin",
				"Cross-Origin-Resource-Policy": "same-origin",
				"Access-Control-Allow-Origin":  "",
			} {
				if got.Get(name) != want {
					t.Errorf("%s for %s: %s is %q, want %q", path, host, name, got.Get(name), want)
				}
			}
		}
	}
}

// TestNoWritingGet asks for everything by GET and looks whether anything
// happened.
func TestNoWritingGet(t *testing.T) {
	house := newHouse(t)
	h := newPublic(t, house)
	for _, path := range []string{"sweep", "decisions", "touch", "setup", "login", "logout"} {
		if w := visit(h, "GET", "/api/v1/"+path, "127.0.0.1", ""); w.Code < 400 {
			t.Errorf("GET %s: %d", path, w.Code)
		}
	}
	if house.started+house.cancelled+len(house.decisions) > 0 {
		t.Error("a GET changed something")
	}
}
