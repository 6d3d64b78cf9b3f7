package wiring

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/homesweep/homesweep/daemon/journal"
	"github.com/homesweep/homesweep/daemon/store"
)

// runtimeDir is where the live database is, on a file system that is memory, when its
// own cannot hold it, and where the state stands in whose storage takes no writes.
var runtimeDir = "/var/run/homesweep"

// StandIn is the state directory of a daemon whose own takes no writes.
const StandIn = "/var/run/homesweep/state"

// maxStandIn bounds what one file of the state may be to be copied into memory: the
// largest that is worth it is a snapshot.
const maxStandIn = 4 << 20

// standInNote is what the owner is told meanwhile.
const standInNote = "The storage of this machine takes no writes: nothing is kept over a restart until it does, and no logins are tried. What was kept before is still there. On a router, restart it; if it stays so, its flash may be worn out."

// standIn has the daemon work in a copy in memory where the storage of its state takes
// no writes: what was kept is shown, what happens is lost at the next start, and no
// login is tried, for the count of the tries has to last.
func (d *Daemon) standIn() error {
	const writable = 2 // W_OK of access(2), which asks the file system without a write
	state, there := d.config.State, filepath.Join(runtimeDir, "state")
	err := os.MkdirAll(state, 0o700)
	if err == nil {
		err = syscall.Access(state, writable)
	}
	if !errors.Is(err, syscall.EROFS) {
		return nil // whatever else is wrong is said by who opens what is in it
	}
	held, err := os.Open(state)
	if errors.Is(err, os.ErrNotExist) { // nothing was ever kept
		if err = os.MkdirAll(there, 0o700); err == nil {
			held, err = os.Open(there)
		}
	}
	if err == nil {
		err = syscall.Flock(int(held.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errors.Join(fmt.Errorf("%w; stop it first", journal.ErrBusy), held.Close())
	}
	if err != nil {
		return err
	}
	d.held = held
	if err := copyState(there, state); err != nil {
		d.log.Warn("not all that was kept can be copied into memory", "state", state, "error", err)
	}
	d.log.Warn(standInNote, "state", state, "in memory", there)
	d.config.State = there
	return nil
}

// copyState has to hold what from does, save what is too large for memory: a snapshot
// stands for that, or homesweep does without. What of worn flash cannot be read is
// left out, and the error says what.
func copyState(to, from string) (missed error) {
	before, _ := filepath.Glob(filepath.Join(to, "*")) // the pattern is a good one
	for _, path := range before {
		_ = os.Remove(path) // folders stay, and what is in them is the same, or overwritten
	}
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	for _, depth := range []string{"*", "*/*", "*/*/*"} {
		list, _ := filepath.Glob(filepath.Join(from, depth))
		for _, path := range list {
			info, err := os.Stat(path)
			at := filepath.Join(to, strings.TrimPrefix(path, from))
			switch {
			case err != nil:
			case info.IsDir():
				err = os.MkdirAll(at, 0o700)
			case info.Mode().IsRegular() && info.Size() <= maxStandIn:
				var text []byte
				if text, err = os.ReadFile(path); err == nil {
					err = os.WriteFile(at, text, 0o600)
				}
			}
			missed = errors.Join(missed, err)
		}
	}
	return missed
}

// openMemory opens the database. Where the storage has no room left for it, it is kept
// in memory, and the storage gets its snapshots as soon as there is room.
func (d *Daemon) openMemory() (note string, err error) {
	o := memoryOptions(d.config.State)
	o.Log, o.Meter, o.Now = d.log, d.meter, now
	if d.store, err = store.Open(o); !full(err) || o.InMemory {
		return "", err
	}
	cause := err
	o.InMemory = true
	if d.store, err = store.Open(o); err != nil {
		return "", errors.Join(cause, err)
	}
	note = "The storage of this machine is full: what is found is kept in memory until there is room. Delete what is not needed from " + d.config.State + " or beside it."
	d.log.Warn(note, "error", cause)
	return note, nil
}

// full reports whether storage has no room left for what failed.
func full(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
