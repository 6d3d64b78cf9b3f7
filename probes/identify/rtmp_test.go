package identify

import (
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// rtmpAnswer has an S1 of its own and our C1 for S2.
var rtmpAnswer = "\x03" + strings.Repeat("s", rtmpChunk) + rtmp.words()[1:]

var (
	_ = fakeOf("rtmp", at(1935), replying(rtmp.words(), rtmpAnswer), lan.Service{Name: "macromedia-fcs"})
	_ = fakeOf("rtmp", at(1935), replying(rtmp.words(), rtmp.words()+rtmp.words()[1:]), lan.Service{Name: "macromedia-fcs"}) // nginx's
)

func TestParseRTMP(t *testing.T) {
	readings(t, parseRTMP, rtmpAnswer, "", "\x03"+strings.Repeat("s", 2*rtmpChunk), "no", rtmp.words(), "short", "HTTP/1.1 400", "no", "", "short")
}

func FuzzParseRTMP(f *testing.F) { fuzzAnswer(f, parseRTMP, rtmpAnswer, "\x03") }
