package identify

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

var _ = fakeOf("memcached", at(11211), replying(memcached.ask, "VERSION 1.6.18\r\n"), lan.Service{Name: "memcache", Product: "memcached", Version: "1.6.18"})

func TestParseMemcached(t *testing.T) {
	readings(t, parseMemcached, "VERSION 1.6.18\r\n", "memcached 1.6.18", "VERSION x\r\n", "no", "VERSION \r\n", "no",
		"version\r\n", "no", "ERROR\r\n", "no", "VERSION 1.6", "short", "", "short")
}

func FuzzParseMemcached(f *testing.F) {
	fuzzAnswer(f, parseMemcached, "VERSION 1.6.18\r\n", "ERROR\r\n")
}
