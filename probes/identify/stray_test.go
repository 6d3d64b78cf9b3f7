package identify

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// answers gives that answer to one first word of any kind and hangs up, as who
// does not understand it; what it says to its own question is play.
func answers(stray string) script { return thenSays(says(stray)) }

// TestStrayPorts: services where nobody expects them, with both connections and
// with one.
func TestStrayPorts(t *testing.T) {
	getError := "-ERR wrong number of arguments for 'get' command\r\n"
	for _, tt := range []struct {
		name      string
		port      uint16
		play      script
		want, one string // one: with one connection
	}{
		{"web", 8581, replies(page), "http lighttpd 1.4.69", "http lighttpd 1.4.69"},
		{"ssh", 40022, sshd("SSH-2.0-OpenSSH_9.2p1\r\n", oldOffer), "ssh OpenSSH 9.2p1", "ssh OpenSSH 9.2p1"},
		{"ssh in the web's place", 8080, sshd("SSH-2.0-OpenSSH_9.2p1\r\n", oldOffer), "ssh OpenSSH 9.2p1", "ssh OpenSSH 9.2p1"},
		{"rtsp at a store's door", 5000, answers("RTSP/1.0 400 Bad Request\r\nServer: Hipcam/1.0\r\n\r\n"), "rtsp Hipcam 1.0", "rtsp Hipcam 1.0"},
		{"web in tls", 10443, inTLS(tlsAlert, replies(page)), "https lighttpd 1.4.69", "https lighttpd 1.4.69"},
		{"web in tls, an unlikely number", 4711, inTLS(tlsAlert, replies(page)), "https lighttpd 1.4.69", "unknown"},
		{"web in tls, by repute", 8843, inTLS(tlsAlert, replies(page)), "https lighttpd 1.4.69", "https lighttpd 1.4.69"},
		{"web in clear, by repute", 9444, webOnly, "http", "http"},
		{"mqtt beside its port", 1884, mqttBroker(5), "mqtt", "mqtt"},
		{"mqtt far from it", 21883, mqttBroker(5), "mqtt", "mqtt"},
		{"telnet", 2601, telnetd("\r\nlogin: "), "telnet", "telnet"},
		{"telnet in the web's place", 8081, telnetd("\r\nlogin: "), "telnet", "telnet"},
		{"redis", 7777, either(map[string]string{"GET ": getError, "PING": "+PONG\r\n", "INFO": "$24\r\n# S\r\nredis_version:7.2.4\r\n"}), "redis Redis 7.2.4", "redis"},
		{"redis with a password", 7777, either(map[string]string{"GET ": "-NOAUTH Authentication required.\r\n", "PING": "-NOAUTH Authentication required.\r\n"}), "redis", "redis"},
		{"memcached", 7777, either(map[string]string{"GET ": strings.Repeat("ERROR\r\n", 4), "vers": "VERSION 1.6.18\r\n"}), "memcache memcached 1.6.18", "unknown"},
		{"no memcached", 7777, either(map[string]string{"GET ": strings.Repeat("ERROR\r\n", 4), "vers": "ERROR\r\nERROR\r\n"}), "unknown", "unknown"},
		{"vnc", 5999, says("RFB 003.008\n"), "rfb 3.8", "rfb 3.8"},
		{"ftp", 8765, says("220 ProFTPD 1.3.5e Server\r\n"), "ftp ProFTPD 1.3.5e", "ftp ProFTPD 1.3.5e"},
		{"ftp that is full", 21, says("421 Too many users, sorry.\r\n"), "ftp", "ftp"},
		{"smtp", 2526, says("220 nas ESMTP Postfix\r\n"), "smtp Postfix", "smtp Postfix"},
		{"smtp that was not waited for", 2526, answers("554 SMTP synchronization error\r\n"), "smtp", "smtp"},
		{"amqp", 7777, answers("AMQP\x00\x00\x09\x01"), "amqp", "amqp"},
		{"a broker that hangs up", 7777, closesOn, "unknown", "unknown"},
		{"redis beside its port, in tls", 16380, inTLS("", replying(redis.ask, "+PONG\r\n", redisInfo.ask, "$24\r\n# S\r\nredis_version:7.2.4\r\n")), "redis Redis 7.2.4", "unknown"},
		{"memcached beside its port", 11212, replying(memcached.ask, "VERSION 1.6.18\r\n"), "memcache memcached 1.6.18", "memcache memcached 1.6.18"},
		{"postgresql above its port", 15432, replying(postgresql.ask, "N"), "postgresql", "postgresql"},
		{"a proxy above its port", 11080, replying(socks.ask, "\x05\x00"), "socks", "socks"},
		{"remote desktop above its port", 13389, remoteDesktop(credssp), "ms-wbt-server", "ms-wbt-server"},
		{"remote desktop far from it", 4242, answers("\x03\x00\x00\x09\x02\xf0\x80\x21\x80"), "ms-wbt-server", "ms-wbt-server"},
		{"imap in tls above its port", 1993, inTLS("", says("* OK Dovecot ready.\r\n")), "imaps Dovecot", "imaps Dovecot"},
		{"mqtt in tls above its port", 18883, inTLS("", mqttBroker(0)), "secure-mqtt", "secure-mqtt"},
		{"ssh in tls", 9022, inTLS("", says("SSH-2.0-OpenSSH_9.2p1\r\n")), "ssh OpenSSH 9.2p1", "unknown"},
		{"web that wants to be asked in tls", 4711, inTLS(inClear, replies(page)), "https lighttpd 1.4.69", "https nginx 1.22.1"},
		{"HTTP/2 alone", 7777, answers("\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80\x00\x00\x04\x08"), "http", "http"},
		{"chat", 6667, answers("ERROR :\"Oops, HTTP request received? This is IRC!\"\r\n"), "irc", "irc"},
		{"chat far from its port", 7777, answers(":irc.home 451 * :Connection not registered\r\n"), "irc", "irc"},
		{"everything is an error", 7777, either(map[string]string{"GET ": strings.Repeat("ERROR\r\n", 5)}), "unknown", "unknown"},
		{"web on a database's port", 27017, lineServer, "http lighttpd 1.4.69", "unknown"},
		{"web on ADB's port", 5555, lineServer, "http lighttpd 1.4.69", "unknown"},
		{"web on X11's port", 6000, lineServer, "http lighttpd 1.4.69", "unknown"},
		{"web on VNC's port", 5900, lineServer, "http lighttpd 1.4.69", "http lighttpd 1.4.69"},
		{"web on MySQL's port", 3306, lineServer, "http lighttpd 1.4.69", "http lighttpd 1.4.69"},
		{"web on Modbus's port", 502, lineServer, "unknown", "unknown"}, // what is there may pass every byte on
		{"web on a light's port", 5577, lineServer, "unknown", "unknown"},
		{"web on a telnet port", 9527, lineServer, "unknown", "unknown"},
		{"Cast", 8009, inTLS("", mum), "googlecast", "googlecast"},
	} {
		for connections, want := range map[int]string{1: tt.one, 2: tt.want} {
			d := &device{scripts: []script{tt.play}}
			svc, took, err := identifyIn(t, d, at(tt.port), connections)
			if err != nil || words(svc) != want || took > maxMet {
				t.Errorf("%s, %d connections: %q after %v, want %q, %v", tt.name, connections, words(svc), took, want, err)
			}
		}
	}
}

