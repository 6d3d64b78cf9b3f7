package probetest

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
)

func TestHTTPRoutes(t *testing.T) {
	r, n := start(t, load(t, "philips-hue-bridge-v2"))
	tests := []struct {
		path   string
		status int
		want   string
	}{
		{"/", 200, "hue personal wireless lighting"},
		{"/api/config", 200, `"swversion":"1935074050"`},
		{"/description.xml", 200, "<URLBase>http://127.0.0.1:80/</URLBase>"},
		{"/description.xml?x=1", 200, "BSB002"},
		{"/nothing", 404, ""},
	}
	for _, tt := range tests {
		resp, body := get(t, n, 80, tt.path)
		if resp.StatusCode != tt.status || !strings.Contains(body, tt.want) {
			t.Errorf("GET %s = %s with %.60q, want %d and %q", tt.path, resp.Status, body, tt.status, tt.want)
		}
		if got := resp.Header.Get("Server"); got != "nginx" {
			t.Errorf("GET %s: Server %q", tt.path, got)
		}
	}
	c := r.Counters().Ports["tcp/80"]
	if c.Connections != len(tests) || c.BytesRead == 0 || c.Malformed != 0 || !slices.Contains(c.Asked, "GET /api/config") {
		t.Errorf("counters %+v", c)
	}
}

func TestHTTPInTLS(t *testing.T) {
	_, n := start(t, load(t, "avm-fritzbox-7590"))
	c, ep := client(n, 443, true)
	resp, err := c.Get(probes.URL(ep, "/jason_boxinfo.xml"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, _ := io.ReadAll(resp.Body); !strings.Contains(string(body), "154.08.02") {
		t.Errorf("body %q", body)
	}
	raw := tls.Client(dial(t, n, 443), &tls.Config{InsecureSkipVerify: true})
	if err := raw.Handshake(); err != nil {
		t.Fatal(err)
	}
	if got := raw.ConnectionState().PeerCertificates[0].Subject.CommonName; got != "fritz.box" {
		t.Errorf("common name %q", got)
	}
}

func TestTLSVersionAndLastDay(t *testing.T) {
	d := device(t, `{"port":80,"tls":{"cn":"old","version":"1.0","not_after":"2015-06-30"},"raw":{"greeting":"x"}}`, "")
	_, n := start(t, d)
	c := tls.Client(dial(t, n, 80), &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10})
	if err := c.Handshake(); err != nil {
		t.Fatal(err)
	}
	s := c.ConnectionState()
	if s.Version != tls.VersionTLS10 || s.PeerCertificates[0].NotAfter.Year() != 2015 {
		t.Errorf("version %x, not after %v", s.Version, s.PeerCertificates[0].NotAfter)
	}
}

func TestHTTPCountsMalformed(t *testing.T) {
	r, n := start(t, load(t, "belkin-wemo-switch"))
	c := dial(t, n, 49153)
	fmt.Fprint(c, "\x16\x03\x01 what\r\n\r\n")
	talk(t, c, "400 Bad Request\r\n")
	atEnd(t, c)
	if got := r.Counters().Malformed(); got != 1 {
		t.Errorf("malformed = %d, want 1", got)
	}
}

// answerDigest answers a challenge as RFC 7616 has it, on its own.
func answerDigest(challenge, method, uri, user, pass string) string {
	params := map[string]string{}
	for _, p := range strings.Split(strings.TrimPrefix(challenge, "Digest "), ", ") {
		k, v, _ := strings.Cut(p, "=")
		params[k] = strings.Trim(v, `"`)
	}
	ha1 := md5hex(user + ":" + params["realm"] + ":" + pass)
	ha2 := md5hex(method + ":" + uri)
	if params["qop"] == "" {
		return fmt.Sprintf(`Digest username="%s", realm="%s", nonce="%s", uri="%s", response="%s"`,
			user, params["realm"], params["nonce"], uri, md5hex(ha1+":"+params["nonce"]+":"+ha2))
	}
	return fmt.Sprintf(`Digest username="%s", realm="%s", nonce="%s", uri="%s", qop=auth, nc=00000001, cnonce="0a4f", response="%s"`,
		user, params["realm"], params["nonce"], uri, md5hex(ha1+":"+params["nonce"]+":00000001:0a4f:auth:"+ha2))
}

// The example of RFC 2617 section 3.5, whose MD5 case RFC 7616 kept.
func TestDigestResponse(t *testing.T) {
	d, ok := parseDigest(`username="Mufasa", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093",
		uri="/dir/index.html", qop=auth, nc=00000001, cnonce="0a4f113b", response="6629fae49393a05397450978507c4ef1", opaque="5ccc"`)
	if !ok || digestResponse(d, "GET", "Circle Of Life") != d["response"] {
		t.Errorf("ok %v, response %q", ok, digestResponse(d, "GET", "Circle Of Life"))
	}
}

func TestHTTPLogin(t *testing.T) {
	tests := []struct {
		name, device, path string
		port               uint16
		user, pass         string
		inside             string
	}{
		{"basic", "trendnet-tv-ip672wi", "/eng/liveView.cgi", 80, "admin", "admin", "LIVE VIDEO"},
		{"basic without password", "foscam-fi8910w", "/get_params.cgi", 80, "admin", "", "user1_name"},
		{"digest", "axis-211", "/view/index.shtml", 80, "root", "pass", "Live view"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, n := start(t, load(t, tt.device))
			resp, body := get(t, n, tt.port, tt.path)
			challenge := resp.Header.Get("WWW-Authenticate")
			if resp.StatusCode != http.StatusUnauthorized || challenge == "" || strings.Contains(body, tt.inside) {
				t.Fatalf("without a login: %s, %q", resp.Status, challenge)
			}
			answer := func(pass string) string {
				if strings.HasPrefix(challenge, "Digest") {
					return answerDigest(challenge, "GET", tt.path, tt.user, pass)
				}
				req := http.Request{Header: http.Header{}}
				req.SetBasicAuth(tt.user, pass)
				return req.Header.Get("Authorization")
			}
			if resp, _ := get(t, n, tt.port, tt.path, "Authorization", answer("no such")); resp.StatusCode != 401 {
				t.Errorf("wrong password: %s", resp.Status)
			}
			resp, body = get(t, n, tt.port, tt.path, "Authorization", answer(tt.pass))
			if resp.StatusCode != 200 || !strings.Contains(body, tt.inside) {
				t.Errorf("right password: %s, %.80q", resp.Status, body)
			}
			c := r.Counters()
			if c.WrongPasswords[tt.user] != 1 || c.Logins[tt.user] != 1 || c.Locked || c.Malformed() != 0 {
				t.Errorf("counters %+v", c)
			}
		})
	}
}

