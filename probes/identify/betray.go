package identify

import "bytes"

// betrayals are words with which a service answers a stranger's question, the
// front page's most often, or greets the late: each tells whose question to ask
// instead.
var betrayals = []struct {
	begins, has, name string // name is the identifier's
	weak              bool   // others say so, too: only the answer to the question names it
}{
	{"-ERR ", "command", "redis", false}, {"-ERR unknown", "", "redis", false}, {"-NOAUTH ", "", "redis", false}, {"-DENIED ", "", "redis", false},
	{"ERROR\r\nERROR\r\n", "", "memcached", true},
	{"SIP/2.0 ", "", "sip-tcp", false},
	{"AMQP\x00", "", "amqp", false}, {"AMQP\x01", "", "amqp", false}, {"AMQP\x03", "", "amqp", false},
	{"E\x00\x00", "FATAL", "postgresql", false},
	{"ERR UNKNOWN-COMMAND", "", "nut", false},
	{"\x03\x00\x00\x09\x02\xf0\x80", "", "rdp", false}, // TPKT and X.224 around an MCS disconnect
}

// betrayed is the identifier that said gives away, "" if it gives away none; sure
// leaves out the weak.
func betrayed(said []byte, sure bool) string {
	for _, b := range betrayals {
		if len(said) > 0 && !(sure && b.weak) && bytes.HasPrefix(said, []byte(b.begins)) && bytes.Contains(said[:min(len(said), 512)], []byte(b.has)) {
			return b.name
		}
	}
	return ""
}