const inClear = "HTTP/1.1 400 Bad Request\r\nServer: nginx/1.22.1\r\n\r\n<title>400 The plain HTTP request was sent to HTTPS port</title>"

// lineServer waits for the end of a line, and is a web server when one comes
// that asks for a page.
func lineServer(c net.Conn) {
	if line := readRequest(bufio.NewReader(c)); strings.HasPrefix(line, "GET ") {
		io.WriteString(c, page)
	}
}

// either answers by the first four bytes of what it is asked.
func either(answers map[string]string) script {
	return func(c net.Conn) {
		buf := make([]byte, 4096)
		for {
			n, err := c.Read(buf)
			if err != nil || n < 4 {
				return
			}
			io.WriteString(c, answers[string(buf[:4])])
		}
	}
}

// TestWeirdWeb: servers take liberties.
func TestWeirdWeb(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	io.WriteString(w, "<title>Packed</title>"+strings.Repeat(" ", 1<<20))
	w.Close()
	for _, tt := range []struct {
		name, answer, want string
		heard              lan.Heard
	}{
		{"no status line", "<html><title>Nine</title></html>", "http", lan.Heard{lan.HTTPTitle: "Nine", lan.HTTPServer: ""}},
		{"a radio", "ICY 200 OK\r\nicy-name: Radio\r\nServer: SHOUTcast/2.6\r\n\r\n", "http SHOUTcast 2.6", lan.Heard{lan.HTTPStatus: "200"}},
		{"lower case", "http/1.1 200 ok\r\nserver: tiny/0.1\r\n\r\n<title>x</title>", "http tiny 0.1", lan.Heard{lan.HTTPTitle: "x"}},
		{"line feeds", "HTTP/1.0 200 OK\nServer: boa/0.94\n\n<title>y</title>", "http boa 0.94", lan.Heard{lan.HTTPTitle: "y"}},
		{"no server", "HTTP/1.1 404 Not Found\r\n\r\n", "http", lan.Heard{lan.HTTPStatus: "404"}},
		{"broken pieces", "HTTP/1.1 200 OK\r\nServer: a/1\r\nTransfer-Encoding: chunked\r\n\r\n13\r\n<title>cut</title>\r\nzz\r\n", "http a 1", lan.Heard{lan.HTTPTitle: "cut"}},
		{"several challenges", "HTTP/1.1 401 X\r\nWWW-Authenticate: NTLM\r\nWWW-Authenticate: Basic realm=\"DSL-2750B\"\r\n\r\n", "http", lan.Heard{lan.HTTPRealm: "DSL-2750B"}},
		{"packed unasked", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + packed.String(), "http", lan.Heard{lan.HTTPTitle: "Packed"}},
		{"says it is packed", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n<title>z</title>", "http", lan.Heard{lan.HTTPTitle: "z"}},
		{"refresh", "HTTP/1.1 200 OK\r\n\r\n<META HTTP-EQUIV=\"Refresh\" CONTENT=\"0; URL=/doc/page/login.asp\">", "http", lan.Heard{HTTPRefresh: "/doc/page/login.asp"}},
		{"redirect", "HTTP/1.1 302 Found\r\nLocation: /cgi-bin/luci\r\n\r\n", "http", lan.Heard{lan.HTTPGoto: "/cgi-bin/luci", HTTPRefresh: ""}},
	} {
		svc, _, err := identifyIn(t, &device{scripts: []script{replies(tt.answer)}}, at(80), 1)
		if err != nil || words(svc) != tt.want {
			t.Errorf("%s: %q, %v", tt.name, words(svc), err)
		}
		for field, want := range tt.heard {
			if svc.Heard[field] != want {
				t.Errorf("%s: %s is %q, want %q", tt.name, field, svc.Heard[field], want)
			}
		}
	}
}

func TestParseRefresh(t *testing.T) {
	for page, want := range map[string]string{
		`<meta http-equiv="refresh" content="0; url=/a?b=1&amp;c">`:      "/a?b=1&c",
		`<meta content='0;URL=/x.asp' http-equiv=refresh>`:               "/x.asp",
		`<meta http-equiv=refresh content='5;url="http://10.0.0.1/"'>`:   "http://10.0.0.1/",
		`<meta http-equiv="refresh" content="30">`:                       "",
		`<script>window.location = "/login.html";</script>`:              "/login.html",
		`<script>top.location.href='/cgi-bin/x'</script>`:                "/cgi-bin/x",
		`<script>location.replace("/start.htm")</script>`:                "/start.htm",
		`<script>location.href=home+"/x"</script>`:                       "",
		`<script>location.href="/x"</script>` + strings.Repeat(" ", 5e3): "",
		"http-equiv": "", "": "",
	} {
		if got := parseRefresh([]byte(page)); got != want {
			t.Errorf("%.60q: %q, want %q", page, got, want)
		}
	}
}

func FuzzParseRefresh(f *testing.F) {
	f.Add([]byte(`<meta http-equiv="refresh" content="0; url='/a'">`))
	f.Add([]byte(`location.href = "`))
	f.Fuzz(func(t *testing.T, page []byte) {
		if got := parseRefresh(page); len(got) > 2*len(page) {
			t.Errorf("%q", got)
		}
	})
}
