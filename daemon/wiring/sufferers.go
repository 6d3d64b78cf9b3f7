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
	"time"

	"github.com/homesweep/homesweep/daemon/census"
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

// OpenSufferers reads the file in the directory state. When it is damaged the
// error says so and the list begins anew; without a file it is empty.
func OpenSufferers(state string) (Sufferers, error) {
	s := Sufferers{path: filepath.Join(state, "sufferers.json")}
	f, err := os.Open(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return s, fmt.Errorf("which devices are to be left alone cannot be read: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxSuffering))
	if err == nil {
		err = json.Unmarshal(text, &s.Devices)
	}
	if err != nil {
		s.Devices = nil
		return s, fmt.Errorf("the list of devices to be left alone in %s is damaged and begins anew: %w", s.path, err)
	}
	s.Devices = slices.DeleteFunc(s.Devices, func(d lan.Device) bool { return d.ID == "" || d.Suffered.At.IsZero() })
	return s, nil
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

// Keep adds those of found that suffered, in place of what was kept of them, and
// writes the file if there are any: all of it or nothing.
func (s *Sufferers) Keep(found []lan.Device) error {
	changed := false
	for _, d := range found {
		i := slices.IndexFunc(s.Devices, func(old lan.Device) bool { return old.ID == d.ID })
		if d.Suffered.At.IsZero() || i >= 0 && s.Devices[i].Suffered == d.Suffered {
			continue
		}
		if i >= 0 {
			s.Devices = slices.Delete(s.Devices, i, i+1)
		}
		s.Devices, changed = append(s.Devices, marks(d)), true
	}
	if !changed {
		return nil
	}
	lan.Sort(s.Devices, func(a, b lan.Device) int {
		return cmp.Or(b.Suffered.At.Compare(a.Suffered.At), cmp.Compare(a.ID, b.ID))
	})
	s.Devices = s.Devices[:min(len(s.Devices), maxSufferers)]
	if err := s.write(); err != nil {
		return fmt.Errorf("which devices are to be left alone cannot be kept, so that the next sweep will ask them again: %w", err)
	}
	return nil
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
// one or the new.
func (s *Sufferers) write() error {
	text, err := json.Marshal(s.Devices)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(s.path), ".sufferers-*")
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
