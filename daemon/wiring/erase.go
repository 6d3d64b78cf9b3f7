package wiring

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/homesweep/homesweep/daemon/config"
	"github.com/homesweep/homesweep/daemon/ledger"
	"github.com/homesweep/homesweep/daemon/store"
	"github.com/homesweep/homesweep/probes/lan"
)

// eraseKind marks in the journal that everything is being erased. Whoever finds it
// there goes on with that first: a power cut in the middle leaves nothing behind.
const eraseKind = "erase"

// errErasing is why nothing is kept meanwhile.
var errErasing = errors.New("everything is being deleted, and that is not finished: nothing new is kept until it is. Delete everything once more, or see that the disk can be written to and start homesweep anew")

// memoryOptions say where the memory of the state directory lives. On a router that is
// flash, which the live database would wear out at 0.75 MB a day; of its snapshots there
// are 0.1.
func memoryOptions(state string) store.Options {
	_, err := os.Stat("/etc/openwrt_release")
	return store.Options{Path: filepath.Join(state, "homesweep.db"), Fallback: runtimeDir, InMemory: err == nil}
}

// erase is ui.Keeper.Erase: it forgets everything but the password, the dashboard's
// keys and the knowledge that was brought in, which says nothing of the household.
// What a sweep under way finds is not kept.
func (d *Daemon) erase() error {
	if d.held != nil {
		return errors.New("the storage of this machine takes no writes, so that nothing can be deleted from it; see that it does, and start homesweep anew")
	}
	d.erasing.Lock()
	defer d.erasing.Unlock()
	d.erased = time.Now()
	return d.book.erase(func() error {
		d.forget()
		err := errors.Join(d.store.Erase(), removeBeside(d.config.State))
		d.forget() // what was found meanwhile; the owner's words are refused, and no sooner kept again
		return err
	})
}

// forget takes everything out of what is in memory.
func (d *Daemon) forget() {
	d.Home.Forget()
	d.notifier.Forget()
}

// keepSufferers keeps who suffered in a sweep, if it began since everything was erased.
func (d *Daemon) keepSufferers(known *Sufferers, s lan.Sweep) error {
	d.erasing.Lock()
	defer d.erasing.Unlock()
	if s.Started.Before(d.erased) {
		return nil
	}
	known.wrote = d.meter.Wrote
	return known.Keep(s.Devices)
}

// Forget erases the household's data in c's state directory, where no daemon runs.
// One that does is journal.ErrBusy.
func Forget(c config.Config) error {
	b, err := OpenBook(c.State)
	if err != nil {
		return err
	}
	return errors.Join(b.erase(func() error { return removeAll(c.State) }), b.Close())
}

// removeAll takes away what is beside the journal.
func removeAll(state string) error {
	return errors.Join(store.Remove(memoryOptions(state)), removeBeside(state))
}

// resumeErase goes on with erasing that was cut off. Where only the journal's entries
// are left to delete and the disk is in the way, they are not read any more, and go
// before the next word is kept.
func (b *Book) resumeErase(state string) error {
	if !b.erasing {
		return nil
	}
	err := b.erase(func() error { return removeAll(state) })
	if b.cleared {
		return nil
	}
	return err
}

// erase has beside delete what is beside the journal, then deletes what is in it. The
// mark that stands meanwhile is for whoever comes after a power cut. A disk may be so
// full that it can be set only when the rest is gone: it goes without then.
func (b *Book) erase(beside func() error) error {
	b.mu.Lock()
	marked := b.erasing || b.append(eraseKind, struct{}{}) == nil
	b.erasing, b.cleared = true, false
	b.mu.Unlock()
	err := beside()
	b.mu.Lock()
	defer b.mu.Unlock()
	if err == nil {
		b.cleared = true
		err = b.eraseEntries()
	} else {
		b.erasing = marked
	}
	if err != nil {
		return fmt.Errorf("not all could be deleted: %w", err)
	}
	return nil
}

// finishErase tries once more to delete what is in the journal, where that is all that
// is left to do of an erase: the next start would begin it anew, and with it delete
// what was found since.
func (b *Book) finishErase() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.erasing || !b.cleared {
		return nil
	}
	return b.eraseEntries()
}

// eraseEntries leaves of the journal the latest password, and a bare time where logins
// were tried within a day. The caller holds mu.
func (b *Book) eraseEntries() error {
	keep, err := b.Ledger.Erase()
	if err != nil {
		return err
	}
	locked := false
	err = b.Purge(func(kind string, _ time.Time, raw json.RawMessage) bool {
		latest := kind == passwordKind && !locked
		locked = locked || latest
		return latest || kind == ledger.Kind && keep(raw)
	})
	if err == nil {
		b.erasing, b.cleared, b.doubted = false, false, false
	}
	return err
}

// waitingFile has what is still to be told to people when the daemon stops.
const waitingFile = "waiting.json"

// removeBeside takes away what lies beside journal and database, whole or half
// written: the devices to be left alone, and what waits to be told.
func removeBeside(state string) error {
	list, err := filepath.Glob(filepath.Join(state, ".sufferers-*"))
	for _, name := range []string{"sufferers.json", waitingFile, waitingFile + ".new"} {
		list = append(list, filepath.Join(state, name))
	}
	for _, path := range list {
		if rerr := os.Remove(path); rerr != nil && !errors.Is(rerr, os.ErrNotExist) {
			err = errors.Join(err, rerr)
		}
	}
	return err
}
