package wiring

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"

	"github.com/homesweep/homesweep/daemon/door"
	"github.com/homesweep/homesweep/daemon/supervise"
	"github.com/homesweep/homesweep/daemon/watch"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/ui"
)

// household is the home with what only the whole daemon can say and do.
type household struct {
	*watch.Home
	daemon *Daemon
}

// What the dashboard and the local socket find in it.
var _ interface {
	ui.House
	ui.Memory
	ui.Granting
	ui.Chronicle
	ui.Herald
	ui.Inspector
	ui.Sparing
	ui.Keeper
} = household{}

// Upkeep is what the daemon costs.
func (h household) Upkeep() lan.Upkeep { return h.daemon.Upkeep() }

// Erase forgets everything but the password.
func (h household) Erase() error { return h.daemon.erase() }

func (d *Daemon) openDashboard(public bool) error {
	keeper, err := door.Open(d.book)
	if err != nil {
		return err
	}
	if code := keeper.Code(); code != "" && !public {
		d.log.Warn("the dashboard has no password yet; open it and enter this code", "code", code, "address", d.origin())
	}
	token, err := door.Token(d.config.State)
	if err != nil && !full(err) { // else only who is logged in reads /metrics
		return err
	}
	d.warn(err)
	handler, err := ui.New(ui.Options{
		House: household{d.Home, d}, Door: keeper, Library: d.library, Alarm: d.notifier, Conclude: d.library.conclude, Hosts: hosts,
		MetricsToken: func() string { return token }, Version: Version, Log: d.log, Public: public,
	})
	if err != nil {
		return err
	}
	d.server, d.door = ui.Server(handler), keeper
	if d.config.TLS == "on" {
		return d.secure()
	}
	return nil
}

// names are what a browser may call the dashboard by.
func (d *Daemon) names() []string { return append(hosts(), d.Self().Addr().String()) }

// origin is the dashboard's address.
func (d *Daemon) origin() string {
	if d.config.TLS == "on" {
		return "https://" + d.listener.Addr().String()
	}
	return "http://" + d.listener.Addr().String()
}

// serve serves the dashboard; its listener is opened once, so a failure ends
// the daemon.
func (d *Daemon) serve(ctx context.Context) error {
	d.server.BaseContext = func(net.Listener) context.Context { return ctx }
	stop := context.AfterFunc(ctx, func() { _ = d.server.Close() })
	defer stop()
	d.log.Info("dashboard is open", "address", d.origin())
	if err := d.accept(ui.Crowd(d.listener)); !errors.Is(err, http.ErrServerClosed) {
		return supervise.Permanent(fmt.Errorf("serving the dashboard: %w", err))
	}
	return nil
}

// hosts are the names by which this machine may be called.
func hosts() []string {
	name, err := os.Hostname()
	if err != nil || name == "" {
		return nil
	}
	return []string{name, name + ".local", name + ".lan"}
}
