package checks

import (
	"io"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

// numbered is a service that did not say what it is, at that port.
func numbered(n uint16) lan.Service {
	s := port(lan.Unknown, nil)
	s.Port = n
	return s
}

var _ = hold("rservices-open",
	twin{name: "rlogin", service: port("login", lan.Heard{identify.RloginRefusal: "rlogind: Permission denied."}), want: lan.Fail},
	twin{name: "rexec", service: numbered(512), want: lan.LikelyFail},
	twin{name: "a patient rlogin", service: numbered(513), want: lan.LikelyFail},
	twin{name: "SSH at its port", service: lan.Service{Transport: lan.TCP, Port: 512, Name: "ssh"}, want: lan.NotApplicable},
	twin{name: "another silent port", service: numbered(515), want: lan.NotApplicable})

// TestRemoteShell tells a remote shell from a collector of logs at its port by who
// hangs up.
func TestRemoteShell(t *testing.T) {
	for name, tt := range map[string]struct {
		play func(*talk)
		want lan.Verdict
		mild bool
	}{
		"hangs up":         {func(*talk) {}, lan.LikelyFail, true},
		"refuses in words": {func(c *talk) { c.say("\x01Permission denied.\n") }, lan.LikelyFail, false},
		"collects logs":    {func(c *talk) { _, _ = io.Copy(io.Discard, c.in) }, lan.Undecided, false},
		"greets":           {func(c *talk) { c.say("220 hello\r\n") }, lan.Undecided, false},
		"says a lot":       {func(c *talk) { c.say(string(make([]byte, 1<<16))) }, lan.Undecided, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := scripted(t, lan.Unknown, nil, tt.play)
			p := &probes.Pass{Service: s, Reach: road{}}
			got, err := remoteShell(t.Context(), p)
			if got != tt.want || err != nil || (p.Severity != nil) != tt.mild {
				t.Errorf("%v, %v; want %v", got, err, tt.want)
			}
		})
	}
}
