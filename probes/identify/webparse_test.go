package identify

import (
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/challenge"
	"github.com/homesweep/homesweep/probes/lan"
)

func TestParseTitle(t *testing.T) {
	for _, tt := range []struct{ page, contentType, want string }{
		{"<html><head><TITLE>FRITZ!Box</TITLE>", "", "FRITZ!Box"},
		{"<title lang=en>\r\n\t NAS \n login </title>", "", "NAS login"},
		{"<title>K&uuml;che &amp; Bad &#8211; &#x41;</title>", "", "Küche & Bad – A"},
		{"<!-- <title>no</title> --><title>yes</title>", "", "yes"},
		{"<script>var t='<title>no</title>'</script><title>yes</title>", "", "yes"},
		{"<style>title{}</style><titles>no</titles><title>yes</title>", "", "yes"},
		{"<title><script>alert(1)</script></title>", "", "<script>alert(1)</script>"},
		{"<title>cut sho", "", "cut sho"},
		{"<title", "", ""},
		{"<title>K\xfcche</title>", "text/html; charset=ISO-8859-1", "Küche"},
		{"<meta charset=windows-1252><title>K\xfcche</title>", "", "Küche"},
		{"<title>\xc4\xe3\xba\xc3</title>", "text/html; charset=gb2312", "·"},
		{"<title>DS-7608 \xcf\xf1\xbb\xfa NVR</title>", "", "DS-7608 · NVR"},
		{"\xff\xfe<\x00t\x00i\x00t\x00l\x00e\x00>\x00H\x00i\x00", "", "Hi"},
		{"<title>\u202egnp.exe\x00</title>", "", "gnp.exe"},
		{strings.Repeat("<!--", 30000) + "<title>no</title>", "", ""},
		{"no markup at all", "", ""},
	} {
		if got := parseTitle([]byte(tt.page), tt.contentType); got != tt.want {
			t.Errorf("%.40q: %q, want %q", tt.page, got, tt.want)
		}
	}
}

func TestLoginAsked(t *testing.T) {
	basic, digest, ntlm := `Basic realm="b"`, `Digest realm="d"`, "NTLM"
	for _, tt := range []struct {
		values []string
		want   challenge.Challenge
	}{
		{[]string{ntlm, digest, basic}, challenge.Challenge{Scheme: "digest", Realm: "d"}},
		{[]string{ntlm, basic, digest}, challenge.Challenge{Scheme: "basic", Realm: "b"}},
		{[]string{ntlm}, challenge.Challenge{Scheme: "ntlm"}},
		{nil, challenge.Challenge{}},
	} {
		if got, ok := loginAsked(tt.values); got != tt.want || ok != (tt.values != nil) {
			t.Errorf("first that we can answer of %v is %v", tt.values, got)
		}
	}
}

func TestParseProduct(t *testing.T) {
	for server, want := range map[string]string{
		"lighttpd/1.4.69":                        "lighttpd|1.4.69",
		"Apache/2.4.57 (Debian)":                 "Apache|2.4.57",
		"Apache":                                 "Apache|",
		"nginx":                                  "nginx|",
		"GoAhead-Webs":                           "GoAhead-Webs|",
		"mini_httpd/1.19 19dec2003":              "mini_httpd|1.19",
		"RomPager/4.07 UPnP/1.0":                 "RomPager|4.07",
		"Linux/3.10 UPnP/1.0 MiniUPnPd/2.1":      "MiniUPnPd|2.1",
		"Linux UPnP/1.0 Sonos/57.3-77280 (ZPS1)": "Sonos|57.3-77280",
		"Hipcam RealServer/V1.0":                 "Hipcam RealServer|V1.0",
		"H264DVR 1.0":                            "H264DVR|1.0",
		"Virata-EmWeb/R6_2_1":                    "Virata-EmWeb|R6_2_1",
		"Jetty(9.4.48.v2022)":                    "Jetty|9.4.48.v2022",
		"HP HTTP Server; HP OfficeJet Pro 8600 - CM750A": "HP HTTP Server|",
		"Linux, HTTP/1.1, DIR-850L Ver 1.01":             "DIR-850L|1.01",
		"CUPS/2.4 IPP/2.1":                               "CUPS|2.4",
		"Microsoft-HTTPAPI/2.0":                          "Microsoft-HTTPAPI|2.0",
		"Mini web server 1.0 ZTE corp 2005.":             "Mini web server|1.0",
		"Boa/0.94.14rc21":                                "Boa|0.94.14rc21",
		"":                                               "|",
		"/1.0":                                           "|1.0",
	} {
		product, version := parseProduct(server)
		if got := product + "|" + version; got != want {
			t.Errorf("%q: %q, want %q", server, got, want)
		}
	}
}

func TestParseHead(t *testing.T) {
	h, ok := parseHead([]byte("RTSP/1.0 200 OK\nCSeq : 7\nnot a field\nserver:  x \r\n\r\nBody: y"), "RTSP/")
	if !ok || h.status != "200" || h.get("Server") != "x" || h.get("CSeq") != "7" || h.get("Body") != "" {
		t.Errorf("%v %v", h, ok)
	}
	for _, bad := range []string{"", "RTSP/1.0", "HTTP/1.1 200 OK", "RTSP/1.0 2000 x", "RTSP/1.0 abc", "RTSP/1.0 -12 x"} {
		if _, ok := parseHead([]byte(bad), "RTSP/"); ok {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestWebRequestHost(t *testing.T) {
	for _, tt := range []struct {
		ep   string
		tls  bool
		want string
	}{
		{"192.168.1.2:80", false, "192.168.1.2"},
		{"192.168.1.2:443", true, "192.168.1.2"},
		{"192.168.1.2:80", true, "192.168.1.2:80"},
		{"192.168.1.2:8080", false, "192.168.1.2:8080"},
		{"[fe80::1%br-lan]:80", false, "[fe80::1]"},
		{"[fe80::1%br-lan]:8080", false, "[fe80::1]:8080"},
	} {
		req, err := webRequest(t.Context(), parseEndpoint(tt.ep, tt.tls), "GET", "/", nil)
		if err != nil {
			t.Errorf("%s: %v", tt.ep, err)
			continue
		}
		host := req.Host
		if host == "" {
			host = req.URL.Host
		}
		if host != tt.want || req.URL.Path != "/" {
			t.Errorf("%s: Host %q, want %q", tt.ep, host, tt.want)
		}
	}
}

// TestHeardBounds: a page that is all words still gives few and short ones.
func TestHeardBounds(t *testing.T) {
	svc := found(at(80), "http")
	var b strings.Builder
	b.WriteString("HTTP/1.1 200 OK\r\nServer: " + strings.Repeat("a", 9000) + "\r\n")
	for range 60 {
		b.WriteString("Set-Cookie: " + strings.Repeat("c", 200) + "=1\r\n")
	}
	h, _ := parseHead([]byte(b.String()), "HTTP/")
	readWeb(&svc, h, []byte("<title>"+strings.Repeat("t", 5000)))
	for k, v := range svc.Heard {
		if len(v) > lan.MaxRaw {
			t.Errorf("%s has %d bytes", k, len(v))
		}
	}
}
