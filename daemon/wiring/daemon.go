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
	"sync"
	"syscall"
	"time"

	"github.com/homesweep/homesweep/daemon/bundles"
	"github.com/homesweep/homesweep/daemon/config"
	"github.com/homesweep/homesweep/daemon/door"
	"github.com/homesweep/homesweep/daemon/local"
	"github.com/homesweep/homesweep/daemon/meter"
	"github.com/homesweep/homesweep/daemon/notify"
	"github.com/homesweep/homesweep/daemon/store"
	"github.com/homesweep/homesweep/daemon/supervise"
	"github.com/homesweep/homesweep/daemon/watch"
	"github.com/homesweep/homesweep/daemon/zone"
	"github.com/homesweep/homesweep/probes/lan"
)

// Daemon is homesweep keeping watch.
type Daemon struct {
	Home *watch.Home
	// Hangups tell that something has changed around the home, to be looked at anew;
	// nil: nobody tells. It is set before Run.
	Hangups <-chan os.Signal

	config   config.Config
	listener net.Listener
	server   *http.Server
	door     *door.Door
	book     *Book
	library  *library
	store    *store.Store
	log      *slog.Logger
	meter    *meter.Meter
	notifier *notify.Notifier
	footing  footing
	held     *os.File // the state's directory, where it takes no writes and has a stand-in

	erasing sync.Mutex
	erased  time.Time // when everything was erased last
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
	d.setZone("/")
	d.meter = meter.New(now)
	err := d.open(public)
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

func (d *Daemon) open(public bool) (err error) {
	if err := d.standIn(); err != nil {
		return err
	}
	var notes []string
	if d.held != nil {
		notes = append(notes, standInNote)
	}
	if d.book, err = OpenBook(d.config.State); err != nil {
		return err
	}
	if h := d.book.Health(); h.Torn || h.Damaged > 0 {
		d.log.Warn("the journal was damaged; what could be read is in force", "torn", h.Torn, "damaged", h.Damaged, "kept", h.Kept)
		notes = append(notes, unreadable(h)...)
	}
	if err := d.book.resumeErase(d.config.State); err != nil {
		return err
	}
	if d.library, err = openLibrary(d.config.State); err != nil {
		return err
	}
	if _, _, err = d.library.base(); err != nil { // for the dashboard to show before the first sweep
		return err
	}
	d.book.Wrote = d.meter.Wrote
	short, err := d.openMemory()
	if err != nil {
		return err
	}
	if short != "" {
		notes = append(notes, short)
	}
	if r := d.store.Recovered(); r.Damaged != "" {
		notes = append(notes, recovered(r))
		d.log.Warn("the database was damaged", "cause", r.Cause, "put aside", r.Damaged, "read back", r.Snapshot, "of", r.SnapshotAt)
	}
	d.Home, err = watch.Open(watch.Options{
		Sweeper: d.sweep, Memory: d.store, Journal: d.book, Default: d.config.Touch,
		Every: d.config.Every, Quiet: d.config.Quiet, Log: d.log, Now: now, Notes: notes,
		Links: d.links, Sources: watchers(d.config.State, d.log), Confirm: confirmer(d.links, d.leftAlone),
		Visitor: d.visit, Choices: d.choices, Chronicle: d.store, Tell: func(list []lan.Event) { d.notifier.Tell(list) },
	})
	if err != nil {
		return err
	}
	d.notifier, err = notify.Open(notify.Options{
		Journal: d.book, Log: d.log, Now: now, Devices: func() []lan.Device { return d.Home.Sweep().Devices },
		Decisions: d.Home.Decisions, Waiting: filepath.Join(d.config.State, waitingFile),
	})
	if err != nil {
		return err
	}
	d.lookDown()
	return d.openDashboard(public)
}

// leftAlone are the addresses at which nobody is asked whether they are there.
func (d *Daemon) leftAlone() []netip.Addr { return d.Home.LeftAlone(d.Home.Known()) }

// recovered says on the dashboard what became of a damaged database.
func recovered(r store.Recovery) string {
	if r.Snapshot == "" {
		return "The memory of earlier sweeps was damaged and could not be read back. What this sweep finds is kept anew; the damaged file is at " + r.Damaged + "."
	}
	return fmt.Sprintf("The memory of earlier sweeps was damaged. It was read back as of %s; the damaged file is at %s.",
		r.SnapshotAt.Format("2 January 2006 15:04"), r.Damaged)
}

// setZone sets the household's time zone, by which quiet hours go and days begin, where
// package time does not know it.
func (d *Daemon) setZone(root string) {
	here, err := zone.Household(root)
	d.warn(err)
	if here != nil {
		time.Local = here
	}
}

// warn logs what went wrong beside the work, which goes on.
func (d *Daemon) warn(err error) {
	if err != nil {
		d.log.Warn(err.Error())
	}
}

// packEvery is how often it is asked whether there is upkeep of the memory to do.
const packEvery = time.Minute

// Run works until ctx ends, then packs the memory and closes everything.
func (d *Daemon) Run(ctx context.Context) error {
	err := supervise.Run(ctx, d.log, d.services()...)
	if serr := errors.Join(d.store.Settle(), d.store.Snapshot()); serr != nil {
		d.log.Error("the memory could not be packed", "error", serr)
	}
	return errors.Join(err, d.Close())
}

// services are all, each after those that take what it brings: they are stopped the
// last first, so that what a sweep finds when it is stopped is still told or kept.
func (d *Daemon) services() []supervise.Service {
	show := local.Server{
		State: d.config.State, House: household{d.Home, d}, Door: d.door, Conclude: d.library.conclude, Log: d.log, Now: now,
		Version: Version, Dashboard: d.origin(),
	}
	list := []supervise.Service{
		{Name: "alerts", Run: d.notifier.Run},
		{Name: "snapshot", Run: d.snapshots},
		{Name: "dashboard", Run: d.serve},
		{Name: "show", Run: show.Run},
		{Name: "presence", Run: d.Home.Attend},
		{Name: "reload", Run: d.heed},
		{Name: "listen", Run: d.Home.Listen},
		{Name: "watch", Run: d.Home.Run},
	}
	if d.config.Pull != "" {
		puller := bundles.Puller{Store: d.library.store, URL: d.config.Pull, Log: d.log}
		list = append(list, supervise.Service{Name: "knowledge", Run: puller.Run})
	}
	return list
}

func (d *Daemon) snapshots(ctx context.Context) error {
	tick := time.NewTicker(packEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if err := d.tend(); err != nil {
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
	if d.held != nil {
		errs = append(errs, d.held.Close())
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
