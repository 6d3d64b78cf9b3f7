package identify

import (
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

func FuzzReadSDP(f *testing.F) {
	f.Add([]byte("v=0\r\nm=video 0 RTP/AVP 96\r\nm=audio 0 RTP/AVP 8\r\n"))
	f.Add([]byte(strings.Repeat("m=v 0\n", 99)))
	f.Fuzz(func(t *testing.T, body []byte) {
		svc := found(at(554), "rtsp")
		readSDP(&svc, body)
		if media := svc.Heard[RTSPMedia]; len(media) > lan.MaxRaw || media != lan.Printable(media, lan.MaxRaw) {
			t.Errorf("%q", media)
		}
	})
}
