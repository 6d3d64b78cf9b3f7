package identify

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// mongoReply is the answer to our request with that document.
func mongoReply(document string) string {
	return string([]byte{byte(25 + len(document)), 0, 0, 0}) + "\x07\x00\x00\x00HSWP\xdd\x07\x00\x00\x00\x00\x00\x00\x00" +
		string([]byte{byte(4 + len(document)), 0, 0, 0}) + document
}

var (
	mongoHello = mongoReply("\x03topologyVersion\x00\x11\x00\x00\x00\x10processId\x00\x01\x00" +
		"\x08isWritablePrimary\x00\x01" + "\x10maxWireVersion\x00\x15\x00\x00\x00\x01ok\x00\x00\x00\x00\x00\x00\x00\xf0\x3f\x00")
	mongoBuilt  = mongoReply("\x02version\x00\x07\x00\x00\x007.0.14\x00\x02gitVersion\x00")
	mongoClosed = mongoReply("\x01ok\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02errmsg\x00\x03\x00\x00\x00no\x00\x00")

	_ = fakeOf("mongodb", at(27017), replying(mongodb.ask, mongoHello, mongoBuild.ask, mongoBuilt),
		lan.Service{Name: "mongodb", Product: "MongoDB", Version: "7.0.14", Heard: lan.Heard{MongoDBWire: "21"}})
	_ = fakeOf("mongodb", at(27017), replying(mongodb.ask, mongoHello, mongoBuild.ask, mongoClosed), lan.Service{Name: "mongodb"})
)

func TestParseMongoDB(t *testing.T) {
	readings(t, parseMongoDB,
		mongoHello, "mongodb.maxWireVersion=21", mongoBuilt, "MongoDB 7.0.14", mongoClosed, "",
		mongoReply("\x02version\x00\x00\x00\x00\x00\x00"), "no", mongoReply("\x02version\x00\xff\xff\xff\xff1"), "short",
		"\x14\x00\x00\x00"+mongoHello[4:], "no", mongoHello[:12]+"\x01\x00\x00\x00", "no",
		mongoHello[:60], "short", mongodb.ask, "no", "HTTP/1.1 400 Bad Request\r\n", "no", "", "short")
}

func FuzzParseMongoDB(f *testing.F) {
	fuzzAnswer(f, parseMongoDB, mongoHello, mongoBuilt, mongoClosed, mongodb.ask)
}
