package identify

import (
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// RedisPing is the field of Heard with a Redis server's answer to PING: "PONG"
// lets anybody in, "NOAUTH" wants a password, "DENIED" only talks to its own
// machine.
const RedisPing = "redis.ping"

var _ = register(&redis, asks)

// redis sends PING, and asks a server that lets anybody in for its version
// (redis.io, commands PING and INFO). No key is looked at.
var (
	redis = question{
		name: "redis", service: "redis", ports: []uint16{6379}, moves: true,
		ask: "PING\r\n", answer: parseRedis, then: &redisInfo,
	}
	redisInfo = question{name: "redis", ask: "INFO server\r\n", answer: parseRedisInfo}
)

// parseRedis reads a simple string or an error with its code.
func parseRedis(svc *lan.Service, c *cursor) bool {
	line := c.until("\r\n")
	word, _, _ := strings.Cut(line, " ")
	switch {
	case word == "+PONG":
		c.more = true
	case word == "-NOAUTH", word == "-DENIED", strings.HasPrefix(line, "-ERR operation not permitted"):
	default:
		return false
	}
	svc.Heard.Set(RedisPing, word[1:])
	return true
}

// parseRedisInfo reads a bulk string of "field:value" lines. Valkey has a field
// of its own beside the one that it keeps for old clients.
func parseRedisInfo(svc *lan.Service, c *cursor) bool {
	if !c.is("$") {
		return false
	}
	size, err := strconv.ParseUint(c.until("\r\n"), 10, 16)
	if err != nil {
		return false
	}
	said := []byte(c.text(uint32(size)) + "\r\n")
	for _, product := range [...]string{"Valkey", "Redis"} {
		if version := beyond(said, strings.ToLower(product)+"_version:").until("\r\n"); version != "" {
			svc.Product, svc.Version = product, version
			return true
		}
	}
	return false
}
