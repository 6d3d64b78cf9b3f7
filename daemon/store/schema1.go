package store

import bolt "go.etcd.io/bbolt"

// The buckets of schema 1. Values are JSON.
//
//	meta/schema                          the schema's number
//	meta/seal                            SHA-256 of everything else
//	devices/<id>                         lan.Device without its findings and times of sight
//	seen/<id>                            sight: what changes with every sweep, kept small
//	findings/<id>/<check service>        kept
//	sweeps/<running number, 12 digits>   Summary
var (
	devicesBucket  = []byte("devices")
	seenBucket     = []byte("seen")
	findingsBucket = []byte("findings")
	sweepsBucket   = []byte("sweeps")
)

func toSchema1(tx *bolt.Tx) error {
	for _, name := range [][]byte{devicesBucket, seenBucket, findingsBucket, sweepsBucket} {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	return nil
}
