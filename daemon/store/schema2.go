package store

import bolt "go.etcd.io/bbolt"

// Schema 2 adds what happened, and when devices were here.
//
//	meta/event                  the number of the newest event ever kept
//	events/<number, 12 digits>  lan.Event
//	days/<id>                   history
var (
	eventKey     = []byte("event")
	eventsBucket = []byte("events")
	daysBucket   = []byte("days")
)

func toSchema2(tx *bolt.Tx) error {
	for _, name := range [][]byte{eventsBucket, daysBucket} {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	return nil
}
