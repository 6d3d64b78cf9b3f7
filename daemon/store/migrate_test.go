package store

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"
)

func TestNewerSchema(t *testing.T) {
	o, _ := household(t)
	s := mustOpen(t, o)
	err := s.update(func(tx *bolt.Tx) error {
		return tx.Bucket(metaBucket).Put(schemaKey, []byte("99"))
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	before := mustRead(t, o.Path)
	if _, err := Open(o); !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), "-db") {
		t.Errorf("Open: %v", err)
	}
	if !bytes.Equal(before, mustRead(t, o.Path)) {
		t.Error("a newer database was changed")
	}
}

func TestNewerSnapshot(t *testing.T) {
	c := &clock{day0}
	o := options(t, c)
	s := mustOpen(t, o)
	steps = append(steps, func(*bolt.Tx) error { return nil })
	mustCommit(t, s, numbered(1)) // its snapshot says schema 2
	steps = steps[:1]
	s.Close()
	os.Remove(o.Path)
	for range 2 {
		if _, err := Open(o); !errors.Is(err, ErrNewer) {
			t.Errorf("Open: %v", err)
		}
	}
}
