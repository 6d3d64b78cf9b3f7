package checks

import (
	"bytes"
	"context"
	"encoding/binary"
	"net"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// One question is asked that only an open database answers: how much there is, or
// the names of what there is, none of which is kept.
var _ = register(probes.Check{
	ID:        "database-open",
	Topic:     "Its database",
	Title:     "Anyone on your network can open this database without a password",
	Advice:    "Whoever reaches it can read, change and delete what is in it. In its settings turn on logins (\"authentication\", \"security\") and choose a password. If only programs on the same machine use it, let it listen on 127.0.0.1 only.",
	Guideline: 5, Provision: "5.5-4", Severity: lan.Soon, Touch: lan.Ask,
	Applies: func(_ lan.Device, s lan.Service) bool {
		return slices.Contains([]string{"memcache", "mongodb", "mysql", "postgresql", "ms-sql-s"}, s.Name) || webStore(s) != nil
	},
	Run: func(ctx context.Context, p *probes.Pass) (lan.Verdict, error) {
		switch store := webStore(p.Service); {
		case store != nil:
			return readable(ctx, p, store.path, store.open)
		case p.Service.Name == "memcache":
			p.Saw("asked for its version without a login", strings.TrimSpace(p.Service.Product+" "+p.Service.Version))
			return lan.Fail, nil
		case p.Service.Name == "mongodb":
			return mongoVerdict(ctx, p)
		}
		p.Saw(greeted(p.Service), "It asks for a login before it answers anything.")
		p.Advice = "We did not try to log in, so we can't tell how good its password is. If only programs on the same machine use it, let it listen on 127.0.0.1 only."
		return lan.Undecided, nil
	},
})

// store is a database that speaks HTTP: a path that reads without a login only
// where all do, and what is then in the answer.
type store struct{ product, path, open string }

var stores = []store{
	{"Elasticsearch", "/_count", `"count"`},
	{"OpenSearch", "/_count", `"count"`},
	{"CouchDB", "/_all_dbs", "["},
	{"InfluxDB", "/query?q=SHOW+DATABASES", `"results"`}, // version 1; later ones always ask
}

// webStore is the one of them that s is, or nil.
func webStore(s lan.Service) *store {
	i := slices.IndexFunc(stores, func(one store) bool { return one.product == s.Product })
	if i < 0 || s.Name != "http" && s.Name != "https" {
		return nil
	}
	return &stores[i]
}

// readable asks for a page that the service gives to nobody without a login where
// it asks for one at all, and looks for what is then in it.
func readable(ctx context.Context, p *probes.Pass, path, inside string) (lan.Verdict, error) {
	r, err := ask(ctx, p, path, "", maxSaid)
	if err != nil {
		return lan.Undecided, err
	}
	p.Saw("GET "+path+" without a login", "status "+r.line)
	switch {
	case r.status == 200 && bytes.Contains(r.body, []byte(inside)):
		return lan.Fail, nil
	case r.refuses():
		return lan.Pass, nil
	}
	return lan.Undecided, nil
}

// mongoList is the command listDatabases, names only, in an OP_MSG (MongoDB's
// wire protocol; bsonspec.org).
const mongoList = "\x47\x00\x00\x00HSWL\x00\x00\x00\x00\xdd\x07\x00\x00\x00\x00\x00\x00\x00" +
	"\x32\x00\x00\x00\x10listDatabases\x00\x01\x00\x00\x00\x08nameOnly\x00\x01\x02$db\x00\x06\x00\x00\x00admin\x00\x00"

// mongoVerdict asks for the list. Where logins are on it is error 13, not
// authorised.
func mongoVerdict(ctx context.Context, p *probes.Pass) (verdict lan.Verdict, err error) {
	err = call(ctx, p, p.Service.Endpoint(), func(conn net.Conn) error {
		said, err := exchange(conn, mongoList, func(said []byte) bool {
			return len(said) >= 16 && len(said) >= int(binary.LittleEndian.Uint32(said))
		})
		heard := "no list"
		switch {
		case len(said) < 16 || string(said[8:12]) != "HSWL": // the answer to this request
		case bytes.Contains(said, []byte("\x04databases\x00")):
			heard, verdict = "it gave the list", lan.Fail
		case bytes.Contains(said, []byte("\x10code\x00\x0d\x00\x00\x00")):
			heard, verdict = "error 13, not authorised", lan.Pass
		}
		p.Saw("asked for the list of its databases without a login", heard)
		return err
	})
	return verdict, err
}
