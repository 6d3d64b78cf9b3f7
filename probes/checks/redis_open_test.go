package checks

import (
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

var _ = hold("redis-open",
	twin{name: "open", service: port("redis", lan.Heard{identify.RedisPing: "PONG"}), want: lan.Fail},
	twin{name: "wants a password", service: port("redis", lan.Heard{identify.RedisPing: "NOAUTH"}), want: lan.Pass},
	twin{name: "protected mode", service: port("redis", lan.Heard{identify.RedisPing: "DENIED"}), want: lan.Pass},
	twin{name: "an old one with a password", service: port("redis", lan.Heard{identify.RedisPing: "ERR"}), want: lan.Pass},
	twin{name: "no answer", service: port("redis", nil), want: lan.Undecided})
