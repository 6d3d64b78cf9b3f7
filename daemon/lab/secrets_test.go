package lab

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/homesweep/homesweep/daemon/journal"
	"github.com/homesweep/homesweep/daemon/report"
	"github.com/homesweep/homesweep/daemon/store"
	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/daemon/watch"
	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest/netns"
	"github.com/homesweep/homesweep/ui"
)

// marked are records of devices that repeat what they hear, and by each kind the
// password that no byte of ours may hold.
func marked(t *testing.T) (*logins.Set, map[string]string) {
	t.Helper()
	secrets := map[string]string{}
	var records []string
	for kind, how := range map[string]struct{ protocol, field, says, auth, success string }{
		"basic":  {"http", "http.realm", "Marked realm", `"type": "basic", "path": "/"`, `"status": 200`},
		"form":   {"http", "http.title", "Marked form", `"type": "form", "path": "/inside", "login": "/"`, `"status": 200, "inside": "Marked inside"`},
		"json":   {"http", "http.title", "Marked json", `"type": "json", "path": "/api/inside", "login": "/api/login", "fields": {"user": "user", "pass": "pass"}`, `"status": 200, "inside": "Marked inside"`},
		"ftp":    {"ftp", "ftp.banner", "Marked files", `"type": "ftp"`, `"status": 230`},
		"telnet": {"telnet", "telnet.banner", "Marked console", `"type": "telnet"`, `"inside": "marked# *$"`},
	} {
		secret := "Zq7" + strings.ToUpper(kind) + "x9Secret"
		secrets[kind] = secret
		said := how.says + " nothing"
		records = append(records, fmt.Sprintf(`{"id": "marked-%[1]s", "vendor": "Marked", "models": ["echo"],
 "gate": {"protocol": %[2]q, "match": {%[3]q: %[4]q}}, "auth": {%[5]s}, "pairs": [{"user": "keeper-%[1]s", "pass": %[6]q}], "success": {%[7]s},
 "fix": "Change it.", "provision": "5.1-1", "source": {"name": "the lab", "url": "https://example.com/", "grade": "B"}, "checked": "2026-11-23", "verified": true,
 "examples": {"match": [{"heard": {%[3]q: %[8]q}}], "not_match": [{"heard": {%[3]q: "another"}}],
  "success": [{"status": %[9]d, "body": "Marked inside marked# "}], "failure": [{"status": 401}]}}`,
			kind, how.protocol, how.field, how.says, how.auth, secret, how.success, said, map[bool]int{true: 230, false: 200}[kind == "ftp"]))
	}
	set, err := logins.LoadFS(fstest.MapFS{"data/marked.json": {Data: []byte("[" + strings.Join(records, ",\n") + "]")}})
	if err != nil {
		t.Fatal(err)
	}
	return set, secrets
}

// echoes is a household of devices that repeat passwords, and the directories in
// which each notes what it heard.
func echoes(t *testing.T, secrets map[string]string) (dirs []string) {
	t.Helper()
	netns.Enter(t)
	h, err := Build(Street)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	var list []func() error
	for _, kind := range []string{"basic", "form", "json", "ftp", "telnet"} {
		for _, mode := range []string{"accept", "refuse", "any"} {
			port := map[string]uint16{"ftp": 21, "telnet": 23}[kind]
			if port == 0 {
				port = 80
			}
			s := Software{Name: kind + " " + mode, Programs: []string{"node"}, Package: []string{"nodejs"}, Open: []Port{tcp(port)}, start: func(b *bench) error {
				return b.app("echo.js", "node", kind, mode, "keeper-"+kind, secrets[kind])
			}}
			if !here(t, s) {
				t.Skip("no echo can be had")
			}
			room, err := h.Furnish(lan.MAC{0x02, 0x42, 0xc0, 0xa8, 6, byte(len(dirs))}, false)
			if err != nil {
				t.Fatal(err)
			}
			dirs = append(dirs, t.TempDir())
			list = append(list, h.Outfit(t.Context(), s, room, dirs[len(dirs)-1]))
		}
	}
	(&whole{t: t}).startAll(list)
	return dirs
}