func TestDigestStaleNonceIsNoTry(t *testing.T) {
	r, n := start(t, load(t, "axis-211"))
	old := `Digest realm="AXIS_00408C211005", nonce="0123", qop="auth"`
	resp, _ := get(t, n, 80, "/view/index.shtml", "Authorization", answerDigest(old, "GET", "/view/index.shtml", "root", "pass"))
	if !strings.Contains(resp.Header.Get("WWW-Authenticate"), "stale=true") {
		t.Errorf("challenge %q", resp.Header.Get("WWW-Authenticate"))
	}
	if c := r.Counters(); c.WrongPasswordsInAll() != 0 {
		t.Errorf("counters %+v", c)
	}
}

// A right answer for one page does not open another (RFC 7616 section 3.4.6).
func TestDigestIsForOnePage(t *testing.T) {
	r, n := start(t, load(t, "axis-211"))
	resp, _ := get(t, n, 80, "/view/index.shtml")
	answer := answerDigest(resp.Header.Get("WWW-Authenticate"), "GET", "/view/index.shtml", "root", "pass")
	if resp, _ = get(t, n, 80, "/admin/index.shtml", "Authorization", answer); resp.StatusCode != 401 {
		t.Errorf("another page opens: %s", resp.Status)
	}
	if c := r.Counters(); c.WrongPasswords["root"] != 1 || len(c.Logins) != 0 {
		t.Errorf("counters %+v", c)
	}
}

func TestLockOut(t *testing.T) {
	r, n := start(t, load(t, "edimax-br-6208ac"))
	try := func(pass string) *http.Response {
		req := http.Request{Header: http.Header{}}
		req.SetBasicAuth("admin", pass)
		resp, _ := get(t, n, 80, "/", "Authorization", req.Header.Get("Authorization"))
		return resp
	}
	for i := range 2 {
		if got := try("1234").StatusCode; got != 401 {
			t.Fatalf("try %d: %d", i+1, got)
		}
	}
	if r.Counters().Locked {
		t.Error("locked after two wrong passwords")
	}
	if resp := try("1234"); resp.StatusCode != 429 || resp.Header.Get("Retry-After") == "" {
		t.Errorf("third wrong password: %s", resp.Status)
	}
	if got := try("Ohrwurm-Grat-22").StatusCode; got != 429 {
		t.Errorf("the right password after the lock: %d", got)
	}
	if c := r.Counters(); !c.Locked || c.WrongPasswords["admin"] != 4 {
		t.Errorf("counters %+v", c)
	}
}

func TestIPPEchoesRequestID(t *testing.T) {
	r, n := start(t, load(t, "brother-mfc-j5320dw"))
	c, ep := client(n, 631, false)
	ask := binary.BigEndian.AppendUint32([]byte{1, 1, 0, 0x0b}, 0xdecade)
	resp, err := c.Post(probes.URL(ep, "/ipp/print"), "application/ipp", bytes.NewReader(append(ask, 1, 3)))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || len(body) < ippHead || binary.BigEndian.Uint32(body[4:]) != 0xdecade {
		t.Fatalf("answer % x, %v", body, err)
	}
	if !bytes.Contains(body, []byte("printer-make-and-model\x00\x13Brother MFC-J5320DW")) {
		t.Errorf("no make and model in %q", body)
	}
	if _, err := c.Post(probes.URL(ep, "/ipp/print"), "application/ipp", strings.NewReader("hello, printer")); err != nil {
		t.Fatal(err)
	}
	if got := r.Counters().Ports["tcp/631"].Malformed; got != 1 {
		t.Errorf("malformed = %d, want 1", got)
	}
}

func FuzzParseDigest(f *testing.F) {
	f.Add(`username="u", realm="r", nonce="n", uri="/", response="x"`)
	f.Add(`username="a\"b",,=,"`)
	f.Fuzz(func(t *testing.T, field string) {
		if d, ok := parseDigest(field); ok {
			digestResponse(d, "GET", "p")
		}
	})
}
