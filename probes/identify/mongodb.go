package identify

import (
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// MongoDBWire is the field of Heard with the newest version of the wire protocol
// that a MongoDB server speaks; 17 is of release 6.0, 21 of 7.0.
const MongoDBWire = "mongodb.maxWireVersion"

var _ = register(&mongodb, asks)

// mongodb says hello, as a driver does before it logs in, and asks an open
// server what it is built of (OP_MSG of MongoDB's wire protocol; commands hello
// and buildInfo). No data is asked for.
var (
	mongodb = question{
		name: "mongodb", service: "mongodb", ports: []uint16{27017}, moves: true,
		ask:    "\x34\x00\x00\x00" + mongoHeader + "\x1f\x00\x00\x00\x10hello\x00\x01\x00\x00\x00" + mongoAdmin,
		answer: parseMongoDB, then: &mongoBuild,
	}
	mongoBuild = question{
		name:   "mongodb",
		ask:    "\x38\x00\x00\x00" + mongoHeader + "\x23\x00\x00\x00\x10buildInfo\x00\x01\x00\x00\x00" + mongoAdmin,
		answer: parseMongoDB,
	}
)

const (
	mongoHeader = "HSWP\x00\x00\x00\x00\xdd\x07\x00\x00" + "\x00\x00\x00\x00\x00" // request, response to, OP_MSG; flags, kind
	mongoAdmin  = "\x02$db\x00\x06\x00\x00\x00admin\x00\x00"
)

// parseMongoDB reads the answer to our request: a message with one document, of
// which two fields are of interest (bsonspec.org: 2 a string, 16 a number).
func parseMongoDB(svc *lan.Service, c *cursor) bool {
	size := c.little(4)
	c.take(4)
	if size < 26 || !c.is("HSWP\xdd\x07\x00\x00") {
		return false
	}
	document := c.b
	if version := beyond(document, "\x02version\x00"); !version.short {
		text := strings.TrimSuffix(version.text(version.little(4)), "\x00")
		if c.short = version.short; !startsVersion(text) {
			return false
		}
		svc.Product, svc.Version = "MongoDB", text
		return true
	}
	if wire := beyond(document, "\x10maxWireVersion\x00"); len(wire.b) >= 4 {
		svc.Heard.Set(MongoDBWire, strconv.Itoa(int(wire.little(4))))
		c.more = true
		return true
	}
	c.take(size - 16)
	return true
}
