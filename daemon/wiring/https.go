//go:build !mips && !mipsle

package wiring

import (
	"net"
	"time"

	"github.com/homesweep/homesweep/daemon/door"
)

// secure readies the server for https.
func (d *Daemon) secure() error {
	keys, err := door.OpenCertificates(d.config.State, d.names, time.Now)
	if err != nil {
		return err
	}
	d.server.TLSConfig = keys.Config()
	return nil
}

// accept serves who comes.
func (d *Daemon) accept(l net.Listener) error {
	if d.server.TLSConfig != nil {
		return d.server.ServeTLS(l, "", "")
	}
	return d.server.Serve(l)
}
