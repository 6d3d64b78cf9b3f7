package identify

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// Answers that several devices give.
const (
	page      = "HTTP/1.1 200 OK\r\nServer: lighttpd/1.4.69\r\nContent-Type: text/html\r\n\r\n<title>Router</title>"
	loginPage = "HTTP/1.0 401 Unauthorized\r\nServer: Router Webserver\r\nWWW-Authenticate: Negotiate\r\n" +
		"WWW-Authenticate: Digest realm=\"IPCAM 12\", nonce=\"x\"\r\nSet-Cookie: SID=1; path=/\r\nLocation: http://10.9.9.9/\r\n\r\n"
	rtsp401     = "RTSP/1.0 401 Unauthorized\r\nCSeq: 9\r\nWWW-Authenticate: Digest realm=\"IP Camera(C1)\", nonce=\"1\"\r\n\r\n"
	rtspOptions = "RTSP/1.0 200 OK\r\nCSeq: 1\r\nServer: Hipcam RealServer/V1.0\r\nPublic: OPTIONS, DESCRIBE\r\n\r\n"
)

var serviceCases = []struct {
	name        string
	port        uint16
	scripts     []script
	connections int // 2 unless said
	want        string
	dials       int
	heard       lan.Heard
}{
	{name: "web", port: 80, scripts: []script{replies(page)}, want: "http lighttpd 1.4.69", dials: 1,
		heard: lan.Heard{lan.HTTPStatus: "200", lan.HTTPServer: "lighttpd/1.4.69", lan.HTTPTitle: "Router", lan.HTTPType: "text/html"}},
	{name: "web login, redirect not followed", port: 8080, scripts: []script{replies(loginPage)}, want: "http Router Webserver", dials: 1,
		heard: lan.Heard{lan.HTTPStatus: "401", lan.HTTPServer: "Router Webserver", lan.HTTPAuth: "digest",
			lan.HTTPRealm: "IPCAM 12", lan.HTTPCookie: "SID", lan.HTTPGoto: "http://10.9.9.9/"}},
	{name: "web on an unhinted port", port: 23456, scripts: []script{replies(page)}, want: "http lighttpd 1.4.69", dials: 1},
	{name: "header that net/http refuses", port: 80, want: "http mini_httpd 1.19", dials: 1,
		scripts: []script{replies("HTTP/1.1 200 OK\r\nno colon here\r\nServer: mini_httpd/1.19 19dec2003\r\n\r\n<title>Cam</title>")},
		heard:   lan.Heard{lan.HTTPStatus: "200", lan.HTTPServer: "mini_httpd/1.19 19dec2003", lan.HTTPTitle: "Cam"}},
	{name: "page without a head", port: 80, scripts: []script{replies("<HTML><title>Old</title>")}, want: "http", dials: 1,
		heard: lan.Heard{lan.HTTPTitle: "Old"}},
	{name: "web hangs up", port: 80, scripts: []script{closesOn}, want: "unknown", dials: 2},

	{name: "ssh", port: 22, scripts: []script{says("SSH-2.0-dropbear_2022.83\r\n")}, want: "ssh dropbear 2022.83", dials: 1,
		heard: lan.Heard{lan.SSHBanner: "SSH-2.0-dropbear_2022.83"}},
	{name: "ssh on a web port", port: 80, scripts: []script{says("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")}, want: "ssh OpenSSH 9.2p1", dials: 1},
	{name: "ssh greets late", port: 80, scripts: []script{after(time.Second, says("SSH-2.0-dropbear\r\n"))}, want: "ssh dropbear", dials: 2},
	{name: "ssh greets late, one connection", port: 80, connections: 1, scripts: []script{after(time.Second, says("SSH-2.0-dropbear\r\n"))},
		want: "ssh dropbear", dials: 1},
	{name: "ftp", port: 2121, scripts: []script{says("220-Welcome\r\n220 (vsFTPd 3.0.3)\r\n")}, want: "ftp vsFTPd 3.0.3", dials: 1,
		heard: lan.Heard{lan.FTPBanner: "Welcome (vsFTPd 3.0.3)"}},
	{name: "smtp", port: 2525, scripts: []script{says("220 nas.home ESMTP Exim 4.96 Sun\r\n")}, want: "smtp Exim 4.96", dials: 1},
	{name: "vnc", port: 5900, scripts: []script{says("RFB 003.008\n")}, want: "rfb 3.8", dials: 1},
	{name: "mariadb", port: 3306, scripts: []script{says("\x4a\x00\x00\x00\x0a5.5.5-10.11.6-MariaDB-0+deb12u1\x00" + strings.Repeat("x", 60))},
		want: "mysql MariaDB 10.11.6", dials: 1},

	{name: "rtsp", port: 554, scripts: []script{replies(rtspOptions, rtsp401)}, want: "rtsp Hipcam RealServer V1.0", dials: 1,
		heard: lan.Heard{lan.RTSPServer: "Hipcam RealServer/V1.0", rtspPublic: "OPTIONS, DESCRIBE", lan.RTSPAuth: "digest",
			lan.RTSPRealm: "IP Camera(C1)", lan.RTSPDescribe: "401"}},
	{name: "rtsp with a body to its first answer", port: 8554, want: "rtsp", dials: 1,
		scripts: []script{replies("RTSP/1.0 200 OK\r\nContent-Length: 9\r\n\r\nRTSP/1.0 ", "RTSP/1.0 404 Not Found\r\n\r\n")},
		heard:   lan.Heard{lan.RTSPDescribe: "404"}},
	{name: "rtsp shows its picture", port: 554, want: "rtsp Hipcam RealServer V1.0", dials: 1, scripts: []script{replies(rtspOptions,
		"RTSP/1.0 200 OK\r\nContent-length: 54\r\n\r\nv=0\r\nm=video 0 RTP/AVP 96\r\nm=audio 0 RTP/AVP 8\r\nm=none")},
		heard: lan.Heard{lan.RTSPServer: "Hipcam RealServer/V1.0", rtspPublic: "OPTIONS, DESCRIBE", lan.RTSPDescribe: "200", RTSPMedia: "video audio"}},
	{name: "rtsp hangs up after each answer", port: 554, scripts: []script{replies(rtspOptions), replies(rtsp401)},
		want: "rtsp Hipcam RealServer V1.0", dials: 2, heard: lan.Heard{lan.RTSPServer: "Hipcam RealServer/V1.0",
			rtspPublic: "OPTIONS, DESCRIBE", lan.RTSPAuth: "digest", lan.RTSPRealm: "IP Camera(C1)", lan.RTSPDescribe: "401"}},
	{name: "rtsp answers a web question", port: 7777, scripts: []script{replies("RTSP/1.0 400 Bad Request\r\n\r\n"), replies(rtspOptions, rtsp401)},
		want: "rtsp Hipcam RealServer V1.0", dials: 2},
	{name: "rtsp answers a web question, one connection", port: 7777, connections: 1,
		scripts: []script{replies("RTSP/1.0 400 Bad Request\r\nServer: GStreamer RTSP server\r\n\r\n")},
		want:    "rtsp GStreamer RTSP server", dials: 1, heard: lan.Heard{lan.RTSPServer: "GStreamer RTSP server"}},
	{name: "web on an rtsp port", port: 8554, scripts: []script{replies("HTTP/1.1 400 Bad Request\r\n\r\n"), replies(page)},
		want: "http lighttpd 1.4.69", dials: 2},
	{name: "web on mqtt's port", port: 1883, scripts: []script{webOnly, replies(page)}, want: "http lighttpd 1.4.69", dials: 2},
	{name: "silent rtsp port", port: 554, scripts: []script{mum}, want: "unknown", dials: 1},

	{name: "mqtt", port: 1883, scripts: []script{mqttBroker(0)}, want: "mqtt", dials: 1, heard: lan.Heard{lan.MQTTConnack: "0"}},
	{name: "mqtt with logins", port: 1883, scripts: []script{mqttBroker(5)}, want: "mqtt", dials: 1, heard: lan.Heard{lan.MQTTConnack: "5"}},
	{name: "remote desktop", port: 3389, scripts: []script{remoteDesktop(credssp)}, want: "ms-wbt-server", dials: 1, heard: lan.Heard{RDPProtocol: "credssp"}},

	{name: "telnet", port: 23, scripts: []script{telnetd("\r\nBCM96318 Broadband Router\r\nLogin: ")}, want: "telnet", dials: 1,
		heard: lan.Heard{lan.TelnetBanner: "BCM96318 Broadband Router Login:", lan.TelnetPrompt: "login"}},
	{name: "telnet shell on an odd port", port: 4719, scripts: []script{telnetd("\r\nBusyBox v1.21.1 (2015) built-in shell (ash)\r\n\r\n/ # ")},
		want: "telnet BusyBox 1.21.1", dials: 1, heard: lan.Heard{
			lan.TelnetBanner: "BusyBox v1.21.1 (2015) built-in shell (ash) / #", lan.TelnetPrompt: "shell"}},
	{name: "telnet without options", port: 7000, scripts: []script{says("Welcome\r\nPassword: ")}, want: "telnet", dials: 1,
		heard: lan.Heard{lan.TelnetBanner: "Welcome Password:", lan.TelnetPrompt: "password"}},
	{name: "silent telnet port gets no word", port: 23, scripts: []script{mum}, want: "unknown", dials: 1},
	{name: "binary port gets no word", port: 514, scripts: []script{mum}, want: "unknown", dials: 1},
}

