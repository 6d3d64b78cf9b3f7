package journal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

const (
	damagedSuffix = ".damaged"
	maxRead       = 4 * MaxSize // what Open reads at most
)

// Damage is the kind of the entry that Open leaves in the place of damaged lines,
// together with taking them out: whoever relies on an entry being there learns for
// good that some may be missing.
const Damage = "damaged"

// repair drops a torn last line and moves damaged ones away.
func (j *Journal) repair() error {
	whole, err := io.ReadAll(io.LimitReader(j.f, maxRead+1))
	if err != nil {
		return err
	}
	if len(whole) > maxRead {
		return fmt.Errorf("it is larger than %d MiB, which no homesweep made it; move it away to start afresh", maxRead>>20)
	}
	var sound, damaged []byte
	for line := range lines(whole) {
		switch _, ok := decode(line); {
		case ok:
			sound = append(sound, line...)
		case len(line) == 0: // after the last newline
		case !bytes.HasSuffix(line, []byte{'\n'}):
			j.health.Torn = true
		default:
			j.health.Damaged++
			damaged = append(damaged, line...)
		}
	}
	j.size = int64(len(sound))
	switch {
	case len(damaged) > 0:
		if err := j.keepDamaged(damaged); err != nil {
			return fmt.Errorf("keep damaged lines: %w", err)
		}
		note, err := encode(j.Now(), Damage, j.health)
		if err != nil {
			return err
		}
		return j.replace(append(sound, note...))
	case j.health.Torn:
		if err := j.f.Truncate(j.size); err != nil {
			return err
		}
		return j.f.Sync()
	}
	return nil
}

// keepDamaged adds lines to the file beside the journal, up to MaxSize.
func (j *Journal) keepDamaged(damaged []byte) error {
	j.health.Kept = j.path + damagedSuffix
	f, err := os.OpenFile(j.health.Kept, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	room := max(0, MaxSize-info.Size())
	if _, err := f.Write(damaged[:min(int64(len(damaged)), room)]); err != nil {
		return err
	}
	return f.Sync()
}

// Compact rewrites the journal with only the entries that keep wants, asked in
// order; keep must not call the journal. Entries keep their times. On an error
// the journal is as it was.
func (j *Journal) Compact(keep func(kind string, at time.Time, raw json.RawMessage) bool) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	whole := make([]byte, j.size)
	if _, err := j.f.ReadAt(whole, 0); err != nil && err != io.EOF {
		return fmt.Errorf("journal: read %s: %w", j.path, err)
	}
	var wanted []byte
	for line := range lines(whole) {
		if e, ok := decode(line); ok && keep(e.Kind, e.At, e.Value) {
			wanted = append(wanted, line...)
		}
	}
	if err := j.replace(wanted); err != nil {
		return fmt.Errorf("journal: compact %s: %w", j.path, err)
	}
	return nil
}

// DropDamaged takes away the damaged lines that Open put aside, now or earlier.
func (j *Journal) DropDamaged() error {
	if err := os.Remove(j.path + damagedSuffix); err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("journal: %w", err)
	}
	return syncDir(filepath.Dir(j.path))
}

// replace puts a new file with contents in the journal's place. The new one is
// locked before it gets the name.
func (j *Journal) replace(contents []byte) error {
	temp := j.path + ".new"
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
	if err != nil {
		f.Close()
		os.Remove(temp)
		return err
	}
	j.f.Close()
	j.f, j.size, j.broken = f, int64(len(contents)), nil
	return syncDir(filepath.Dir(j.path))
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
