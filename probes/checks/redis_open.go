package checks

import (
	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

// A Redis server that answers PING to somebody without a password takes every
// other command from them, too (redis.io, security). No key was looked at.
var _ = register(probes.Check{
	ID:        "redis-open",
	Topic:     "Its Redis database",
	Title:     "Anyone on your network can use this Redis database",
	Advice:    "It asks for no password, so anyone can read and change what is in it, and often take over the machine. Set \"requirepass\" in redis.conf, or let it listen on its own machine only (\"bind 127.0.0.1\"). Then restart it.",
	Guideline: 5, Provision: "5.5-5", Severity: lan.ActNow, Touch: lan.Ask,
	Applies: onService("redis"),
	Run:     byAnswer(identify.RedisPing, "PING without a password", "it said", "PONG", "NOAUTH DENIED ERR"),
})