func TestService(t *testing.T) {
	for _, tt := range serviceCases {
		t.Run(tt.name, func(t *testing.T) {
			d := &device{scripts: tt.scripts}
			if tt.connections == 0 {
				tt.connections = 2
			}
			svc, took, err := identifyIn(t, d, at(tt.port), tt.connections)
			if err != nil {
				t.Fatal(err)
			}
			if got := words(svc); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if len(d.dialled) != tt.dials {
				t.Errorf("%d connections, want %d", len(d.dialled), tt.dials)
			}
			if tt.heard != nil && !maps.Equal(svc.Heard, tt.heard) {
				t.Errorf("heard %v, want %v", svc.Heard, tt.heard)
			}
			if svc.Address != at(0).Addr || svc.Transport != lan.TCP || svc.Port != tt.port || svc.TLS {
				t.Errorf("service is at %v", svc.Endpoint())
			}
			if took > maxTurn {
				t.Errorf("took %v", took)
			}
			if strings.Contains(tt.name, "no word") && len(d.wrote) > 0 {
				t.Errorf("wrote %q", d.wrote)
			}
		})
	}
}

func TestServiceNeverTouches(t *testing.T) {
	ports := []uint16{515, 37777, 34567, 9530, 32764, 3232, 6053, 8266}
	for p := uint16(9100); p <= 9116; p++ {
		ports = append(ports, p)
	}
	for _, port := range ports {
		d := &device{scripts: []script{mum}}
		svc, _, err := identifyIn(t, d, at(port), 2)
		if err != nil || len(d.dialled) != 0 {
			t.Errorf("port %d: %d connections, error %v", port, len(d.dialled), err)
		}
		want := NameOf(lan.TCP, port)
		if want == "" {
			want = lan.Unknown
		}
		if svc.Name != want {
			t.Errorf("port %d is %q, want %q", port, svc.Name, want)
		}
	}
	if got := NameOf(lan.TCP, 9100); got != "pdl-datastream" {
		t.Errorf("9100 is %q", got)
	}
}

