package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"github.com/homesweep/homesweep/daemon/config"
	"github.com/homesweep/homesweep/daemon/ubus"
	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes/router"
)

// plugin is the program as rpcd starts it, as root: one object of the router's bus.
// The router's files are below root, which is "/" save in tests.
func plugin(ctx context.Context, root, object string, args []string, in io.Reader, out io.Writer) (int, error) {
	p := ubus.Plugin{Object: object, Read: func() any { return router.Privileged(root) }}
	p.Daemon = func() (ubus.Daemon, error) {
		daemon, _, err := runningIn(stateOn(root, config.Default().State), filepath.Join(root, wiring.StandIn))
		return daemon, err
	}
	if err := p.Run(ctx, args, in, out); err != nil {
		return failed, err
	}
	return ok, nil
}

// arguments are a plugin's standard input, nothing where that is a terminal.
func arguments() io.Reader {
	if isTerminal(os.Stdin) {
		return http.NoBody
	}
	return os.Stdin
}
