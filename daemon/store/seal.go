package store

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash"

	bolt "go.etcd.io/bbolt"
)

// bbolt checks its two meta pages and nothing else, so a bit that flipped in a
// value would be believed. The seal is a SHA-256 over every bucket, key and
// value except itself, renewed in each transaction and compared on Open.

var (
	metaBucket = []byte("meta")
	sealKey    = []byte("seal")
	schemaKey  = []byte("schema")
)

// seal writes the sum of tx's contents into meta/seal.
func seal(tx *bolt.Tx) error {
	meta, err := tx.CreateBucketIfNotExists(metaBucket)
	if err != nil {
		return err
	}
	now, err := sum(tx)
	if err != nil {
		return err
	}
	return meta.Put(sealKey, []byte(`"`+now+`"`))
}

// checkSeal compares; a database in which nothing was ever written passes.
func checkSeal(tx *bolt.Tx) error {
	if k, _ := tx.Cursor().First(); k == nil {
		return nil
	}
	meta := tx.Bucket(metaBucket)
	if meta == nil {
		return errors.New("its meta bucket is missing")
	}
	now, err := sum(tx)
	if err != nil {
		return err
	}
	if string(meta.Get(sealKey)) != `"`+now+`"` {
		return errors.New("its contents do not match their checksum")
	}
	return nil
}

func sum(tx *bolt.Tx) (string, error) {
	h := sha256.New()
	err := tx.ForEach(func(name []byte, b *bolt.Bucket) error {
		addTo(h, name)
		return sumBucket(h, b, string(name) == string(metaBucket))
	})
	return hex.EncodeToString(h.Sum(nil)), err
}

func sumBucket(h hash.Hash, b *bolt.Bucket, meta bool) error {
	err := b.ForEach(func(k, v []byte) error {
		if meta && string(k) == string(sealKey) {
			return nil
		}
		addTo(h, k)
		if v == nil {
			return sumBucket(h, b.Bucket(k), false)
		}
		addTo(h, v)
		return nil
	})
	addTo(h, nil) // no key is empty, so this can only be a bucket's end
	return err
}

// addTo hashes a length before the bytes, so that no two contents run into the
// same stream.
func addTo(h hash.Hash, b []byte) {
	h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(b))))
	h.Write(b)
}