// TestServiceMute: whatever such a port says, it hears nothing from us.
func TestServiceMute(t *testing.T) {
	for _, port := range []uint16{7547, 9999} {
		for _, words := range []string{"", "220 FTP ready\r\n", "\xff\xfd\x18\xff\xfd\x20", tlsAlert,
			"HTTP/1.1 400 Bad Request\r\n\r\nThe plain HTTP request was sent to HTTPS port"} {
			d := &device{scripts: []script{says(words)}}
			if _, _, err := identifyIn(t, d, at(port), 2); err != nil {
				t.Error(err)
			}
			if len(d.wrote) > 0 {
				t.Errorf("port %d said %q and heard %q", port, words, d.wrote)
			}
			wrapped := at(port)
			wrapped.TLS = true // as a device may announce it
			d = &device{scripts: []script{says(words)}}
			if _, _, err := identifyIn(t, d, wrapped, 2); err != nil || len(d.wrote) > 0 {
				t.Errorf("port %d announced in tls heard %q, error %v", port, d.wrote, err)
			}
		}
	}
}

func TestServiceNotOpen(t *testing.T) {
	refused := &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	for _, tt := range []struct {
		port        uint16
		connections int
		refuse      error
		want        error
	}{
		{80, 2, refused, syscall.ECONNREFUSED},
		{443, 2, fmt.Errorf("tls: %w", refused), syscall.ECONNREFUSED},
		{443, 2, syscall.ECONNREFUSED, syscall.ECONNREFUSED},
		{443, 2, &net.OpError{Op: "dial", Net: "tcp", Err: os.ErrDeadlineExceeded}, os.ErrDeadlineExceeded},
		{443, 2, probes.ErrScope, probes.ErrScope},
		{22, 0, nil, probes.ErrBudget},
	} {
		d := &device{scripts: []script{mum}, refuse: tt.refuse}
		_, _, err := identifyIn(t, d, at(tt.port), tt.connections)
		if !errors.Is(err, tt.want) {
			t.Errorf("port %d: error %v, want %v", tt.port, err, tt.want)
		}
		if len(d.dialled) > 1 {
			t.Errorf("port %d: %d dials", tt.port, len(d.dialled))
		}
	}
}

// webOnly takes any first words for a bad request.
func webOnly(c net.Conn) {
	c.Read(make([]byte, 512))
	io.WriteString(c, "HTTP/1.0 400 Bad Request\r\n\r\n")
}

// words is what a service was called, in one line.
func words(s lan.Service) string {
	return strings.Join(strings.Fields(s.Name+" "+s.Product+" "+s.Version), " ")
}
