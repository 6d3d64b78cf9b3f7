package ui

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// chromium is a browser driven over a pipe (--remote-debugging-pipe: JSON
// messages that end with a zero byte). It has no network: its proxy is a port
// that nobody serves.
type chromium struct {
	t       *testing.T
	in      *os.File
	out     *bufio.Reader
	session string
	id      int
	said    []string // console messages, log entries, exceptions
	asked   []string // addresses asked for
}

// message is what either side says.
type message struct {
	ID     int             `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *struct{ Message string }
}

func newChromium(t *testing.T) *chromium {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("CI must have chromium")
		}
		t.Skip("no chromium here")
	}
	home, err := os.MkdirTemp("", "chromium") // not t.TempDir: its helpers may outlive it by a moment
	if err != nil {
		t.Fatal(err)
	}
	inR, inW := pipe(t)
	outR, outW := pipe(t)
	cmd := exec.Command(path, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--user-data-dir="+home, "--remote-debugging-pipe", "--proxy-server=127.0.0.1:9", "about:blank")
	cmd.ExtraFiles = []*os.File{inR, outW}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	inR.Close()
	outW.Close()
	c := &chromium{t: t, in: inW, out: bufio.NewReader(outR)}
	t.Cleanup(func() {
		c.in.Write([]byte("{\"id\":0,\"method\":\"Browser.close\"}\x00"))
		io.Copy(io.Discard, outR) // until its helpers are gone too
		cmd.Process.Kill()
		cmd.Wait()
		c.in.Close()
		outR.Close()
		os.RemoveAll(home)
	})
	if err := outR.SetReadDeadline(time.Now().Add(2 * time.Minute)); err != nil {
		t.Fatal(err)
	}
	c.attach()
	return c
}

func pipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	return r, w
}

func (c *chromium) attach() {
	var targets struct {
		TargetInfos []struct{ TargetID, Type string }
	}
	c.ask("Target.getTargets", nil, &targets)
	for _, target := range targets.TargetInfos {
		if target.Type == "page" {
			var attached struct{ SessionID string }
			c.ask("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
			c.session = attached.SessionID
		}
	}
	if c.session == "" {
		c.t.Fatal("the browser has no page")
	}
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		c.ask(domain+".enable", nil, nil)
	}
}

// ask sends one command and waits for its answer, noting what happens meanwhile.
func (c *chromium) ask(method string, params map[string]any, into any) {
	c.t.Helper()
	c.id++
	order := map[string]any{"id": c.id, "method": method}
	if params != nil {
		order["params"] = params
	}
	if c.session != "" {
		order["sessionId"] = c.session
	}
	raw, err := json.Marshal(order)
	if err != nil {
		c.t.Fatal(err)
	}
	if _, err := c.in.Write(append(raw, 0)); err != nil {
		c.t.Fatalf("%s: %v", method, err)
	}
	for {
		m := c.next()
		if m.ID != c.id {
			continue
		}
		if m.Error != nil {
			c.t.Fatalf("%s: %s", method, m.Error.Message)
		}
		if into != nil {
			if err := json.Unmarshal(m.Result, into); err != nil {
				c.t.Fatalf("%s: %v", method, err)
			}
		}
		return
	}
}

// next reads one message and notes what the page said or asked for.
func (c *chromium) next() message {
	c.t.Helper()
	raw, err := c.out.ReadBytes(0)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		c.t.Fatal("the browser does not answer")
	}
	if err != nil {
		c.t.Fatal(err)
	}
	var m message
	if err := json.Unmarshal(raw[:len(raw)-1], &m); err != nil {
		c.t.Fatal(err)
	}
	switch m.Method {
	case "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded", "Page.javascriptDialogOpening":
		c.said = append(c.said, m.Method+" "+string(m.Params))
	case "Network.requestWillBeSent":
		var p struct{ Request struct{ URL string } }
		if err := json.Unmarshal(m.Params, &p); err == nil && !strings.HasPrefix(p.Request.URL, "file:") {
			c.asked = append(c.asked, p.Request.URL)
		}
	}
	return m
}

// open shows a file from disk in a window of so many pixels.
func (c *chromium) open(path string, width int) {
	c.t.Helper()
	c.ask("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}, nil)
	c.ask("Page.navigate", map[string]any{"url": "file://" + path}, nil)
	for c.next().Method != "Page.loadEventFired" {
	}
}

// eval is the value of an expression on the page.
func (c *chromium) eval(expression string, into any) {
	c.t.Helper()
	var answer struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails json.RawMessage
	}
	c.ask("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true}, &answer)
	if answer.ExceptionDetails != nil {
		c.t.Fatalf("%s: %s", expression, answer.ExceptionDetails)
	}
	if into != nil {
		if err := json.Unmarshal(answer.Result.Value, into); err != nil {
			c.t.Fatalf("%s: %s: %v", expression, answer.Result.Value, err)
		}
	}
}

// quiet fails if the page said something or asked for something.
func (c *chromium) quiet() {
	c.t.Helper()
	for _, what := range c.said {
		c.t.Errorf("the console says %s", what)
	}
	for _, what := range c.asked {
		c.t.Errorf("the page asks for %s", what)
	}
}

// keep writes a picture or document of the page into the folder that
// HOMESWEEP_PICTURES names, for people to look at.
func (c *chromium) keep(name string, data []byte) {
	if dir := os.Getenv("HOMESWEEP_PICTURES"); dir != "" {
		if err := os.WriteFile(dir+"/"+name, data, 0o644); err != nil {
			c.t.Error(err)
		}
	}
}

// picture is the whole page as PNG.
func (c *chromium) picture(name string) {
	c.t.Helper()
	if os.Getenv("HOMESWEEP_PICTURES") == "" {
		return
	}
	var shot struct{ Data []byte }
	c.ask("Page.captureScreenshot", map[string]any{"format": "png", "captureBeyondViewport": true}, &shot)
	c.keep(name, shot.Data)
}

// pdf is the page on paper.
func (c *chromium) pdf(name string) []byte {
	c.t.Helper()
	var paper struct{ Data []byte }
	c.ask("Page.printToPDF", map[string]any{"preferCSSPageSize": true, "printBackground": true, "generateTaggedPDF": true, "generateDocumentOutline": true}, &paper)
	c.keep(name, paper.Data)
	return paper.Data
}
