// Package journal is a small append-only file for what must survive the very
// second it happens: login tries about to be spent, the owner's decisions, the
// password's hash, consent. Each Append is on the disk before it returns.
package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

const (
	// MaxSize is the bound of the file in bytes. An Append that would pass it is
	// refused with ErrFull until Compact has made room.
	MaxSize = 1 << 20
	// MaxLine is the bound of one entry as it stands in the file.
	MaxLine = 64 << 10
)

// Errors to be told apart with errors.Is.
var (
	ErrBusy = errors.New("another homesweep has the journal open")
	ErrFull = errors.New("the journal is full")
)

// Health is what Open found wrong. The zero Health is a sound file.
type Health struct {
	Torn    bool   // the last line was cut off, by a power cut in Append, and dropped
	Damaged int    // lines that did not match their checksum, skipped
	Sum     uint32 // the CRC-32C of those
	Kept    string // the file in which the damaged lines are
}

// Journal is an open journal. Its methods may be called from any goroutine; one
// process at a time has the file.
type Journal struct {
	// Now stamps entries; time.Now after Open. Set it before the first Append.
	Now func() time.Time
	// Wrote is told how many bytes went to the disk; nil for nobody. As Now.
	Wrote func(bytes int64)

	path   string
	health Health

	mu      sync.Mutex
	f       medium
	size    int64 // bytes of whole lines; what Append writes comes after
	settled bool  // the disk has the file, up to size and no further, under its name
}

// medium is what a Journal does with its file, which is an *os.File.
type medium interface {
	io.Writer
	io.ReaderAt
	io.Closer
	Truncate(size int64) error
	Sync() error
}

// Open opens the journal at path, making it (mode 0600) and its directory
// (0700) when there is none. A last line that was cut off is dropped; damaged
// lines are moved to path + ".damaged". Health tells of both. A disk that is full
// or takes no more writes does not keep Open from reading: what is to be mended is
// then mended by a later Open. Open does not wait for another process that has the
// journal: that is ErrBusy.
func Open(path string) (*Journal, error) {
	j := &Journal{Now: time.Now, path: path}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	f, err := lockFile(path, os.O_CREATE)
	if err != nil {
		return nil, fmt.Errorf("journal: open %s: %w", path, err)
	}
	j.f = f
	if err := j.repair(f); err != nil {
		f.Close()
		return nil, fmt.Errorf("journal: open %s: %w", path, err)
	}
	_ = j.settle() // what cannot be done yet is done before the first Append, or stops it
	return j, nil
}

// lockFile opens path for appending and takes its lock. A file that was
// replaced by Compact in between is somebody else's, so busy.
func lockFile(path string, flags int) (*os.File, error) {
	f, err := Create(path, os.O_RDWR|os.O_APPEND|flags)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) || err == nil && !stillAt(f, path) {
		err = fmt.Errorf("%w; stop it first", ErrBusy)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func stillAt(f *os.File, path string) bool {
	ours, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(ours, there)
}

// Health is what Open found.
func (j *Journal) Health() Health { return j.health }

// Size is the length of the file in bytes, to be held against MaxSize.
func (j *Journal) Size() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.size
}

// Append writes one entry and returns once it is on the disk. On an error the
// entry counts as not written: what it stands for must not be done.
func (j *Journal) Append(kind string, value any) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	line, err := encode(j.Now(), kind, value)
	if err != nil {
		return fmt.Errorf("journal: entry %q: %w", kind, err)
	}
	if j.size+int64(len(line)) > MaxSize {
		return fmt.Errorf("%w: %s holds %d of %d bytes", ErrFull, j.path, j.size, MaxSize)
	}
	if err = j.settle(); err == nil {
		err = j.write(line)
	}
	if err != nil {
		return fmt.Errorf("journal: entry %q is not kept: %w; see that the disk of %s has room and can be written to", kind, err, j.path)
	}
	return nil
}

// write adds a line. What an error leaves of it is taken off again, at once or
// before the next one, which so starts on a line of its own.
func (j *Journal) write(line []byte) error {
	j.tell(int64(len(line)))
	_, err := j.f.Write(line)
	if err == nil {
		err = j.f.Sync()
	}
	if err != nil {
		j.settled = false
		_ = j.settle()
		return err
	}
	j.size += int64(len(line))
	return nil
}

// settle cuts off what is not known to be whole, and has the disk keep the rest and
// the file's name. Until that is done nothing is added: it could be lost with them.
func (j *Journal) settle() error {
	if j.settled {
		return nil
	}
	err := j.f.Truncate(j.size)
	if err == nil {
		err = j.f.Sync()
	}
	if err == nil {
		err = syncDir(filepath.Dir(j.path))
	}
	j.settled = err == nil
	return err
}

// tell says that bytes went to the disk.
func (j *Journal) tell(bytes int64) {
	if j.Wrote != nil {
		j.Wrote(bytes)
	}
}

// Replay calls each with every entry of kind, oldest first, or with all of them
// when kind is empty, and stops at its first error. Entries are what the
// journal held when Replay was called; each may call Append.
func (j *Journal) Replay(kind string, each func(at time.Time, raw json.RawMessage) error) error {
	return j.Walk(func(of string, at time.Time, raw json.RawMessage) error {
		if kind != "" && of != kind {
			return nil
		}
		return each(at, raw)
	})
}

// Walk is Replay of all entries, with their kinds. Where damaged lines are still among
// them, a Damage that is not written down yet comes last.
func (j *Journal) Walk(each func(kind string, at time.Time, raw json.RawMessage) error) error {
	j.mu.Lock()
	whole, err := j.contents()
	j.mu.Unlock()
	if err != nil {
		return err
	}
	var damaged [][]byte
	for line := range lines(whole) {
		e, ok := decode(line)
		switch {
		case ok:
			if err := each(e.Kind, e.At, e.Value); err != nil {
				return err
			}
		case len(line) > 0: // not what is after the last newline
			damaged = append(damaged, line)
		}
	}
	if len(damaged) == 0 {
		return nil
	}
	note, err := json.Marshal(lost(damaged, j.path))
	if err != nil {
		return err
	}
	return each(Damage, j.Now(), note)
}

func (j *Journal) contents() ([]byte, error) {
	whole := make([]byte, j.size)
	if _, err := j.f.ReadAt(whole, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("journal: read %s: %w", j.path, err)
	}
	return whole, nil
}

// Close gives the journal back.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.f.Close(); err != nil {
		return fmt.Errorf("journal: close %s: %w", j.path, err)
	}
	return nil
}
