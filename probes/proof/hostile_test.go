package proof

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http"
	"net/textproto"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
)

// TestHostileDevices meets every family with what is no device of it, or plays
// one. Nothing of that is a login, and what looks like a lock is one.
func TestHostileDevices(t *testing.T) {
	say := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status); fmt.Fprint(w, body) }
	}
	long := strings.Repeat("A", 1<<20)
	for name, h := range map[string]http.HandlerFunc{
		"nothing":      say(200, ""),
		"login page":   say(200, `<html><form action="/login"><input name="user"><input type="password" name="p"></form></html>`),
		"not found":    say(404, "credentials"),
		"broken":       say(500, "<result>0</result>"),
		"yes to all":   say(200, `{"result":true,"success":true,"code":0,"status":"ok","response":"success"}`),
		"XML yes":      say(200, `<a><result>OK</result><response>OK</response><statusValue>200</statusValue></a>`),
		"huge":         say(200, long),
		"huge JSON":    say(200, `{"params":{"realm":"`+long+`"`),
		"deep JSON":    say(200, strings.Repeat("[", 60000)),
		"deep XML":     say(200, strings.Repeat("<a>", 20000)),
		"entities":     say(200, `<!DOCTYPE a [<!ENTITY b "bbbb">]><a><model>&b;</model></a>`),
		"wrong types":  say(200, `{"result":[],"params":[1,2],"error":"no","session":{"a":1},"reply":7,"0":null}`),
		"garbage":      say(200, "\x00\xff\xfe\x80<<<{{{]]]"),
		"captcha":      say(200, `<html>Please type the captcha</html>`),
		"no challenge": say(401, ""),
		"odd challenge": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("WWW-Authenticate", "NTLM")
			w.WriteHeader(401)
		},
		"to the login": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/login.html")
			w.WriteHeader(302)
		},
		"elsewhere": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "http://192.0.2.1/")
			w.WriteHeader(302)
		},
		"hangs up": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"cookies": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Set-Cookie", "asus_token=1; SID=2")
			w.WriteHeader(200)
		},
		"locked":         say(423, ""),
		"too many":       say(429, `{"result":true}`),
		"repeats itself": func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.URL, bodyOf(r), r.Header) },
	} {
		for _, b := range breeds {
			t.Run(b.auth+"/"+name, func(t *testing.T) {
				door := at(t, b.auth, h)
				state, words, err := door.Look(patient(t))
				if state == Open {
					t.Errorf("looks open: %q, %v", words, err)
				}
				got, words, err := door.Try(patient(t), Login{"admin", "s3cr3t-pass&1"})
				if got == probes.Accepted {
					t.Errorf("accepted: %q, %v", words, err)
				}
				if (name == "locked" || name == "too many") && got != probes.Locked {
					t.Errorf("%v, %q, %v", got, words, err)
				}
				clean(t, fmt.Sprint(words, err), "s3cr3t-pass&1")
				clean(t, fmt.Sprint(words, err), "s3cr3t-pass%261")
			})
		}
	}
}

// TestNoSessionLeft meets a switch that has no session left, which is no word on
// the password.
func TestNoSessionLeft(t *testing.T) {
	const form = `<input type="hidden" id="rand" value="1735414426">`
	for more, want := range map[string]probes.Outcome{
		"": probes.Rejected, "Session expired.": probes.Rejected, "The maximum number of sessions has been reached.": probes.Unclear,
	} {
		door := at(t, "netgear-plus", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, form+more) })
		if got, words, err := door.Try(patient(t), Login{"", "password"}); got != want || err != nil {
			t.Errorf("%q: %v, %q, %v", more, got, words, err)
		}
	}
}

func FuzzDocuments(f *testing.F) {
	f.Add([]byte(`{"params":{"realm":"x","n":[1,{"a":true}]}}`), "params/n/1/a")
	f.Add([]byte(`<a><b>text</b><b/><c><![CDATA[1]]></c></a>`), "a/b")
	f.Add([]byte(`<a xmlns:x="y"><x:b>&amp;</x:b></a></a></c>`), "b")
	f.Add([]byte(hikvisionInfo), "model")
	f.Add([]byte(strings.Repeat("<a>", 99)+strings.Repeat("</a>", 99)), "")
	f.Fuzz(func(t *testing.T, body []byte, path string) {
		if text := readJSON(body).text(path); len(text) > 6*len(body) { // a byte that is no UTF-8 becomes three
			t.Errorf("%d bytes of %d", len(text), len(body))
		}
		all := readXML(body)
		if len(all) > maxElements {
			t.Errorf("%d elements", len(all))
		}
		for _, one := range all {
			if strings.Count(one.path, "/") > maxDepth || len(one.text) > maxText {
				t.Errorf("%q", one)
			}
		}
		all.text(path)
		if got := asXML(path); strings.ContainsAny(got, "<>") {
			t.Errorf("%q", got)
		}
		_, _ = onvifClock(all)
		_, _ = hikvisionHash(all, Login{"a", "b"})
	})
}

func FuzzPages(f *testing.F) {
	f.Add([]byte(`var httpAutErrorArray = new Array(3, 1);`))
	f.Add([]byte(`location.href = "http://192.168.0.1/HQKATSSCQLVJQNVB/userRpm/Index.htm"`))
	f.Add([]byte(`<input type=hidden id="rand" value='17354'>`))
	f.Add([]byte(`{"error_status":"3","error_num":"1"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, safe := range []string{tplinkPrefix(body), netgearRand(body)} {
			if safe != "" && !plain(safe) {
				t.Errorf("%q", safe)
			}
		}
		_, _, _ = tplinkState(body)
		if n, _ := numberAfter(body, "error_num"); n < 0 || n > 999999999 {
			t.Errorf("%d", n)
		}
	})
}

func FuzzTalks(f *testing.F) {
	f.Add([]byte("RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Digest realm=\"a\", nonce=\"b\"\r\nContent-Length: 3\r\n\r\nabcRTSP/1.0 200 OK\r\n\r\n"))
	f.Add([]byte("\x05!trap\x03=a=\x00\x05!done\x00"))
	f.Add([]byte("\x06!fatal\x0dnot logged in\x00"))
	f.Add([]byte("\xff\x01\x00\x00\x0a\x00\x00\x00\x00\x00\x00\x00\x00\x00\xe9\x03\x0b\x00\x00\x00{\"Ret\":100}"))
	f.Fuzz(func(t *testing.T, said []byte) {
		in := textproto.NewReader(bufio.NewReader(bytes.NewReader(said)))
		if r, err := readRTSP(in); err == nil && (len(r.code) != 3 || r.line != "status "+r.code) {
			t.Errorf("%q", r)
		}
		all, _ := replies(bufio.NewReader(bytes.NewReader(said)))
		if len(all) > maxSentences*maxWords {
			t.Errorf("%d words", len(all))
		}
		if _, body, err := readDVRIP(bytes.NewReader(said)); err != nil && body.of != nil {
			t.Error("a message and an error")
		}
	})
}
