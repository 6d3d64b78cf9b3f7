package identify

import "github.com/homesweep/homesweep/probes/lan"

var _ = register(&memcached, asks)

// memcached asks for the version (memcached's protocol.txt) and for no key.
var memcached = question{
	name: "memcached", service: "memcache", ports: []uint16{11211}, moves: true,
	ask: "version\r\n", answer: parseMemcached,
}

// parseMemcached reads "VERSION 1.6.18".
func parseMemcached(svc *lan.Service, c *cursor) bool {
	if !c.is("VERSION ") {
		return false
	}
	svc.Product, svc.Version = "memcached", c.until("\r\n")
	return startsVersion(svc.Version)
}
