package identify

import "bytes"

// betrayals are words with which a service answers a stranger's question, the
// front page's most often, or greets the late: each tells whose question to ask
// instead.
var betrayals = []struct {
	begins, has, name string // name is the identifier's
}{
	{"-ERR ", "command", "redis"}, {"-ERR unknown", "", "redis"}, {"-NOAUTH ", "", "redis"}, {"-DENIED ", "", "redis"},
	{"ERROR\r\nERROR\r\n", "", "memcached"},
	{"SIP/2.0 ", "", "sip-tcp"},
	{"AMQP\x00", "", "amqp"}, {"AMQP\x01", "", "amqp"}, {"AMQP\x03", "", "amqp"},
	{"E\x00\x00", "FATAL", "postgresql"},
	{"ERR UNKNOWN-COMMAND", "", "nut"},
}

// betrayed is the identifier that said gives away, "" if it gives away none.
func betrayed(said []byte) string {
	for _, b := range betrayals {
		if len(said) > 0 && bytes.HasPrefix(said, []byte(b.begins)) && bytes.Contains(said[:min(len(said), 512)], []byte(b.has)) {
			return b.name
		}
	}
	return ""
}
