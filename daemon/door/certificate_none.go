//go:build mips || mipsle

package door

import (
	"errors"
	"time"
)

// Certificates are not there in this build: the server's side of TLS takes 460 KB on
// MIPS, whose routers have 8 MB of flash in all and a web server that does.
type Certificates struct{}

// OpenCertificates says what to do instead.
func OpenCertificates(string, func() []string, func() time.Time) (*Certificates, error) {
	return nil, errors.New("homesweep for MIPS serves no TLS, as there is no room for it; leave -tls out, or have the router's web server pass an https address on to the dashboard")
}
