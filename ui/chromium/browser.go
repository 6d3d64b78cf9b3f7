// Package chromium drives a real browser for tests, over a pipe and without any
// other package: pages in profiles of their own, with all that they said on the
// console and asked for. It is for tests only.
package chromium

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"
)

// pipes are the two ends of a browser that is driven over a pipe
// (--remote-debugging-pipe: JSON messages that end with a zero byte).
type pipes struct {
	in   *os.File
	out  *bufio.Reader
	from *os.File
	cmd  *exec.Cmd
	home string
	id   int
}

// browser is the one of this test binary, started when first asked for: tests
// use it one after the other, each in a profile of its own.
var browser pipes

// Close ends the browser, if there is one. It is called when all tests that have a
// page are over.
func Close() { browser.close() }

// message is what either side says.
type message struct {
	ID        int             `json:"id"`
	SessionID string          `json:"sessionId"`
	Method    string          `json:"method"`
	Params    json.RawMessage `json:"params"`
	Result    json.RawMessage `json:"result"`
	Error     *struct{ Message string }
}

// start runs the browser. It has no network but the loopback: its proxy for all
// else is a port that nobody serves.
func (b *pipes) start(t *testing.T) {
	t.Helper()
	if b.cmd != nil {
		return
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("CI must have chromium")
		}
		t.Skip("no chromium here")
	}
	if b.home, err = os.MkdirTemp("", "chromium"); err != nil { // not t.TempDir: it outlives the test
		t.Fatal(err)
	}
	inR, inW := pipe(t)
	outR, outW := pipe(t)
	b.cmd = exec.Command(path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--lang=en-GB", "--user-data-dir="+b.home, "--remote-debugging-pipe", "--proxy-server=127.0.0.1:9", "about:blank")
	b.cmd.ExtraFiles = []*os.File{inR, outW}
	if err := b.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	inR.Close()
	outW.Close()
	b.in, b.from, b.out = inW, outR, bufio.NewReader(outR)
}

// close ends the browser, if there is one.
func (b *pipes) close() {
	if b.cmd == nil {
		return
	}
	b.in.Write([]byte("{\"id\":0,\"method\":\"Browser.close\"}\x00"))
	b.from.SetReadDeadline(time.Now().Add(10 * time.Second))
	io.Copy(io.Discard, b.from) // until its helpers are gone too
	b.cmd.Process.Kill()
	b.cmd.Wait()
	b.in.Close()
	b.from.Close()
	os.RemoveAll(b.home)
	*b = pipes{}
}

func pipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	return r, w
}

// patience is how long the browser may be silent: a loaded machine is slow, a
// dead browser must not hang the tests.
const patience = 2 * time.Minute

// ask sends one command and waits for its answer; hear gets what happens
// meanwhile.
func (b *pipes) ask(t *testing.T, session, method string, params map[string]any, into any, hear func(message)) {
	t.Helper()
	b.id++
	order := map[string]any{"id": b.id, "method": method}
	if params != nil {
		order["params"] = params
	}
	if session != "" {
		order["sessionId"] = session
	}
	raw, err := json.Marshal(order)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.in.Write(append(raw, 0)); err != nil {
		t.Fatalf("%s: %v", method, err)
	}
	for {
		m := b.next(t)
		if m.ID != b.id {
			hear(m)
			continue
		}
		if m.Error != nil {
			t.Fatalf("%s: %s", method, m.Error.Message)
		}
		if into != nil {
			if err := json.Unmarshal(m.Result, into); err != nil {
				t.Fatalf("%s: %v", method, err)
			}
		}
		return
	}
}

// next reads one message.
func (b *pipes) next(t *testing.T) (m message) {
	t.Helper()
	if err := b.from.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	raw, err := b.out.ReadBytes(0)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatal("the browser does not answer")
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw[:len(raw)-1], &m); err != nil {
		t.Fatal(err)
	}
	return m
}
