package notify

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// sample is a message with what a stranger's device may call itself.
func sample() *message {
	at := time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)
	e := lan.Event{ID: 7, At: at, What: lan.FindingNew, Device: "cam", Name: "Küche\r\nBcc: x@y.z", Severity: lan.ActNow, Words: "Küche: the login is <b>admin</b>\r\n.\r\nQUIT"}
	return compose([]*lan.Event{&e}, 0, false, at)
}

// sender is a Notifier that trusts server, and knows one channel.
func sender(t *testing.T, c lan.Channel, server *httptest.Server) *Notifier {
	t.Helper()
	n, err := Open(Options{Journal: &paper{}, Log: quiet(), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if server != nil && server.Certificate() != nil {
		n.o.roots = x509.NewCertPool()
		n.o.roots.AddCert(server.Certificate())
	}
	c.ID = "x"
	if err := n.SetAlerts(lan.Alerts{Channels: []lan.Channel{c}}); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestHTTPChannels(t *testing.T) {
	title := "A new problem: Küche Bcc: x@y.z"
	words := "Küche: the login is <b>admin</b> . QUIT"
	for name, c := range map[string]struct {
		channel lan.Channel
		path    string
		header  map[string]string
		body    map[string]string // of JSON
	}{
		"webhook": {lan.Channel{Kind: "webhook", Server: "/in?x=1", Key: "k"}, "/in?x=1", map[string]string{"Authorization": "Bearer k"}, map[string]string{"title": title, "words": words}},
		"basic":   {lan.Channel{Kind: "webhook", Server: "/", User: "u", Key: "k"}, "/", map[string]string{"Authorization": "Basic dTpr"}, map[string]string{"title": title}},
		"ntfy":    {lan.Channel{Kind: "ntfy", Server: "", To: "home", Key: "tk"}, "/home", map[string]string{"Authorization": "Bearer tk", "Priority": "5", "Tags": "warning", "Title": "=?utf-8?b?QSBuZXcgcHJvYmxlbTogS8O8Y2hlIEJjYzogeEB5Lno=?="}, nil},
		"gotify":  {lan.Channel{Kind: "gotify", Server: "/sub/", Key: "A1"}, "/sub/message", map[string]string{"X-Gotify-Key": "A1", "Content-Type": "application/json"}, map[string]string{"title": title, "message": words, "priority": "8"}},
		"telegram": {lan.Channel{Kind: "telegram", To: "-100", Key: "1:A"}, "/bot1:A/sendMessage", nil,
			map[string]string{"chat_id": "-100", "text": title + "\n\n" + words, "link_preview_options": `{"is_disabled":true}`}},
	} {
		t.Run(name, func(t *testing.T) {
			var got *http.Request
			var body []byte
			server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				got = r
				body, _ = io.ReadAll(r.Body)
			}))
			defer server.Close()
			c.channel.Server = server.URL + c.channel.Server
			n := sender(t, c.channel, server)
			if err := n.send(t.Context(), &n.alerts.Channels[0], sample()); err != nil {
				t.Fatal(err)
			}
			if got.Method != http.MethodPost || got.URL.RequestURI() != c.path {
				t.Errorf("%s %s", got.Method, got.URL)
			}
			for key, want := range c.header {
				if got.Header.Get(key) != want {
					t.Errorf("%s: %q, want %q", key, got.Header.Get(key), want)
				}
			}
			compareBody(t, body, c.body, words)
		})
	}
}

// compareBody holds a body against JSON fields, or plain words where there are none.
func compareBody(t *testing.T, body []byte, fields map[string]string, words string) {
	t.Helper()
	if fields == nil {
		if string(body) != words {
			t.Errorf("said %q", body)
		}
		return
	}
	var said map[string]json.RawMessage
	if err := json.Unmarshal(body, &said); err != nil {
		t.Fatal(err)
	}
	for key, want := range fields {
		text := string(said[key])
		var s string
		if json.Unmarshal(said[key], &s) == nil {
			text = s
		}
		if text != want {
			t.Errorf("%s: %s, want %s", key, text, want)
		}
	}
}

func TestHostileHTTP(t *testing.T) {
	stray := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a redirect was followed") }))
	defer stray.Close()
	for name, c := range map[string]struct {
		answer  http.HandlerFunc
		words   string
		refusal bool
	}{
		"redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, stray.URL, http.StatusTemporaryRedirect)
		}, "elsewhere", true},
		"broken":  {func(w http.ResponseWriter, r *http.Request) { http.Error(w, "oh", http.StatusInternalServerError) }, "500", false},
		"refused": {func(w http.ResponseWriter, r *http.Request) { http.Error(w, r.URL.Path, http.StatusUnauthorized) }, "is the password or token right?", true},
		"busy": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "99")
			w.WriteHeader(429)
		}, "429", true},
		"endless": {func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(400)
			_, _ = io.Copy(io.Discard, r.Body)
			for r.Context().Err() == nil {
				if _, err := w.Write(bytes.Repeat([]byte("x"), 1<<16)); err != nil {
					return
				}
			}
		}, "400", true},
		"never answers": {func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // only then the server sees us go
			<-r.Context().Done()
		}, "in time", false},
		"closes":      {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "could not be reached", false},
		"big headers": {func(w http.ResponseWriter, r *http.Request) { w.Header().Set("X", strings.Repeat("x", 1<<20)) }, "could not be reached", false},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(c.answer)
			defer server.Close()
			n := sender(t, lan.Channel{Kind: "telegram", Server: server.URL, Key: "1:SECRET", To: "2"}, nil)
			if name == "never answers" {
				n.o.step = 500 * time.Millisecond
			}
			err := n.Test(t.Context(), "x")
			if err == nil || !strings.Contains(err.Error(), c.words) || strings.Contains(err.Error(), "SECRET") {
				t.Errorf("%v", err)
			}
			var no refusal
			err = n.send(t.Context(), &n.alerts.Channels[0], sample())
			if errors.As(err, &no) != c.refusal {
				t.Errorf("%#v", err)
			}
			if d := n.Deliveries(); len(d) != 1 || strings.Contains(d[0].Error, "SECRET") {
				t.Errorf("%+v", d)
			}
		})
	}
}

// TestWhatARefusalIsOf: only what says that it is of the message gives it up soon. A
// Telegram chat that there is not is a 400, and the owner may mend it.
func TestWhatARefusalIsOf(t *testing.T) {
	for code, content := range map[int]bool{400: false, 403: false, 404: false, 413: true, 415: true, 422: true} {
		var no refusal
		err := answer(&lan.Channel{}, "x", &http.Response{StatusCode: code}, nil)
		if !errors.As(err, &no) || no.content != content {
			t.Errorf("%d: %#v", code, err)
		}
	}
}

// TestNoSecretInAnError: the address of a server that is not there holds the token.
func TestNoSecretInAnError(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln.Close()
	n := sender(t, lan.Channel{Kind: "webhook", Server: "http://" + ln.Addr().String() + "/SECRET"}, nil)
	if err := n.Test(t.Context(), "x"); err == nil || strings.Contains(err.Error(), "SECRET") {
		t.Error(err)
	}
}

func TestStrangersCertificate(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was talked to") }))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	n := sender(t, lan.Channel{Kind: "webhook", Server: server.URL}, server)
	n.o.roots = x509.NewCertPool()
	if err := n.Test(t.Context(), "x"); err == nil || !strings.Contains(err.Error(), "could not prove who it is") {
		t.Error(err)
	}
}
