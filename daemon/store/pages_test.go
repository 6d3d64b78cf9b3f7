package store

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"
)

// TestPagesOfAnyDatabase lets bbolt do everything it can do to a file, and
// holds checkPages to finding nothing wrong after each commit.
func TestPagesOfAnyDatabase(t *testing.T) {
	for _, freelist := range []bool{true, false} {
		anyDatabase(t, freelist)
	}
}

func anyDatabase(t *testing.T, freelist bool) {
	path := filepath.Join(t.TempDir(), "any.db")
	db, err := bolt.Open(path, 0o600, &bolt.Options{PageSize: pageSize, NoSync: true, NoFreelistSync: !freelist})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rng := rand.New(rand.NewPCG(5, 6))
	for i := range 400 {
		err := db.Update(func(tx *bolt.Tx) error {
			for range 1 + rng.IntN(60) {
				if err := scribble(rng, tx); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := checkPages(bytes.NewReader(b), int64(len(b))); err != nil {
			t.Fatalf("commit %d: %v", i, err)
		}
	}
	info, _ := os.Stat(path)
	t.Logf("%d KiB at the end", info.Size()>>10)
}

// scribble puts, overwrites or deletes a key, or a bucket with its keys.
func scribble(rng *rand.Rand, tx *bolt.Tx) error {
	b, err := tx.CreateBucketIfNotExists(fmt.Appendf(nil, "top-%d", rng.IntN(3)))
	if err != nil {
		return err
	}
	name := fmt.Appendf(nil, "inner-%d", rng.IntN(40))
	if rng.IntN(40) == 0 && b.Bucket(name) != nil {
		return b.DeleteBucket(name)
	}
	if rng.IntN(2) == 0 {
		if b, err = b.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	key := fmt.Appendf(nil, "key-%d", rng.IntN(800))
	if rng.IntN(3) == 0 {
		return b.Delete(key)
	}
	return b.Put(key, bytes.Repeat([]byte{'v'}, rng.IntN(1<<rng.IntN(14))))
}

// TestDamagedPages damages one thing at a time that the seal cannot see.
func TestDamagedPages(t *testing.T) {
	o, _ := household(t)
	db, err := bolt.Open(o.Path, 0o600, &bolt.Options{PageSize: pageSize}) // as of old, with a freelist
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	whole, err := os.ReadFile(o.Path)
	if err != nil {
		t.Fatal(err)
	}
	m, err := newestMeta(bytes.NewReader(whole), int64(len(whole)))
	if err != nil {
		t.Fatal(err)
	}
	at := func(b []byte, id uint64) []byte { return b[id*pageSize : (id+1)*pageSize] }
	tests := map[string]struct {
		harm func(b []byte)
		want string
	}{
		"a used page in the freelist": {func(b []byte) { order.PutUint64(at(b, m.freelist)[headSize:], m.root) }, "in use"},
		"a page forgotten by it": {func(b []byte) {
			p := at(b, m.freelist)
			order.PutUint16(p[10:], order.Uint16(p[10:])-1)
		}, "neither"},
		"a freelist longer than its page": {func(b []byte) {
			p := at(b, m.freelist)
			order.PutUint16(p[10:], 0xFFFF)
			order.PutUint64(p[headSize:], 1<<40)
		}, "not a freelist"},
		"a freelist that is none": {func(b []byte) { at(b, m.freelist)[8] = leafPage }, "not a freelist"},
		"an endless page":         {func(b []byte) { at(b, m.root)[15] = 0x7F }, "wrong head"},
		"a page of another id":    {func(b []byte) { at(b, m.root)[0] ^= 1 }, "wrong head"},
		"a key outside its page":  {func(b []byte) { order.PutUint32(at(b, m.root)[headSize+4:], 1<<31) }, "wrong entry"},
		"a key of no length":      {func(b []byte) { order.PutUint32(at(b, m.root)[headSize+8:], 0) }, "wrong entry"},
		"keys out of order": {func(b []byte) {
			e, _ := page{b: at(b, m.root)}.elem(0)
			e.key[0] = 'z'
		}, "wrong entry"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			b := bytes.Clone(whole)
			tt.harm(b)
			err := checkPages(bytes.NewReader(b), int64(len(b)))
			if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want one with %q", err, tt.want)
			}
		})
	}
}

func FuzzCheckPages(f *testing.F) {
	path := filepath.Join(f.TempDir(), "seed.db")
	db, err := bolt.Open(path, 0o600, &bolt.Options{PageSize: pageSize})
	if err != nil {
		f.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(7, 8))
	for range 3 {
		if err := db.Update(func(tx *bolt.Tx) error { return scribble(rng, tx) }); err != nil {
			f.Fatal(err)
		}
	}
	db.Close()
	seed, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Add(seed[:4*pageSize])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		err := checkPages(bytes.NewReader(b), int64(len(b)))
		if err != nil && !errors.Is(err, ErrDamaged) {
			t.Errorf("%v is not ErrDamaged", err)
		}
	})
}
