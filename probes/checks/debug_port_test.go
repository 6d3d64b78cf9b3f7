package checks

import (
	"io"
	"net/http"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

var _ = hold("debug-port",
	twin{name: "JDWP", service: port("jdwp", nil), want: lan.Fail},
	twin{name: "gdbserver", service: port("gdbremote", nil), want: lan.Fail},
	twin{name: "an RMI registry", service: port("rmiregistry", nil), want: lan.LikelyFail},
	twin{name: "a web page elsewhere", service: port("http", nil), want: lan.NotApplicable},
	twin{name: "SSH", service: port("ssh", nil), want: lan.NotApplicable})

// TestInspector asks whoever lives at an inspector's port for its version.
func TestInspector(t *testing.T) {
	for name, tt := range map[string]struct {
		status int
		body   string
		want   lan.Verdict
	}{
		"Node.js":         {200, `{"Browser": "node.js/v18.19.0","Protocol-Version": "1.1"}`, lan.Fail},
		"Chrome":          {200, `{"Browser":"Chrome/120.0","Protocol-Version":"1.3","webSocketDebuggerUrl":"ws://x"}`, lan.Fail},
		"some other page": {200, "<title>Hello</title>", lan.NotApplicable},
		"not there":       {404, `{"Browser":"","Protocol-Version":""}`, lan.NotApplicable},
	} {
		s := served(t, nil, func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet || r.URL.Path != "/json/version" {
				t.Errorf("%s was asked %s %s", name, r.Method, r.URL)
			}
			w.WriteHeader(tt.status)
			_, _ = io.WriteString(w, tt.body)
		})
		inspectors[s.Port] = true // loopback's own number
		got, err := judged(t, "debug-port", &probes.Pass{Service: s})
		delete(inspectors, s.Port)
		if got != tt.want || err != nil {
			t.Errorf("%s: %v, %v; want %v", name, got, err, tt.want)
		}
	}
}
