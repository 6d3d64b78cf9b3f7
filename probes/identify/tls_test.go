package identify

import (
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

func TestServiceInTLS(t *testing.T) {
	for _, tt := range []struct {
		name        string
		port        uint16
		connections int
		scripts     []script
		want        string
		tls         bool
		dials       int
	}{
		{"https", 443, 2, []script{inTLS("", replies(page))}, "https lighttpd 1.4.69", true, 1},
		{"mqtt in tls", 8883, 2, []script{inTLS("", mqttBroker(5))}, "secure-mqtt", true, 1},
		{"port that is only listened to", 10001, 2, []script{inTLS(tlsAlert, replies(page))}, "unknown", false, 1},
		{"alert on a web port", 8081, 2, []script{inTLS(tlsAlert, replies(page))}, "https lighttpd 1.4.69", true, 2},
		{"page that asks for https", 8081, 2, []script{inTLS("HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n", replies(page))},
			"https lighttpd 1.4.69", true, 2},
		{"redirect to itself in tls", 8081, 2, []script{inTLS("HTTP/1.1 301 Moved\r\nLocation: https://192.168.1.20:8081/\r\n\r\n", replies(page))},
			"https lighttpd 1.4.69", true, 2},
		{"hangs up on a plain question", 8081, 2, []script{inTLS("", replies(page))}, "https lighttpd 1.4.69", true, 2},
		{"alert and no connection left", 8081, 1, []script{inTLS(tlsAlert, replies(page))}, "unknown", true, 1},
		{"plain on a port known for tls", 8443, 2, []script{replies("HTTP/1.1 400 Bad Request\r\n\r\n"), replies(page)}, "http lighttpd 1.4.69", false, 2},
		{"ssh on a port known for tls", 443, 2, []script{says("SSH-2.0-dropbear_2022.83\r\n")}, "ssh dropbear 2022.83", false, 2},
		{"ssh on a port known for tls, one connection", 443, 1, []script{says("SSH-2.0-dropbear_2022.83\r\n")}, "ssh dropbear 2022.83", false, 1},
		{"plain on a port known for tls, one connection", 8443, 1, []script{webOnly}, "http", false, 1},
		{"neither tls nor a connection left", 443, 1, []script{closesOn}, "unknown", false, 1},
		{"silent to a handshake", 443, 2, []script{mum}, "unknown", false, 2},
		{"tls we cannot finish", 443, 2, []script{says("\x15\x03\x03\x00\x02\x02\x28")}, "unknown", true, 1},
		{"greeting in tls", 990, 2, []script{inTLS("", says("220 ProFTPD 1.3.5e Server (NAS)\r\n"))}, "ftps ProFTPD 1.3.5e", true, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := &device{scripts: tt.scripts}
			svc, took, err := identifyIn(t, d, at(tt.port), tt.connections)
			if err != nil {
				t.Fatal(err)
			}
			if got := words(svc); got != tt.want || svc.TLS != tt.tls {
				t.Errorf("got %q TLS %v, want %q TLS %v", got, svc.TLS, tt.want, tt.tls)
			}
			if len(d.dialled) != tt.dials {
				t.Errorf("%d connections, want %d", len(d.dialled), tt.dials)
			}
			if named := tt.tls && svc.Name != lan.Unknown; named && svc.Heard[lan.TLSSubject] != "CN=router.home, O=Example Networks" {
				t.Errorf("heard %v", svc.Heard)
			}
			if took > maxTurn+time.Second { // close_notify may wait for a deaf peer
				t.Errorf("took %v", took)
			}
		})
	}
}

// TestServiceTLSFacts pins every fact of a handshake.
func TestServiceTLSFacts(t *testing.T) {
	d := &device{scripts: []script{inTLS("", replies(page))}}
	svc, _, err := identifyIn(t, d, at(443), 2)
	if err != nil {
		t.Fatal(err)
	}
	for field, want := range map[string]string{
		lan.TLSVersion: "1.3", lan.TLSSubject: "CN=router.home, O=Example Networks",
		lan.TLSIssuer: "CN=router.home, O=Example Networks", lan.TLSNotAfter: "2030-01-02T03:04:05Z",
	} {
		if svc.Heard[field] != want {
			t.Errorf("%s is %q, want %q", field, svc.Heard[field], want)
		}
	}
	if n := len(svc.Heard[lan.TLSFingerprint]); n != 64 {
		t.Errorf("fingerprint has %d digits", n)
	}
}

func TestAsksForTLS(t *testing.T) {
	for said, want := range map[string]bool{
		tlsAlert:                true,
		"\x15\x03\x03\x00\x02":  true,
		"\x15\x06\x00\x00\x02":  false,
		"\x16\x03\x01\x00\x02":  false,
		"HTTP/1.1 200 OK\r\n\r": false,
		"HTTP/1.1 400 Bad\r\n\r\n<center>The plain HTTP request was sent to HTTPS port</center>":          true,
		"HTTP/1.1 400 Bad\r\n\r\nReason: You're speaking plain HTTP to an SSL-enabled server port.<br />": true,
		"HTTP/1.1 301 M\r\nLocation: https://192.168.1.20:8080/\r\n\r\n":                                  true,
		"HTTP/1.1 301 M\r\nLocation: https://192.168.1.20/\r\n\r\n":                                       false,
		"HTTP/1.1 301 M\r\nLocation: https://192.168.1.21:8080/\r\n\r\n":                                  false,
		"HTTP/1.1 301 M\r\nLocation: http://192.168.1.20:8080/\r\n\r\n":                                   false,
	} {
		if got := asksForTLS(at(8080), []byte(said)); got != want {
			t.Errorf("%q: %v", said, got)
		}
	}
}
