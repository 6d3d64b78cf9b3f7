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

// passwordKind is the word under which daemon/door keeps the dashboard's password,
// the one thing of the owner's that stays.
const passwordKind = "password"

// runtimeDir is where the live database is, on a file system that is memory, when its
// own cannot hold it.
const runtimeDir = "/var/run/homesweep"

// memoryOptions say where the memory of the state directory lives. On a router that is
// flash, which the live database would wear out at 1.6 MB a day; of its snapshots there
// are 0.1.
func memoryOptions(state string) store.Options {
	_, err := os.Stat("/etc/openwrt_release")
	return store.Options{Path: filepath.Join(state, "homesweep.db"), Fallback: runtimeDir, InMemory: err == nil}
}

// erase is ui.Keeper.Erase: it forgets everything but the password, the dashboard's
// keys and the knowledge that was brought in, which says nothing of the household.
// What a sweep under way finds is not kept.
func (d *Daemon) erase() error {
	d.erasing.Lock()
	defer d.erasing.Unlock()
	if err := d.book.Append(eraseKind, struct{}{}); err != nil {
		return err
	}
	d.erased = time.Now()
	d.Home.Forget()
	d.notifier.Forget()
	err := errors.Join(d.store.Erase(), removeBeside(d.config.State))
	if err == nil {
		err = d.book.erase()
	}
	d.Home.Forget() // what was said meanwhile
	d.notifier.Forget()
	if err != nil {
		return fmt.Errorf("not all could be deleted: %w", err)
	}
	return nil
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
	err = b.Append(eraseKind, struct{}{})
	if err == nil {
		err = b.finishErase(c.State)
	}
	return errors.Join(err, b.Close())
}

// resumeErase goes on with erasing that was cut off.
func (b *Book) resumeErase(state string) error {
	begun := false
	err := b.Replay(eraseKind, func(time.Time, json.RawMessage) error { begun = true; return nil })
	if err != nil || !begun {
		return err
	}
	return b.finishErase(state)
}

// finishErase erases what is beside the journal, then what is in it.
func (b *Book) finishErase(state string) error {
	err := errors.Join(store.Remove(memoryOptions(state)), removeBeside(state))
	if err == nil {
		err = b.erase()
	}
	if err != nil {
		return fmt.Errorf("not all could be deleted: %w", err)
	}
	return nil
}

// erase leaves of the journal the password, and a bare time where logins were tried
// within a day.
func (b *Book) erase() error {
	keep, err := b.Ledger.Erase()
	if err != nil {
		return err
	}
	var last json.RawMessage // earlier passwords have no use
	err = b.Replay(passwordKind, func(_ time.Time, raw json.RawMessage) error { last = raw; return nil })
	if err != nil {
		return err
	}
	if err := b.DropDamaged(); err != nil { // before the mark goes that it is to go
		return err
	}
	return b.Compact(func(kind string, _ time.Time, raw json.RawMessage) bool {
		return kind == passwordKind && string(raw) == string(last) || kind == ledger.Kind && keep(raw)
	})
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
