package checks

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

func named(product string, heard lan.Heard) lan.Service {
	s := port("http", heard)
	s.Product = product
	return s
}

// proxied answers a request for another place as a proxy does, with that status,
// and none for a place of its own.
func proxied(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.IsAbs() && r.Method == http.MethodGet {
			w.WriteHeader(status)
		}
	}
}

var _ = hold("proxy-open",
	twin{name: "SOCKS for anybody", service: port("socks", lan.Heard{identify.SOCKSMethod: "0"}), want: lan.Fail},
	twin{name: "SOCKS with a login", service: port("socks", lan.Heard{identify.SOCKSMethod: "2"}), want: lan.Pass},
	twin{name: "SOCKS for nobody", service: port("socks", lan.Heard{identify.SOCKSMethod: "255"}), want: lan.Pass},
	twin{name: "squid tries", service: named("squid", nil), web: proxied(503), want: lan.Fail},
	twin{name: "tinyproxy tries", service: named("tinyproxy", nil), web: proxied(500), want: lan.Fail},
	twin{name: "squid refuses", service: named("squid", nil), web: proxied(403), want: lan.Pass},
	twin{name: "a login first", service: named("Privoxy", nil), web: proxied(407), want: lan.Pass},
	twin{name: "a web server with that name", service: named("squid", nil), web: proxied(200), want: lan.Undecided},
	twin{name: "a web server", service: named("lighttpd", lan.Heard{lan.HTTPStatus: "200"}), web: proxied(503), want: lan.NotApplicable},
	twin{name: "nobody in particular", service: named("", lan.Heard{lan.HTTPStatus: "400"}), want: lan.NotApplicable})

// TestProxyOrNot: what only behaves like a proxy is one probably, and a server that
// stumbles none.
func TestProxyOrNot(t *testing.T) {
	for status, want := range map[int]lan.Verdict{500: lan.Undecided, 503: lan.LikelyFail, 403: lan.Pass, 400: lan.Undecided} {
		p := &probes.Pass{Service: named("", lan.Heard{lan.HTTPStatus: "400"})}
		if got := relayed(p, status); got != want || got.Problem() != (p.Title != "") {
			t.Errorf("%d: %v, want %v; %q", status, got, want, p.Title)
		}
	}
}

// TestProxyIsLedNowhere: what is asked for is the device itself, in the form that
// proxies are asked in, and nothing of CONNECT or a login.
func TestProxyIsLedNowhere(t *testing.T) {
	var asked string
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked = fmt.Sprint(r.Method, " ", r.RequestURI, " at ", r.Host, r.Header["Authorization"], r.Header["Proxy-Authorization"])
	}))
	defer s.Close()
	service := serviceAt(s.Listener.Addr(), "http", lan.Heard{lan.HTTPStatus: "400"})
	service.Product = "squid"
	if _, err := judged(t, "proxy-open", &probes.Pass{Service: service}); err != nil || asked != "GET http://127.0.0.1:65533/ at 127.0.0.1:65533[] []" {
		t.Errorf("asked %q, %v", asked, err)
	}
	for n, want := range map[uint16]bool{3128: true, 8080: true, 443: false} {
		if webProxy(lan.Service{Name: "http", Port: n, Heard: lan.Heard{lan.HTTPStatus: "400"}}) != want {
			t.Errorf("port %d: not %v", n, want)
		}
	}
}
