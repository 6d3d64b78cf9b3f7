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
	Kept    string // where the damaged lines were put
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

	mu     sync.Mutex
	f      *os.File
	size   int64 // bytes of whole lines; what Append writes comes after
	broken error // the file could not be brought back to size
}

// Open opens the journal at path, making it (mode 0600) and its directory
// (0700) when there is none. A last line that was cut off is dropped; damaged
// lines are moved to path + ".damaged". Health tells of both. Open does not
// wait for another process that has the journal: that is ErrBusy.
func Open(path string) (*Journal, error) {
	j := &Journal{Now: time.Now, path: path}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	_, statErr := os.Lstat(path)
	f, err := lockFile(path, os.O_CREATE)
	if err != nil {
		return nil, fmt.Errorf("journal: open %s: %w", path, err)
	}
	j.f = f
	if errors.Is(statErr, os.ErrNotExist) {
		err = syncDir(filepath.Dir(path))
	}
	if err == nil {
		err = j.repair()
	}
	if err != nil {
		j.f.Close()
		return nil, fmt.Errorf("journal: open %s: %w", path, err)
	}
	return j, nil
}

// lockFile opens path for appending and takes its lock. A file that was
// replaced by Compact in between is somebody else's, so busy.
func lockFile(path string, flags int) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND|flags, 0o600)
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
	if j.broken != nil {
		return fmt.Errorf("journal: %s failed earlier: %w", j.path, j.broken)
	}
	if j.size+int64(len(line)) > MaxSize {
		return fmt.Errorf("%w: %s holds %d of %d bytes", ErrFull, j.path, j.size, MaxSize)
	}
	j.tell(int64(len(line)))
	_, err = j.f.Write(line)
	if err == nil {
		err = j.f.Sync()
	}
	if err != nil {
		j.undo()
		return fmt.Errorf("journal: entry %q is not kept: %w; see that the disk of %s has room and can be written to", kind, err, j.path)
	}
	j.size += int64(len(line))
	return nil
}

// tell says that bytes went to the disk.
func (j *Journal) tell(bytes int64) {
	if j.Wrote != nil {
		j.Wrote(bytes)
	}
}

// undo takes half an entry off the end again, so that the next one starts on a
// line of its own.
func (j *Journal) undo() {
	if err := j.f.Truncate(j.size); err != nil {
		j.broken = err
	}
}

// Replay calls each with every entry of kind, oldest first, or with all of them
// when kind is empty, and stops at its first error. Entries are what the
// journal held when Replay was called; each may call Append.
func (j *Journal) Replay(kind string, each func(at time.Time, raw json.RawMessage) error) error {
	return j.read(func(e entry) error {
		if kind != "" && e.Kind != kind {
			return nil
		}
		return each(e.At, e.Value)
	})
}

func (j *Journal) read(each func(entry) error) error {
	j.mu.Lock()
	whole := make([]byte, j.size)
	_, err := j.f.ReadAt(whole, 0)
	j.mu.Unlock()
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("journal: read %s: %w", j.path, err)
	}
	for line := range lines(whole) {
		if e, ok := decode(line); ok {
			if err := each(e); err != nil {
				return err
			}
		}
	}
	return nil
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
