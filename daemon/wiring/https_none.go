//go:build mips || mipsle

package wiring

import (
	"net"
	"time"

	"github.com/homesweep/homesweep/daemon/door"
)

// secure says why there is no https.
func (d *Daemon) secure() error {
	_, err := door.OpenCertificates(d.config.State, d.names, time.Now)
	return err
}

// accept serves who comes. To name ServeTLS is enough for 459 KB more.
func (d *Daemon) accept(l net.Listener) error { return d.server.Serve(l) }
