package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// newSuffix is of the file that is to take the journal's place.
const newSuffix = ".new"

// Keep tells Compact whether an entry is to stay. It must not call the journal.
type Keep func(kind string, at time.Time, raw json.RawMessage) bool

func everything(string, time.Time, json.RawMessage) bool { return true }

// Compact rewrites the journal with only the entries that keep wants, asked for the
// newest first, so that it can tell a last word from those before it. Entries keep
// their order and times. Where fewer than least bytes would go, nothing is written.
// Lines that went bad since Open are put aside as Open does. After an error every
// entry that is to stay is still there.
func (j *Journal) Compact(least int64, keep Keep) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	whole, err := j.contents()
	if err != nil {
		return err
	}
	wanted, damaged := sift(whole, keep)
	switch {
	case len(damaged) > 0:
		err = j.amputate(wanted, damaged)
	case j.size-int64(len(wanted)) >= least:
		err = j.replace(wanted)
	}
	if err != nil {
		return fmt.Errorf("journal: compact %s: %w", j.path, err)
	}
	return nil
}

// Purge is Compact for what is to be gone for good: damaged lines, put aside now or
// earlier, go too. They do so before the entries that keep does not want.
func (j *Journal) Purge(keep Keep) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	whole, err := j.contents()
	if err != nil {
		return err
	}
	if err = os.Remove(j.path + damagedSuffix); errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	if err == nil {
		err = syncDir(filepath.Dir(j.path))
	}
	if err == nil {
		wanted, _ := sift(whole, keep)
		err = j.replace(wanted)
	}
	if err != nil {
		return fmt.Errorf("journal: purge %s: %w", j.path, err)
	}
	return nil
}

// sift are the lines of whole that keep wants, and those that are damaged.
func sift(whole []byte, keep Keep) (wanted []byte, damaged [][]byte) {
	all := slices.Collect(lines(whole))
	for i, line := range slices.Backward(all) {
		if len(line) == 0 { // after the last newline
			continue
		}
		e, ok := decode(line)
		if !ok {
			damaged = append(damaged, line)
		}
		if !ok || !keep(e.Kind, e.At, e.Value) {
			all[i] = nil
		}
	}
	slices.Reverse(damaged)
	return slices.Concat(all...), damaged
}

// replace puts a new file with contents in the journal's place. The new one is on
// the disk, and locked, before it gets the name.
func (j *Journal) replace(contents []byte) error {
	temp := j.path + newSuffix
	if err := os.Remove(temp); err != nil && !os.IsNotExist(err) {
		return err
	}
	f, err := lockFile(temp, os.O_CREATE|os.O_EXCL)
	if err != nil {
		return err
	}
	j.tell(int64(len(contents)))
	if _, err = f.Write(contents); err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = os.Rename(temp, j.path)
	}
	if err != nil && !stillAt(f, j.path) { // a name can be there although its disk failed
		f.Close()
		os.Remove(temp)
		return err
	}
	j.f.Close()
	j.f, j.size, j.settled = f, int64(len(contents)), false
	return j.settle()
}

// syncDir makes a new name in dir last.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