// TestNoSecrets: no password that was tried, the random ones included, is in any
// byte that is written or shown, though the devices repeat them wherever they can.
func TestNoSecrets(t *testing.T) {
	base, secrets := marked(t)
	dirs := echoes(t, secrets)
	state := t.TempDir()
	var log bytes.Buffer
	s := visit(t, visits{set: probes.Documented, touch: lan.Login, state: state, log: &log, base: base})
	if fails := problems(s, "default-login"); fails < 5 {
		t.Errorf("%d default logins were found of devices that have one, at least 5 are there: the search would find nothing", fails)
	}
	written := map[string][]byte{"the log": log.Bytes()}
	for name, write := range map[string]func(io.Writer, lan.Sweep) error{
		"JSON": report.JSON, "text": func(w io.Writer, s lan.Sweep) error { return report.Text(w, s, report.TextOptions{Width: 100}) },
	} {
		var out bytes.Buffer
		if err := write(&out, s); err != nil {
			t.Fatal(err)
		}
		written[name] = out.Bytes()
	}
	dashboard(t, state, s, written)
	files(t, state, written)
	heard := map[string]bool{}
	for _, secret := range secrets {
		heard[secret] = true
	}
	for _, dir := range dirs {
		for _, m := range regexp.MustCompile(`(?m)^heard (\S+)$`).FindAllStringSubmatch(tail(filepath.Join(dir, "output")), -1) {
			heard[m[1]] = true
		}
	}
	if len(heard) < len(secrets)+5 {
		t.Errorf("the devices heard %d passwords only: no random one is among them", len(heard))
	}
	for where, text := range written {
		for secret := range heard {
			for _, form := range forms(secret) {
				if at := bytes.Index(text, []byte(form)); at >= 0 {
					t.Errorf("%s holds %q: %q", where, form, text[max(0, at-100):min(len(text), at+100)])
				}
			}
		}
		t.Logf("searched %s: %d bytes", where, len(text))
	}
}

// forms are the ways in which a secret may have been written down.
func forms(secret string) []string {
	list := []string{secret, url.QueryEscape(secret), hex.EncodeToString([]byte(secret))}
	for before := range 3 { // where it stands in a group of three bytes
		coded := base64.StdEncoding.EncodeToString(append(make([]byte, before), secret...))
		list = append(list, strings.TrimRight(coded, "=")[4:len(coded)-4])
	}
	return list
}

func problems(s lan.Sweep, check string) (n int) {
	for _, d := range s.Devices {
		if f := finding(d, check); f.Verdict.Problem() {
			n++
		}
	}
	return n
}

// dashboard keeps the sweep as the daemon does, in state, and notes what the
// dashboard's API answers.
func dashboard(t *testing.T, state string, s lan.Sweep, written map[string][]byte) {
	t.Helper()
	kept, err := store.Open(store.Options{Path: filepath.Join(state, "homesweep.db"), Fallback: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	j, err := journal.Open(filepath.Join(state, "daemon-journal"))
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	home, err := watch.Open(watch.Options{
		Sweeper: func(context.Context, lan.Touch, map[string]bool, sweep.Talk) (lan.Sweep, error) { return s, nil },
		Memory:  kept, Journal: j, Default: lan.Ask, Every: time.Hour, Log: slog.New(slog.DiscardHandler), Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = home.Run(ctx) }()
	defer func() { end(); <-ended }()
	if err := home.Start(); err != nil {
		t.Fatal(err)
	}
	watching, done := context.WithCancel(ctx)
	defer done()
	home.Watch(watching, func(lan.Progress) {
		if !home.Sweep().Started.IsZero() {
			done()
		}
	})
	h, err := ui.New(ui.Options{House: home, Public: true})
	if err != nil {
		t.Fatal(err)
	}
	paths := []string{"/api/v1/session", "/api/v1/state"}
	for _, d := range s.Devices {
		paths = append(paths, "/api/v1/devices/"+url.PathEscape(d.ID))
	}
	for _, path := range paths {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://127.0.0.1"+path, nil))
		if w.Code != http.StatusOK {
			t.Fatalf("%s is %d: %s", path, w.Code, w.Body)
		}
		written["the dashboard's API"] = append(written["the dashboard's API"], w.Body.Bytes()...)
	}
	if err := kept.Snapshot(); err != nil {
		t.Fatal(err)
	}
}

// files notes every file below dir, and what is packed in it.
func files(t *testing.T, dir string, written map[string][]byte) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name := filepath.Base(path)
		written[name] = text
		if packed, err := gzip.NewReader(bytes.NewReader(text)); err == nil {
			packed.Multistream(false)
			if written[name+" unpacked"], err = io.ReadAll(packed); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
