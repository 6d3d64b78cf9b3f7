package checks

import (
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// sends is a device of which the router counted that.
func sends(kind lan.Kind, flows ...lan.Flow) lan.Device { return lan.Device{Kind: kind, Clear: flows} }

func telnet(count int) lan.Flow {
	return lan.Flow{Transport: lan.TCP, Port: 23, Count: count, Days: 1}
}
func web(count, days int) lan.Flow {
	return lan.Flow{Transport: lan.TCP, Port: 80, Count: count, Days: days}
}

var _ = hold("cleartext-traffic",
	twin{name: "Telnet", device: sends("camera", telnet(1)), want: lan.LikelyFail},
	twin{name: "a sensor's MQTT", device: sends("plug", lan.Flow{Transport: lan.TCP, Port: 1883, Count: 1}), want: lan.LikelyFail},
	twin{name: "Telnet all over", device: sends("camera", telnet(50)), want: lan.LikelyFail},
	twin{name: "much of the web, for days", device: sends("tv", web(10, 3)), want: lan.LikelyFail},
	twin{name: "is it online?", device: sends("tv", web(2, 7)), want: lan.NotApplicable},
	twin{name: "an update, today", device: sends("tv", web(20, 1)), want: lan.NotApplicable},
	twin{name: "a computer's", device: sends("computer", telnet(1)), want: lan.NotApplicable},
	twin{name: "perhaps a guest's phone", device: lan.Device{MACs: []lan.MAC{{0xa6, 1}}, Clear: []lan.Flow{telnet(1)}}, want: lan.NotApplicable},
	twin{name: "nothing counted", device: sends("tv"), want: lan.NotApplicable})

// TestClearText: how pressing each is, and that what is only asked whether it is
// online raises no alarm.
func TestClearText(t *testing.T) {
	for name, tt := range map[string]struct {
		flows []lan.Flow
		want  lan.Severity
		word  string
	}{
		"Telnet":      {[]lan.Flow{web(1, 9), telnet(1)}, lan.Soon, "Telnet (tcp/23) to the internet: 1 or more addresses tracked"},
		"all over":    {[]lan.Flow{telnet(20)}, lan.ActNow, "20 or more"},
		"to some":     {[]lan.Flow{telnet(10)}, lan.Soon, "10 or more"},
		"the day":     {[]lan.Flow{{Transport: lan.TCP, Port: 21, Seen: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)}}, lan.WhenYouCan, "tracked, last on 20 November 2026"},
		"pictures":    {[]lan.Flow{{Transport: lan.TCP, Port: 554, Count: 1, Days: 4}}, lan.Soon, "RTSP (tcp/554) to the internet: 1 or more connections tracked, on 4 days of late"},
		"FTP":         {[]lan.Flow{{Transport: lan.TCP, Port: 21, Count: 1}}, lan.WhenYouCan, "FTP"},
		"CoAP":        {[]lan.Flow{{Transport: lan.UDP, Port: 5683, Count: 1}}, lan.WhenYouCan, "CoAP (udp/5683)"},
		"of tomorrow": {[]lan.Flow{{Transport: lan.TCP, Port: 5222, Count: 1}}, lan.WhenYouCan, "Port (tcp/5222)"},
		"the web":     {[]lan.Flow{web(5, 3)}, lan.ForInfo, "HTTP"},
	} {
		p := &probes.Pass{Device: sends("camera", tt.flows...)}
		v, err := judged(t, "cleartext-traffic", p)
		if v != lan.LikelyFail || err != nil || p.Severity == nil || *p.Severity != tt.want || !strings.Contains(words(p), tt.word) ||
			(p.Title != "") != (tt.want == lan.ActNow) {
			t.Errorf("%s: %v, %v, %v\n%s", name, v, p.Severity, err, words(p))
		}
	}
	p := &probes.Pass{Device: sends("tv", web(2, 7), telnet(1))}
	if _, err := judged(t, "cleartext-traffic", p); err != nil || strings.Contains(words(p), "HTTP") {
		t.Errorf("the question whether it is online is told: %v\n%s", err, words(p))
	}
}
