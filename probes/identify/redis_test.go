package identify

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

const (
	redisServer  = "$55\r\n# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\n\r\n"
	valkeyServer = "$53\r\n# Server\r\nredis_version:7.2.4\r\nvalkey_version:8.0.1\r\n\r\n"
)

var (
	_ = fakeOf("redis", at(6379), replying(redis.ask, "+PONG\r\n", redisInfo.ask, redisServer),
		lan.Service{Name: "redis", Product: "Redis", Version: "7.0.15", Heard: lan.Heard{RedisPing: "PONG"}})
	_ = fakeOf("redis", at(6379), replying(redis.ask, "-NOAUTH Authentication required.\r\n"), lan.Service{Name: "redis", Heard: lan.Heard{RedisPing: "NOAUTH"}})
)

func TestParseRedis(t *testing.T) {
	readings(t, parseRedis,
		"+PONG\r\n", "redis.ping=PONG", "-NOAUTH Authentication required.\r\n", "redis.ping=NOAUTH",
		"-DENIED Redis is running in protected mode\r\n", "redis.ping=DENIED", "-ERR operation not permitted\r\n", "redis.ping=ERR",
		"ERROR\r\n", "no", "-ERR unknown command\r\n", "no", "PING\r\n", "no", "\r\n", "no", "+PONG", "short")
	readings(t, parseRedisInfo,
		redisServer, "Redis 7.0.15", valkeyServer, "Valkey 8.0.1",
		"$-1\r\n", "no", "$99999999\r\n", "no", "-NOPERM no\r\n", "no", "$60000\r\nx", "short")
}

func FuzzParseRedis(f *testing.F) { fuzzAnswer(f, parseRedis, "+PONG\r\n", "-NOAUTH x\r\n") }
func FuzzParseRedisInfo(f *testing.F) {
	fuzzAnswer(f, parseRedisInfo, redisServer, valkeyServer, "$-1\r\n")
}

// TestRedisClosed: who wants a password is asked nothing more.
func TestRedisClosed(t *testing.T) {
	d := &device{scripts: []script{replying(redis.ask, "-NOAUTH Authentication required.\r\n")}}
	if _, _, err := identifyIn(t, d, at(6379), 2); err != nil || string(d.wrote) != redis.ask {
		t.Errorf("wrote %q, error %v", d.wrote, err)
	}
}
