package probes

import (
	"net/url"
	"strings"
)

// RequestTarget is what of u goes into a request's first line (RFC 9112, section
// 3.2.1). net/url keeps a blank in the query as it is, as browsers send it escaped;
// in the line it would end the target, and what follows were the protocol's.
func RequestTarget(u *url.URL) string {
	return strings.ReplaceAll(u.RequestURI(), " ", "%20")
}
