package local

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// noon is when the daemon of these tests lives.
var noon = time.Date(2026, 11, 22, 12, 34, 56, 0, time.Local)

type fixed struct {
	sweep     lan.Sweep
	decisions []lan.Decision
}

func (f fixed) Sweep() lan.Sweep          { return f.sweep }
func (f fixed) Decisions() []lan.Decision { return f.decisions }

// house is a camera and a phone.
func house() fixed {
	seen := lan.Presence{State: lan.Online, Since: noon, At: noon, By: "arp"}
	camera := lan.Device{
		ID: "d-cam", Kind: "camera", Names: []string{"Front door"}, Presence: seen, LastSeen: noon,
		MACs: []lan.MAC{{0, 0x11, 0x22, 0x33, 0x44, 0x55}}, Addresses: []netip.Addr{netip.MustParseAddr("192.0.2.7")},
	}
	phone := lan.Device{
		ID: "d-phone", Kind: "phone", Vendor: "Acme", Presence: seen, FirstSeen: noon, LastSeen: noon,
		Identity: []lan.Fact{{Field: lan.FieldMAC, Value: "x", FirstSeen: noon, LastSeen: noon}},
		Findings: []lan.Finding{{Check: "c", FirstSeen: noon, LastSeen: noon}},
	}
	return fixed{
		sweep: lan.Sweep{
			Devices: []lan.Device{camera, phone, {ID: "odd/ id?"}},
			Suggestions: []lan.Suggestion{
				{Device: "d-phone", Same: "d-cam", Confidence: 0.6}, {Device: "d-phone", Same: "odd/ id?"},
			},
		},
		decisions: []lan.Decision{
			{Device: "d-cam", What: "name", Value: "Front door"}, {Device: "d-phone", What: "name", Value: "d-cam"},
			{Device: "d-phone", What: "merge", Value: "d-cam"},
		},
	}
}

// serve runs a daemon's end over dir until stop is called or the test ends.
func serve(t *testing.T, dir string) (stop func()) {
	t.Helper()
	return serveAs(t, &Server{State: dir, House: house()})
}

// serveAs is serve for a daemon that is more.
func serveAs(t *testing.T, s *Server) (stop func()) {
	t.Helper()
	dir := s.State
	s.Log, s.Now = slog.New(slog.DiscardHandler), func() time.Time { return noon }
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	stop = func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
		ended <- nil
	}
	t.Cleanup(stop)
	for { // until it answers or has failed
		select {
		case err := <-ended:
			ended <- nil
			t.Fatal(err)
		default:
		}
		if _, err := NewClient(dir).Devices(t.Context()); err == nil {
			return stop
		} else if !errors.Is(err, ErrNoDaemon) {
			t.Fatal(err)
		}
	}
}

func TestAsk(t *testing.T) {
	deep := filepath.Join(t.TempDir(), strings.Repeat("deep", 20), strings.Repeat("down", 20))
	for _, dir := range []string{t.TempDir(), deep} {
		serve(t, dir)
		c := NewClient(dir)
		list, err := c.Devices(t.Context())
		if err != nil || len(list) != 3 || list[0].ID != "d-cam" || list[0].Addresses[0] != "192.0.2.7" || list[1].Made != "Acme" {
			t.Fatalf("%+v, %v", list, err)
		}
		a, err := c.Device(t.Context(), "d-cam")
		if err != nil || len(a.Suggestions) != 1 || len(a.Decisions) != 2 || a.Others["d-phone"] != "Acme" || !a.Now.Equal(noon) {
			t.Errorf("%+v, %v", a, err)
		}
		if !a.Device.LastSeen.Equal(noon) || a.Device.Presence.By != "arp" {
			t.Errorf("%+v", a.Device)
		}
		if a, err = c.Device(t.Context(), "odd/ id?"); err != nil || a.Device.ID != "odd/ id?" {
			t.Errorf("%+v, %v", a, err)
		}
		if _, err = c.Device(t.Context(), "nobody"); !errors.Is(err, ErrUnknown) {
			t.Errorf("%v", err)
		}
	}
}

// TestDiscretion: nobody learns here when a phone came home.
func TestDiscretion(t *testing.T) {
	dir := t.TempDir()
	serve(t, dir)
	a, err := NewClient(dir).Device(t.Context(), "d-phone")
	if err != nil {
		t.Fatal(err)
	}
	list, _ := NewClient(dir).Devices(t.Context())
	d := a.Device
	for _, at := range []time.Time{
		d.FirstSeen, d.LastSeen, d.Presence.At, d.Presence.Since, d.Identity[0].FirstSeen, d.Identity[0].LastSeen,
		d.Findings[0].FirstSeen, d.Findings[0].LastSeen, list[1].Presence.At, list[1].Presence.Since,
	} {
		if at.In(time.Local).Format(time.TimeOnly) != "00:00:00" {
			t.Errorf("%s", at)
		}
	}
}

