package wiring

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/homesweep/homesweep/daemon/bundles"
	"github.com/homesweep/homesweep/daemon/config"
	"github.com/homesweep/homesweep/daemon/door"
	"github.com/homesweep/homesweep/daemon/local"
	"github.com/homesweep/homesweep/daemon/store"
	"github.com/homesweep/homesweep/daemon/supervise"
	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/daemon/watch"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/ui"
)

// Daemon is homesweep keeping watch.
type Daemon struct {
	Home *watch.Home

	config   config.Config
	listener net.Listener
	server   *http.Server
	book     *Book
	library  *library
	store    *store.Store
	log      *slog.Logger
}

// Listen opens the dashboard's address.
func Listen(c config.Config) (net.Listener, error) {
	l, err := net.Listen("tcp", c.Listen)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("the dashboard's address %s is in use; choose another with -listen, or stop what has it", c.Listen)
	}
	if err != nil {
		return nil, fmt.Errorf("the dashboard's address %s cannot be opened; choose another with -listen: %w", c.Listen, err)
	}
	return l, nil
}

// NewDaemon opens what the daemon needs. It takes over the listener. public is
// for the demonstration: a dashboard without a password that changes nothing.
func NewDaemon(c config.Config, l net.Listener, public bool, log *slog.Logger) (*Daemon, error) {
	d := &Daemon{config: c, listener: l, log: log}
	err := d.open(public)
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

func (d *Daemon) open(public bool) (err error) {
	var notes []string
	if d.book, err = OpenBook(d.config.State); err != nil {
		return err
	}
	if h := d.book.Health(); h.Torn || h.Damaged > 0 {
		d.log.Warn("the journal was damaged; what could be read is in force", "torn", h.Torn, "damaged", h.Damaged, "kept", h.Kept)
		notes = append(notes, unreadable(h)...)
	}
	if d.library, err = openLibrary(d.config.State); err != nil {
		return err
	}
	if _, _, err = d.library.base(); err != nil { // for the dashboard to show before the first sweep
		return err
	}
	d.store, err = store.Open(store.Options{
		Path:     filepath.Join(d.config.State, "homesweep.db"),
		Fallback: filepath.Join("/var/run", "homesweep"),
		Log:      d.log,
	})
	if err != nil {
		return err
	}
	if r := d.store.Recovered(); r.Happened() {
		notes = append(notes, recovered(r))
		d.log.Warn("the database was damaged", "cause", r.Cause, "put aside", r.Damaged, "read back", r.Snapshot, "of", r.SnapshotAt)
	}
	rung := d.rung()
	d.Home, err = watch.Open(watch.Options{
		Sweeper: d.sweep, Memory: d.store, Journal: d.book, Default: d.config.Touch,
		Every: d.config.Every, Log: d.log, Now: time.Now, Notes: notes,
		Links: d.links, Sources: watchers(rung, d.log), Confirm: confirmer(rung, d.links),
	})
	if err != nil {
		return err
	}
	return d.openDashboard(public)
}

func (d *Daemon) openDashboard(public bool) error {
	keeper, err := door.Open(d.book)
	if err != nil {
		return err
	}
	if code := keeper.Code(); code != "" && !public {
		d.log.Info("the dashboard has no password yet; open it and enter this code", "code", code, "address", "http://"+d.listener.Addr().String())
	}
	handler, err := ui.New(ui.Options{
		House: d.Home, Door: keeper, Library: d.library, Conclude: d.library.conclude, Hosts: hosts, Version: Version, Log: d.log, Public: public,
	})
	if err != nil {
		return err
	}
	d.server = ui.Server(handler)
	return nil
}

// recovered says on the dashboard what became of a damaged database.
func recovered(r store.Recovery) string {
	if r.Snapshot == "" {
		return "The memory of earlier sweeps was damaged and could not be read back. What this sweep finds is kept anew; the damaged file is at " + r.Damaged + "."
	}
	return fmt.Sprintf("The memory of earlier sweeps was damaged. It was read back as of %s; the damaged file is at %s.",
		r.SnapshotAt.Format("2 January 2006 15:04"), r.Damaged)
}

// hosts are the names by which this machine may be called.
func hosts() []string {
	name, err := os.Hostname()
	if err != nil || name == "" {
		return nil
	}
	return []string{name, name + ".local", name + ".lan"}
}

// rung is the one that the daemon's listening stands on. Before there is a link
// to try it on, that is the lower one.
func (d *Daemon) rung() string {
	list, err := d.links()
	if err != nil || len(list) == 0 {
		return RungConnect
	}
	rung, err := Rung(list[0])
	if err != nil {
		d.log.Warn("only the kernel's own tables are listened to", "error", err)
		return RungConnect
	}
	return rung
}

// links are where to listen now.
func (d *Daemon) links() ([]lan.Link, error) {
	choice, err := Links(d.config)
	return choice.Links, err
}

// sweep is watch.Sweeper. Links are chosen anew each time: a laptop moves.
func (d *Daemon) sweep(ctx context.Context, touch lan.Touch, skip map[string]bool, talk sweep.Talk) (lan.Sweep, error) {
	choice, err := Links(d.config)
	if err != nil {
		return lan.Sweep{}, err
	}
	var alone []netip.Addr
	for _, device := range d.Home.Sweep().Devices {
		if skip[device.ID] {
			alone = append(alone, device.Addresses...)
		}
	}
	rung, err := Rung(choice.Links[0])
	if err != nil {
		return lan.Sweep{}, err
	}
	parts, err := d.library.parts(rung, d.config, choice.Links, d.book.Ledger, d.log, alone...)
	if err != nil {
		return lan.Sweep{}, err
	}
	want := Want(d.config, choice.Links, touch)
	want.Skip = skip
	if touch == lan.Ask && d.Home.Granted() {
		want.Touch, want.Consent = lan.Login, d.consent
	}
	known, err := d.store.Latest()
	if err != nil {
		return lan.Sweep{}, err
	}
	sufferers, err := OpenSufferers(d.config.State)
	d.warn(err)
	want.Known, want.Told = sufferers.Among(known.Devices), d.Home.Decisions()
	s, err := sweep.Run(ctx, parts, want, talk)
	d.warn(sufferers.Keep(s.Devices))
	return s, err
}

// warn logs what went wrong beside the work, which goes on.
func (d *Daemon) warn(err error) {
	if err != nil {
		d.log.Warn(err.Error())
	}
}

// snapshotEvery is how often the memory is packed, besides at the end.
const snapshotEvery = 6 * time.Hour

// Run works until ctx ends, then packs the memory and closes everything.
func (d *Daemon) Run(ctx context.Context) error {
	show := local.Server{State: d.config.State, House: d.Home, Log: d.log, Now: time.Now}
	services := []supervise.Service{
		{Name: "dashboard", Run: d.serve},
		{Name: "show", Run: show.Run},
		{Name: "presence", Run: d.Home.Attend},
		{Name: "listen", Run: d.Home.Listen},
		{Name: "watch", Run: d.Home.Run},
		{Name: "snapshot", Run: d.snapshots},
	}
	if d.config.Pull != "" {
		puller := bundles.Puller{Store: d.library.store, URL: d.config.Pull, Log: d.log}
		services = append(services, supervise.Service{Name: "knowledge", Run: puller.Run})
	}
	err := supervise.Run(ctx, d.log, services...)
	if serr := d.store.Snapshot(); serr != nil {
		d.log.Error("the memory could not be packed", "error", serr)
	}
	return errors.Join(err, d.Close())
}

// serve serves the dashboard; its listener is opened once, so a failure ends
// the daemon.
func (d *Daemon) serve(ctx context.Context) error {
	d.server.BaseContext = func(net.Listener) context.Context { return ctx }
	stop := context.AfterFunc(ctx, func() { _ = d.server.Close() })
	defer stop()
	d.log.Info("dashboard is open", "address", "http://"+d.listener.Addr().String())
	if err := d.server.Serve(d.listener); !errors.Is(err, http.ErrServerClosed) {
		return supervise.Permanent(fmt.Errorf("serving the dashboard: %w", err))
	}
	return nil
}

func (d *Daemon) snapshots(ctx context.Context) error {
	tick := time.NewTicker(snapshotEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if err := d.store.Snapshot(); err != nil {
				return err
			}
		}
	}
}

// Close gives everything back. Run does it itself.
func (d *Daemon) Close() error {
	var errs []error
	if d.store != nil {
		errs = append(errs, d.store.Close())
	}
	if d.book != nil {
		errs = append(errs, d.book.Close())
	}
	if err := d.listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// Self is the address at which a person opens the dashboard.
func (d *Daemon) Self() netip.AddrPort {
	ap, _ := netip.ParseAddrPort(d.listener.Addr().String())
	return ap
}
