package probes

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// maxHeader bounds the head of an answer; a device that sends more is cut off.
const maxHeader = 32 << 10

// Pinned is the client that Reach.HTTP promises, over the given dial: every
// request goes to ep whatever host its URL names, so that neither a redirect
// nor a LOCATION can lead anywhere else. dial's connection is already wrapped
// in TLS when ep.TLS, so URLs are always "http://…" here.
func Pinned(ep lan.Endpoint, dial func(context.Context, lan.Endpoint) (net.Conn, error)) *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				return dial(ctx, ep)
			},
			DisableKeepAlives:      true,
			DisableCompression:     true, // a body's size is what the device sent
			MaxResponseHeaderBytes: maxHeader,
			ResponseHeaderTimeout:  5 * time.Second,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// URL is the address of path on ep for a Pinned client. A zone has no place in
// it (RFC 9844); the client dials ep whatever the URL says.
func URL(ep lan.Endpoint, path string) string {
	return "http://" + netip.AddrPortFrom(ep.Addr.WithZone(""), ep.Port).String() + path
}
