package identify

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes/knowledge/pages"
	"github.com/homesweep/homesweep/probes/lan"
)

// answerOf is an answer with a length, after which the server stays.
func answerOf(status int, fields, body string) string {
	return fmt.Sprintf("HTTP/1.1 %d X\r\n%sContent-Length: %d\r\n\r\n%s", status, fields, len(body), body)
}

const (
	shellyFront = "<title>Shelly Switch</title>"
	shellyPage  = `{"type":"SHSW-1","mac":"C45BBE000001","auth":false,"fw":"20191217-140757/x@a0661583"}`
)

// asked are the request lines that the device got.
func (d *device) askedFor() (lines []string) {
	for line := range strings.Lines(string(d.wrote)) {
		if strings.Contains(line, " HTTP/1.1") {
			lines = append(lines, strings.TrimSuffix(strings.TrimSpace(line), " HTTP/1.1"))
		}
	}
	return lines
}

func TestIdentityPage(t *testing.T) {
	front, page := answerOf(200, "", shellyFront), answerOf(200, "", shellyPage)
	last := answerOf(200, "Connection: close\r\n", shellyFront)
	unbounded := "HTTP/1.0 200 OK\r\n\r\n" + shellyFront
	both := "GET / GET /shelly"
	tests := []struct {
		name        string
		scripts     []script
		connections int
		announced   lan.Heard
		want        string // what was asked
		dialled     int
		model       string
	}{
		{"kept", []script{replies(front, page)}, 1, nil, both, 1, "SHSW-1"},
		{"kept, two allowed", []script{replies(front, page)}, 2, nil, both, 1, "SHSW-1"},
		{"closed, two allowed", []script{replies(last), replies(page)}, 2, nil, both, 2, "SHSW-1"},
		{"closed, one allowed", []script{replies(last)}, 1, nil, "GET /", 1, ""},
		{"HTTP/1.0", []script{replies(unbounded), replies(page)}, 2, nil, both, 2, "SHSW-1"},
		{"hung up unsaid", []script{replies(front), replies(page)}, 2, nil, both, 1, ""},
		{"announced", []script{replies(answerOf(401, "WWW-Authenticate: Basic realm=\"x\"\r\n", ""), page)}, 1, lan.Heard{lan.MDNSTypes: "_shelly._tcp"}, both, 1, "SHSW-1"},
		{"nobody known", []script{replies(answerOf(200, "", "<title>Hello</title>"), page)}, 1, lan.Heard{lan.MDNSTypes: "_http._tcp"}, "GET /", 1, ""},
		{"refused", []script{replies(front, answerOf(401, "", shellyPage))}, 1, nil, both, 1, ""},
		{"moved", []script{replies(front, answerOf(302, "Location: http://192.168.1.99/shelly\r\n", shellyPage))}, 1, nil, both, 1, ""},
		{"another page", []script{replies(front, answerOf(200, "", "<html>hello</html>"))}, 1, nil, both, 1, ""},
		{"interim first", []script{replies("HTTP/1.1 103 Hints\r\n\r\n"+front, page)}, 1, nil, both, 1, "SHSW-1"},
		{"only interim", []script{replies(strings.Repeat("HTTP/1.1 100 Go on\r\n\r\n", 50), page)}, 1, nil, "GET /", 1, ""},
		{"more than it said", []script{replies(front+"garbage", page)}, 1, nil, both, 1, ""},
		{"wants TLS", []script{replies(answerOf(400, "", "<title>Shelly</title>The plain HTTP request was sent to HTTPS port")), inTLS("", replies(front, page))}, 2, nil, "GET /", 2, "SHSW-1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := &device{scripts: tt.scripts}
			svc, _, err := namedIn(t, d, at(80), tt.connections, tt.announced)
			if err != nil || !strings.HasPrefix(svc.Name, "http") {
				t.Fatalf("%+v, %v", svc, err)
			}
			if got := strings.Join(d.askedFor(), " "); got != tt.want {
				t.Errorf("asked %q, want %q", got, tt.want)
			}
			if len(d.dialled) != tt.dialled {
				t.Errorf("%d connections, want %d", len(d.dialled), tt.dialled)
			}
			if svc.Heard["shelly.model_code"] != tt.model || (svc.Heard[HTTPPage] == "shelly") != (tt.model != "") {
				t.Errorf("heard %v", svc.Heard)
			}
			for _, value := range svc.Heard {
				if strings.Contains(value, "C45BBE000001") {
					t.Errorf("kept the address: %v", svc.Heard)
				}
			}
		})
	}
}

// A page that never ends costs no more than the endpoint's turn, and the front
// page's words stay.
func TestIdentityPageHostile(t *testing.T) {
	endlessPage := func(c net.Conn) {
		replies(answerOf(200, "", shellyFront))(c)
		go io.Copy(io.Discard, c)
		endless("HTTP/1.1 200 OK\r\n\r\n" + strings.Repeat(`{"a":`, 1000))(c)
	}
	stalls := func(c net.Conn) {
		replies(answerOf(200, "", shellyFront), "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"+shellyPage)(c)
		mum(c)
	}
	for name, play := range map[string]script{"endless": endlessPage, "stalls": stalls} {
		svc, took, err := namedIn(t, &device{scripts: []script{play}}, at(80), 1, nil)
		if err != nil || svc.Heard[lan.HTTPTitle] != "Shelly Switch" || took > maxTurn+time.Second {
			t.Errorf("%s: %+v, %v after %v", name, svc, err, took)
		}
		if name == "stalls" && svc.Heard["shelly.model_code"] != "SHSW-1" {
			t.Errorf("what came in time is lost: %v", svc.Heard)
		}
	}
}

// TestOtherIdentityPages: pages that came with newer knowledge are asked for
// instead of the program's own.
func TestOtherIdentityPages(t *testing.T) {
	known, err := pages.Read([]byte(`[{"id":"acme","when":[{"http.title":"^Shelly"}],"path":"/about","accept":"json",
		"fields":{"/type":"acme.model"},"source":"https://acme.example.org/"}]`))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		known *pages.Set
		want  string
		page  string
	}{"newer": {known, "GET / GET /about", "acme"}, "own": {nil, "GET / GET /shelly", "shelly"}, "none": {&pages.Set{}, "GET /", ""}} {
		synctest.Test(t, func(t *testing.T) {
			d := &device{scripts: []script{replies(answerOf(200, "", shellyFront), answerOf(200, "", shellyPage))}}
			svc, err := With(c.known)(t.Context(), d, at(80), 1, nil)
			if err != nil || strings.Join(d.askedFor(), " ") != c.want || svc.Heard[HTTPPage] != c.page {
				t.Errorf("%s: asked %q, heard %v, %v", name, d.askedFor(), svc.Heard, err)
			}
			d.playing.Wait()
		})
	}
}