// TestDiscretionOfGuests: what hides its hardware address and was not recognised may
// be a guest's phone; when that came is not told either, nor in the list and the whole.
func TestDiscretionOfGuests(t *testing.T) {
	dir, h := t.TempDir(), house()
	h.sweep.Devices[1].Kind, h.sweep.Devices[1].MACs = lan.Unknown, []lan.MAC{{0xa6, 1}}
	serveAs(t, &Server{State: dir, House: h})
	c := NewClient(dir)
	a, err := c.Device(t.Context(), "d-phone")
	list, lerr := c.Devices(t.Context())
	whole, werr := c.Export(t.Context())
	if err = errors.Join(err, lerr, werr); err != nil {
		t.Fatal(err)
	}
	for _, at := range []time.Time{a.Device.LastSeen, a.Device.Presence.At, list[1].Presence.At, whole.Devices[1].LastSeen} {
		if at.In(time.Local).Format(time.TimeOnly) != "00:00:00" {
			t.Errorf("%s", at)
		}
	}
	if !list[0].Presence.At.Equal(noon) {
		t.Errorf("the camera was heard at %s", list[0].Presence.At)
	}
}

// TestReadOnly: nothing can be changed here, and no other page be had.
func TestReadOnly(t *testing.T) {
	dir := t.TempDir()
	serve(t, dir)
	c := NewClient(dir)
	for _, ask := range []struct {
		method, path string
		want         int
	}{{"POST", "/devices", 405}, {"DELETE", "/devices/d-cam", 405}, {"GET", "/", 404}, {"GET", "/devices/d-cam/x", 404}} {
		req, _ := http.NewRequest(ask.method, "http://homesweep"+ask.path, strings.NewReader("{}"))
		answer, err := c.http.Do(req)
		if err != nil || answer.StatusCode != ask.want {
			t.Errorf("%s %s: %v, %v", ask.method, ask.path, answer, err)
			continue
		}
		_ = answer.Body.Close()
	}
}

// TestSocket is the daemon's own user's alone, and gone with the daemon.
func TestSocket(t *testing.T) {
	dir := t.TempDir()
	stop := serve(t, dir)
	info, err := os.Stat(Path(dir))
	if err != nil || info.Mode() != os.ModeSocket|0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	second := &Server{State: dir, House: house(), Log: slog.New(slog.DiscardHandler), Now: time.Now}
	if err := second.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "another homesweep answers") {
		t.Errorf("a second daemon: %v", err)
	}
	stop()
	if _, err := os.Lstat(Path(dir)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it stays: %v", err)
	}
}

// TestStale: what a daemon that was killed left behind is no hindrance; what is
// not a socket is left alone.
func TestStale(t *testing.T) {
	dir := t.TempDir()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: Path(dir), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	_ = l.Close()
	if _, err := NewClient(dir).Devices(t.Context()); !errors.Is(err, ErrNoDaemon) {
		t.Errorf("%v", err)
	}
	serve(t, dir)

	dir = t.TempDir()
	if err := os.WriteFile(Path(dir), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &Server{State: dir, House: house(), Log: slog.New(slog.DiscardHandler), Now: time.Now}
	if err := s.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "is in the way") {
		t.Errorf("%v", err)
	}
	if b, _ := os.ReadFile(Path(dir)); string(b) != "mine" {
		t.Error("the file is gone")
	}
}

func TestNoDaemon(t *testing.T) {
	_, err := NewClient(filepath.Join(t.TempDir(), "none")).Devices(t.Context())
	if !errors.Is(err, ErrNoDaemon) || !strings.Contains(err.Error(), "homesweep run") || !strings.Contains(err.Error(), "-state") {
		t.Errorf("%v", err)
	}
}

// TestForeignAnswers: whatever sits at the socket, the client ends.
func TestForeignAnswers(t *testing.T) {
	for _, says := range []string{"", "220 hello\r\n", "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n[{\"i"} {
		dir := t.TempDir()
		l, err := net.Listen("unix", Path(dir))
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Read(make([]byte, 1<<10))
			_, _ = io.Copy(c, bytes.NewReader([]byte(says)))
			_ = c.Close()
		}()
		if list, err := NewClient(dir).Devices(t.Context()); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q gives %v, %v", says, list, err)
		}
		_ = l.Close()
	}
}

// TestFew: askers that hang hold no more than their slots, and end with the
// daemon.
func TestFew(t *testing.T) {
	dir := t.TempDir()
	stop := serve(t, dir)
	var all []net.Conn
	for range 3 * maxTogether {
		c, err := net.Dial("unix", Path(dir))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	stop()
	for _, c := range all {
		_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
		if _, err := c.Read(make([]byte, 1)); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error("a connection outlives the daemon")
		}
		_ = c.Close()
	}
}
