package identify

import (
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// inside fails unless part's bytes are no more than max and, for text that was
// only cut out of it, lie within whole.
func inside(t *testing.T, part, whole string) {
	t.Helper()
	if !strings.Contains(whole, part) {
		t.Errorf("%q is not in %q", part, whole)
	}
}

func FuzzParseTitle(f *testing.F) {
	f.Add([]byte("<html><!-- x --><TITLE a=b>K&uuml;che</TITLE>"), "text/html")
	f.Add([]byte("<title>K\xfcche</title>"), "text/html; charset=iso-8859-1")
	f.Add([]byte("\xfe\xff\x00<\x00t\x00i\x00t\x00l\x00e\x00>\x00x"), "")
	f.Add([]byte("<script><title"), "")
	f.Fuzz(func(t *testing.T, page []byte, contentType string) {
		title := parseTitle(page, contentType)
		if len(title) > lan.MaxValue || title != lan.Printable(title, lan.MaxValue) {
			t.Errorf("title %q", title)
		}
	})
}

func FuzzParseProduct(f *testing.F) {
	for _, s := range []string{"lighttpd/1.4.69", "Linux UPnP/1.0 Sonos/57.3 (ZPS1)", "Linux, HTTP/1.1, DIR Ver 1.0", "Jetty(9.4)", "a b 1.0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		product, version := parseProduct(s)
		inside(t, product, s)
		inside(t, version, s)
		if version != "" && !startsVersion(version) {
			t.Errorf("version %q", version)
		}
	})
}

func FuzzParseHead(f *testing.F) {
	f.Add([]byte("RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Basic\r\n\r\n"))
	f.Add([]byte("RTSP/1.0 200 OK\n: \n:\n"))
	f.Fuzz(func(t *testing.T, said []byte) {
		h, ok := parseHead(said, "RTSP/")
		if ok != (h.status != "") || len(h.fields) > maxHeaders {
			t.Errorf("%v %v", h, ok)
		}
		svc := found(at(554), "rtsp")
		if ok {
			readRTSP(&svc, h)
			readWeb(&svc, h, said)
		}
	})
}

func FuzzParseSSH(f *testing.F) {
	f.Add([]byte("hello\r\nSSH-2.0-OpenSSH_9.2p1 Debian\r\n"))
	f.Add([]byte("SSH--_1"))
	f.Fuzz(func(t *testing.T, said []byte) {
		banner, product, version := parseSSH(said)
		inside(t, banner, string(said))
		inside(t, product, banner)
		inside(t, version, banner)
	})
}

func FuzzParseFTP(f *testing.F) {
	f.Add([]byte("220-FileZilla Server version 0.9.41 beta\r\n220 x\r\n"))
	f.Add([]byte("220 (vsFTPd 3.0.3)\r\n"))
	f.Fuzz(func(t *testing.T, said []byte) {
		banner, product, version := parseFTP(said)
		inside(t, product, banner)
		inside(t, version, banner)
		replyComplete(said)
	})
}

func FuzzParseSMTP(f *testing.F) {
	f.Add([]byte("220 nas ESMTP Exim 4.96 Sun\r\n"))
	f.Fuzz(func(t *testing.T, said []byte) {
		banner, product, version := parseSMTP(said)
		inside(t, product, banner)
		inside(t, version, banner)
	})
}

func FuzzParseRFB(f *testing.F) {
	f.Add([]byte("RFB 003.008\n"))
	f.Fuzz(func(t *testing.T, said []byte) {
		if version, ok := parseRFB(said); ok != (version != "") {
			t.Errorf("%q %v", version, ok)
		}
	})
}

func FuzzParseMySQL(f *testing.F) {
	f.Add([]byte("\x4a\x00\x00\x00\x0a5.5.5-10.11.6-MariaDB-0\x00rest"))
	f.Add([]byte("\x45\x00\x00\x00\xff\x6a\x04Host"))
	f.Fuzz(func(t *testing.T, said []byte) {
		if product, version, ok := parseMySQL(said); !ok && product+version != "" {
			t.Errorf("%q %q", product, version)
		}
	})
}

func FuzzParseConnack(f *testing.F) {
	f.Add([]byte{0x20, 2, 0, 5})
	f.Fuzz(func(t *testing.T, b []byte) {
		if code, ok := parseConnack(b); ok && code != b[3] || !ok && code != 0 {
			t.Errorf("%d %v", code, ok)
		}
	})
}

func FuzzParseIPP(f *testing.F) {
	f.Add(printerAnswer)
	f.Add(printerAnswer[:40])
	f.Fuzz(func(t *testing.T, b []byte) {
		attributes, _ := parseIPP(b)
		if len(attributes) > maxAttributes {
			t.Errorf("%d attributes", len(attributes))
		}
	})
}

func FuzzParseBER(f *testing.F) {
	f.Add(snmpGet(1))
	f.Add([]byte{4, 0x84, 0, 0, 0, 1, 'x'})
	f.Fuzz(func(t *testing.T, b []byte) {
		_, content, rest, ok := parseBER(b)
		if ok && len(content)+len(rest)+2 > len(b) {
			t.Errorf("%d bytes became %d and %d", len(b), len(content), len(rest))
		}
		berInt(content)
		oidText(content)
	})
}

func FuzzParseSNMP(f *testing.F) {
	binding := berEncode(berSequence, berEncode(berOID, []byte{0x2b, 6, 1}), berEncode(berOctets, []byte("x")))
	f.Add(response([]byte{42}, binding))
	f.Add(snmpGet(42))
	f.Fuzz(func(t *testing.T, b []byte) {
		if values, ok := parseSNMP(b, 42); !ok && values != nil || len(values) > 2*len(snmpAsked) {
			t.Errorf("%v %v", values, ok)
		}
	})
}

func FuzzParseSSDP(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nLOCATION: http://192.168.1.20:1/\r\n\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		server, location, ok := parseSSDP(b)
		if !ok && server+location != "" {
			t.Errorf("%q %q", server, location)
		}
		leadsTo(location, at(1).Addr)
		asksForTLS(at(1), b)
	})
}
