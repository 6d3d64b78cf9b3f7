package identify

import "github.com/homesweep/homesweep/probes/lan"

var _ = register(&rtmp, asks)

const (
	rtmpChunk  = 1536
	rtmpRandom = "homesweep" // and zeros; nothing depends on it being random
)

// rtmp begins the handshake, which opens no stream (Adobe's Real-Time Messaging
// Protocol 1.0, section 5.2): C0, the version, and C1, which is our time, four
// zeros and random bytes. Some servers send our C1 back as their S1, too.
var rtmp = question{
	name: "rtmp", service: "macromedia-fcs", ports: []uint16{1935},
	ask: "\x03\x00\x00\x00\x01\x00\x00\x00\x00" + rtmpRandom, size: 1 + rtmpChunk, mirrors: true,
	answer: parseRTMP,
}

// parseRTMP reads S0, S1 and S2, which gives our own random bytes back.
func parseRTMP(_ *lan.Service, c *cursor) bool {
	if !c.is("\x03") {
		return false
	}
	c.take(rtmpChunk)
	echo := cursor{b: c.take(rtmpChunk)}
	echo.take(8) // both sides' times
	return echo.is(rtmpRandom)
}
