package reach

import (
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
