package reach

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"

	"github.com/homesweep/homesweep/probes"
)

// dialer asks the scope once more for the very address that the kernel is
// about to be given.
func (r *Road) dialer(timeout time.Duration) *net.Dialer {
	return &net.Dialer{
		Timeout: timeout,
		Control: func(_, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil {
				return fmt.Errorf("%w: %q is no address", probes.ErrScope, address)
			}
			return r.scope.Allow(to.Addr())
		},
		KeepAlive: -1,
	}
}

// lenient speaks with anything down to TLS 1.0 and trusts nobody: what a
// device offers is to be read and reported, not relied on.
var lenient = &tls.Config{
	InsecureSkipVerify: true, //nolint:gosec // see above
	MinVersion:         tls.VersionTLS10,
	CipherSuites:       everySuite(),
	// Without the keys of ML-KEM, so that the first message fits one packet: some
	// small servers read no more.
	CurvePreferences: []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521},
}

func everySuite() []uint16 {
	var ids []uint16
	for _, s := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		ids = append(ids, s.ID)
	}
	return ids
}
