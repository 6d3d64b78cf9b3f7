package store

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"github.com/homesweep/homesweep/probes/lan"
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
	if _, err := Open(o); !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), "-state") {
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
	ours := steps
	steps = append(slices.Clone(ours), func(*bolt.Tx) error { return nil })
	mustCommit(t, s, numbered(1)) // its snapshot says the schema after ours
	steps = ours
	s.Close()
	os.Remove(o.Path)
	for range 2 {
		if _, err := Open(o); !errors.Is(err, ErrNewer) {
			t.Errorf("Open: %v", err)
		}
	}
}

// TestFromSchema1: what the schema before kept is there, and what happens is kept from
// now on. Its database and its snapshot are read alike.
func TestFromSchema1(t *testing.T) {
	for _, snapshot := range []bool{false, true} {
		c := &clock{day0}
		o := options(t, c)
		ours := steps
		steps = ours[:1]
		s, err := Open(o)
		if err != nil {
			t.Fatal(err)
		}
		err = s.update(func(tx *bolt.Tx) error {
			err := putJSON(tx.Bucket(devicesBucket), []byte("dev-001"), device(1), maxDevice)
			return errors.Join(err, putJSON(tx.Bucket(seenBucket), []byte("dev-001"),
				sight{LastSeen: day0, Stands: lan.Presence{State: lan.Online, Since: days(-2), At: day0}}, maxDevice))
		})
		s.unsaved = true
		if err := errors.Join(err, s.Snapshot(), s.Close()); err != nil {
			t.Fatal(err)
		}
		steps = ours
		if snapshot {
			os.Remove(o.Path)
		}
		s = mustOpen(t, o)
		if got := latest(t, s); len(got.Devices) != 1 || got.Devices[0].ID != "dev-001" {
			t.Errorf("devices %+v", got.Devices)
		}
		kept, err := s.AppendEvents([]lan.Event{{At: day0, What: lan.DeviceJoined, Device: "dev-001"}})
		if err != nil || len(kept) != 1 {
			t.Errorf("events %+v, %v", kept, err)
		}
		if list, err := s.Days("dev-001"); err != nil || len(list) != 90 || list[88].Minutes != 24*60 || list[86].Seen {
			t.Errorf("days %+v, %v", list, err)
		}
		mustCommit(t, s, numbered(1))
	}
}
