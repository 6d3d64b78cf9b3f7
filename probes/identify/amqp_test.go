package identify

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

const amqpStart = "\x01\x00\x00\x00\x00\x00\x59\x00\x0a\x00\x0a\x00\x09" + "\x00\x00\x00\x4f" +
	"\x0ccapabilitiesF\x00\x00\x00\x0d\x0abasic.nackt\x01" + "\x05boolat\x01" +
	"\x07productS\x00\x00\x00\x08RabbitMQ" + "\x07versionS\x00\x00\x00\x063.13.7"

var (
	_ = fakeOf("amqp", at(5672), replying(amqp.ask, amqpStart), lan.Service{Name: "amqp", Product: "RabbitMQ", Version: "3.13.7", Heard: lan.Heard{AMQPVersion: "0.9"}})
	_ = fakeOf("amqp", at(5672), replying(amqp.ask, "AMQP\x00\x01\x00\x00"), lan.Service{Name: "amqp", Heard: lan.Heard{AMQPVersion: "1.0.0"}})
)

func TestParseAMQP(t *testing.T) {
	readings(t, parseAMQP,
		amqpStart, "RabbitMQ 3.13.7 amqp.version=0.9", "AMQP\x03\x01\x00\x00", "amqp.version=1.0.0",
		amqpStart[:13]+"\x00\x00\x00\x03\x01aI", "amqp.version=0.9", // a kind that is not read
		amqpStart[:13]+"\x00\x00\x00\x08\x01aS\xff\xff\xff\xffx", "amqp.version=0.9",
		"AMQP\x00\x01\x00\x00 ", "no", "AMQX", "no", "\x01\x00\x01", "no", amqpStart[:7]+"\x00\x0a\x00\x0b", "no", "HTTP/1.1 400", "no", "", "short")
}

func FuzzParseAMQP(f *testing.F) { fuzzAnswer(f, parseAMQP, amqpStart, amqp.ask) }
