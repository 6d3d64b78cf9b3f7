package main

import (
	"context"
	"io"
	"net/http"
	"os"

	"github.com/homesweep/homesweep/daemon/config"
	"github.com/homesweep/homesweep/daemon/local"
	"github.com/homesweep/homesweep/daemon/ubus"
	"github.com/homesweep/homesweep/probes/router"
)

// plugin is the program as rpcd starts it, as root: one object of the router's bus.
// The router's files are below root, which is "/" save in tests.
func plugin(ctx context.Context, root, object string, args []string, in io.Reader, out io.Writer) (int, error) {
	state := stateOn(root, config.Default().State)
	if object == ubus.Homesweep {
		if err := stepDown(state); err != nil {
			return failed, err
		}
	}
	p := ubus.Plugin{Object: object, Daemon: local.NewClient(state), Read: func() any { return router.Privileged(root) }}
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
