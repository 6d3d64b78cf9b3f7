package wiring

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/homesweep/homesweep/daemon/census"
	"github.com/homesweep/homesweep/daemon/journal"
	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of the file of those who suffered.
const (
	maxSufferers = 256
	maxSuffering = 256 << 10 // bytes of the file
)

// Sufferers are the devices that once did not bear being asked, kept in a small
// file beside the login ledger: a sweep by hand has no other memory. Of each there
// are its marks and how it suffered.
type Sufferers struct {
	path    string
	wrote   func(bytes int64) // is told of what goes to the disk; nil for nobody
	Devices []lan.Device
}

// errBeginsAnew is of a list that is there and says nothing.
var errBeginsAnew = errors.New("is damaged and begins anew")

// OpenSufferers reads the file in the directory state. When it is damaged the
// error says so and the list begins anew; without a file it is empty. One that cannot
// be read is an error too, until it can.
func OpenSufferers(state string) (Sufferers, error) {
	s := Sufferers{path: filepath.Join(state, "sufferers.json")}
	return s, s.read()
}

func (s *Sufferers) read() error {
	s.Devices = nil
	f, err := journal.Create(s.path, os.O_RDONLY)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("which devices are to be left alone cannot be read: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxSuffering))
	if err != nil {
		return fmt.Errorf("which devices are to be left alone cannot be read: %w", err)
	}
	if err := json.Unmarshal(text, &s.Devices); err != nil {
		s.Devices = nil
		return fmt.Errorf("the list of devices to be left alone in %s %w: %w", s.path, errBeginsAnew, err)
	}
	s.Devices = slices.DeleteFunc(s.Devices, func(d lan.Device) bool { return d.ID == "" || d.Suffered.At.IsZero() })
	return nil
}

// Among are known with those who suffered among them. Who seems to have suffered
// in the time to come did so when the clock was wrong, as it is on a router until
// it has asked for the time: it would have rest for as long.
func (s *Sufferers) Among(known []lan.Device) []lan.Device {
	known = slices.Clone(known)
	for _, d := range s.Devices {
		i := slices.IndexFunc(known, func(k lan.Device) bool { return k.ID == d.ID })
		switch {
		case i < 0:
			known = append(known, d)
		case d.Suffered.At.After(known[i].Suffered.At):
			known[i].Suffered = d.Suffered
		}
	}
	now := time.Now()
	for i := range known {
		if at := &known[i].Suffered.At; at.After(now.Add(time.Hour)) {
			*at = now.Add(-lan.Rest)
		}
	}
	return known
}

// Keep adds those of found that suffered to what is in the file by now, in place of
// what was kept of them, and writes it if there are any: all of it or nothing. The
// daemon and a sweep by hand do so one after the other.
func (s *Sufferers) Keep(found []lan.Device) error {
	hurt := slices.DeleteFunc(slices.Clone(found), func(d lan.Device) bool { return d.Suffered.At.IsZero() })
	if len(hurt) == 0 {
		return nil
	}
	if err := s.add(hurt); err != nil {
		return fmt.Errorf("which devices are to be left alone cannot be kept, so that the next sweep will ask them again: %w", err)
	}
	return nil
}

func (s *Sufferers) add(hurt []lan.Device) error {
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(s.path))
	if err != nil {
		return err
	}
	defer dir.Close() // which gives the lock back
	if err := syscall.Flock(int(dir.Fd()), syscall.LOCK_EX); err != nil {
		return err
	}
	if err := s.read(); err != nil && !errors.Is(err, errBeginsAnew) {
		return err // the list may be sound
	}
	if !s.merge(hurt) {
		return nil
	}
	if err := s.write(); err != nil {
		return err
	}
	return dir.Sync()
}

// merge reports whether it changed anything.
func (s *Sufferers) merge(hurt []lan.Device) (changed bool) {
	ahead := time.Now().Add(time.Hour) // by a clock that was wrong; see Among
	for _, d := range hurt {
		d = marks(d)
		i := slices.IndexFunc(s.Devices, func(old lan.Device) bool { return old.ID == d.ID })
		switch {
		case i < 0:
			s.Devices = append(s.Devices, d)
		case d.Suffered.At.After(s.Devices[i].Suffered.At), d.Suffered != s.Devices[i].Suffered && s.Devices[i].Suffered.At.After(ahead):
			s.Devices[i] = d
		default:
			continue
		}
		changed = true
	}
	lan.Sort(s.Devices, func(a, b lan.Device) int {
		return cmp.Or(b.Suffered.At.Compare(a.Suffered.At), cmp.Compare(a.ID, b.ID))
	})
	s.Devices = s.Devices[:min(len(s.Devices), maxSufferers)]
	return changed
}

// marks are by what d is known again: its hardware addresses, else its addresses.
func marks(d lan.Device) lan.Device {
	kept := lan.Device{ID: cmp.Or(d.ID, census.ID(d)), MACs: d.MACs[:min(len(d.MACs), 8)], Suffered: d.Suffered}
	if kept.Names = d.Names[:min(len(d.Names), 1)]; len(d.MACs) == 0 {
		kept.Addresses = d.Addresses[:min(len(d.Addresses), 8)]
	}
	return kept
}

// write puts the file in place by renaming, so that a power cut leaves the old
// one or the new. The caller has the lock.
func (s *Sufferers) write() error {
	text, err := json.Marshal(s.Devices)
	if err != nil {
		return err
	}
	path := filepath.Join(filepath.Dir(s.path), ".sufferers-new")
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err // of a write that was cut off, or what somebody else laid there
	}
	f, err := journal.Create(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL)
	if err != nil {
		return err
	}
	if s.wrote != nil {
		s.wrote(int64(len(text)))
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), s.path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
