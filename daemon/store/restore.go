package store

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	bolt "go.etcd.io/bbolt"
)

// errSnapshot means that a snapshot is not to be trusted.
var errSnapshot = errors.New("the snapshot is damaged")

const (
	maxPacked   = 16 << 20 // bytes of a snapshot file
	maxUnpacked = 64 << 20 // and of what it holds
	maxNesting  = 4        // buckets in buckets
)

// load puts the snapshot at path into the empty database, in one transaction,
// and says when it was taken.
func (s *Store) load(path string) (time.Time, error) {
	h, lines, err := readSnapshot(path)
	if err != nil {
		return h.At, err
	}
	if h.Schema > len(steps) {
		return h.At, fmt.Errorf("snapshot %s: %w: it has schema %d, this one reads up to %d; install the newer homesweep, or move the snapshot away to start afresh",
			path, ErrNewer, h.Schema, len(steps))
	}
	err = s.update(func(tx *bolt.Tx) error {
		for {
			var e entry
			if err := lines.Decode(&e); errors.Is(err, io.EOF) {
				if err := migrate(tx); err != nil {
					return err
				}
				return skipEvents(tx, s.o.Now())
			} else if err != nil {
				return fmt.Errorf("%w: %w", errSnapshot, err)
			}
			if err := put(tx, e); err != nil {
				return err
			}
		}
	})
	return h.At, err
}

// put keeps one entry. The seal is made anew, so an old one is left out.
func put(tx *bolt.Tx, e entry) error {
	if len(e.In) == 0 || len(e.In) > maxNesting || e.Key == "" {
		return fmt.Errorf("%w: entry %q in %q", errSnapshot, e.Key, e.In)
	}
	if e.In[0] == string(metaBucket) && e.Key == string(sealKey) {
		return nil
	}
	b, err := tx.CreateBucketIfNotExists([]byte(e.In[0]))
	for _, name := range e.In[1:] {
		if err == nil {
			b, err = b.CreateBucketIfNotExists([]byte(name))
		}
	}
	if err == nil {
		err = b.Put([]byte(e.Key), e.Value)
	}
	return err
}

// readSnapshot checks the file's sum and reads its header; the decoder stands
// at the first entry.
func readSnapshot(path string) (h header, lines *json.Decoder, err error) {
	packed, err := readBounded(path)
	if err != nil {
		return h, nil, err
	}
	body := packed[:max(0, len(packed)-sha256.Size)]
	if sum := sha256.Sum256(body); !bytes.Equal(sum[:], packed[len(body):]) {
		return h, nil, fmt.Errorf("%w: %s does not match its checksum", errSnapshot, path)
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return h, nil, fmt.Errorf("%w: %s: %w", errSnapshot, path, err)
	}
	lines = json.NewDecoder(io.LimitReader(z, maxUnpacked))
	if err := lines.Decode(&h); err != nil || h.Schema < 1 {
		return h, nil, fmt.Errorf("%w: %s has no header", errSnapshot, path)
	}
	return h, lines, nil
}

func readBounded(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxPacked+1))
	if err == nil && len(b) > maxPacked {
		err = fmt.Errorf("%w: %s is larger than %d MiB", errSnapshot, path, maxPacked>>20)
	} else if err != nil {
		err = fmt.Errorf("%w: %w", errSnapshot, err)
	}
	return b, err
}
