package ui

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// maxBody bounds the body of a request; the longest legal one is a note, save for
// a knowledge file and alerts.
const maxBody = 16 << 10

// policy allows what the dashboard's own files need and nothing else. Trusted
// types turn a slip such as innerHTML into an error where browsers know them.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; " +
	"require-trusted-types-for 'script'; trusted-types 'none'"

// guard stands before every route: it answers only to our own names, takes
// writes only from our own pages, and sends the protecting headers with all.
func (d *dashboard) guard(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(refuseForeign))
	next = cross.Handler(ownPages(next))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		protect(w.Header())
		if !d.ours(r) {
			d.foreign.Warn("request for a foreign host refused", "host", lan.Printable(r.Host, lan.MaxValue), "from", r.RemoteAddr)
			refuse(w, http.StatusMisdirectedRequest, "This dashboard does not answer to the name in your address bar.",
				"Open it by the router's own address, for example 192.168.1.1.")
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, longest(r.URL.Path))
		next.ServeHTTP(w, r)
	})
}

// longest is how many bytes a request to path may bring.
func longest(path string) int64 {
	switch path {
	case knowledgePath:
		return MaxKnowledge
	case alertsPath:
		return maxAlerts
	}
	return maxBody
}

// protect sets the headers that every answer carries.
func protect(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
}

// ours reports whether the Host header names us. A page elsewhere that points
// its own name at our address (DNS rebinding) still sends its own name here.
func (d *dashboard) ours(r *http.Request) bool {
	host := strings.ToLower(strings.TrimSuffix(hostOnly(r.Host), "."))
	if host == "" {
		return false
	}
	if host == "localhost" || slices.ContainsFunc(d.Hosts(), func(h string) bool {
		return strings.EqualFold(strings.TrimSuffix(hostOnly(h), "."), host)
	}) {
		return true
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	addr = addr.WithZone("").Unmap()
	return addr.IsLoopback() || addr.IsPrivate() || addr.IsLinkLocalUnicast() || addr == localAddr(r)
}

// localAddr is the address on which the request's connection came in.
func localAddr(r *http.Request) netip.Addr {
	at, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return netip.Addr{}
	}
	ap, err := netip.ParseAddrPort(at.String())
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().WithZone("").Unmap()
}

// hostOnly strips the port and the brackets of a Host header.
func hostOnly(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return strings.TrimSuffix(strings.TrimPrefix(hostport, "["), "]")
}

// ownPages refuses what another site's page sent. It is stricter than
// http.CrossOriginProtection on two counts: a write must show where it came
// from, and reads of the API count as well, since a neighbouring port on the
// same host (the router's own pages) is "same-site" to a cookie.
func ownPages(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		site, origin := r.Header.Get("Sec-Fetch-Site"), r.Header.Get("Origin")
		write := r.Method != http.MethodGet && r.Method != http.MethodHead
		api := strings.HasPrefix(r.URL.Path, "/api/") || r.URL.Path == metricsPath
		switch {
		case origin != "" && !sameHost(origin, r.Host),
			write && origin == "" && site != "same-origin",
			api && site != "" && site != "same-origin" && site != "none":
			refuseForeign(w, r)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

func sameHost(origin, host string) bool {
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, host)
}

func refuseForeign(w http.ResponseWriter, _ *http.Request) {
	refuse(w, http.StatusForbidden, "This request did not come from the dashboard's own page.",
		"Open the dashboard in its own tab and try again there.")
}
