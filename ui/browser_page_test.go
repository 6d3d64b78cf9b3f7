package ui

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// chromium is one page of the browser, in a profile of its own, and all that it
// said and asked for.
type chromium struct {
	t       *testing.T
	session string
	said    []string          // console messages, log entries, exceptions
	asked   []string          // addresses asked for, of whoever can be asked
	waiting map[string]string // of those, which are not answered yet, by request
	loads   int               // how often a page was loaded
}

func newChromium(t *testing.T) *chromium {
	t.Helper()
	browser.start(t)
	c := &chromium{t: t, waiting: map[string]string{}}
	var profile struct{ BrowserContextID string }
	browser.ask(t, "", "Target.createBrowserContext", nil, &profile, c.hear)
	t.Cleanup(func() {
		browser.ask(t, "", "Target.disposeBrowserContext", map[string]any{"browserContextId": profile.BrowserContextID}, nil, func(message) {})
	})
	var page struct{ TargetID string }
	browser.ask(t, "", "Target.createTarget", map[string]any{"url": "about:blank", "browserContextId": profile.BrowserContextID}, &page, c.hear)
	var attached struct{ SessionID string }
	browser.ask(t, "", "Target.attachToTarget", map[string]any{"targetId": page.TargetID, "flatten": true}, &attached, c.hear)
	c.session = attached.SessionID
	c.ask("Emulation.setFocusEmulationEnabled", map[string]any{"enabled": true}, nil)
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		c.ask(domain+".enable", nil, nil)
	}
	return c
}

func (c *chromium) ask(method string, params map[string]any, into any) {
	c.t.Helper()
	browser.ask(c.t, c.session, method, params, into, c.hear)
}

// hear notes what the page said or asked for.
func (c *chromium) hear(m message) {
	if m.SessionID != c.session {
		return // an earlier page's last words
	}
	var p struct {
		RequestID string
		Type      string
		Request   struct{ URL string }
	}
	switch m.Method {
	case "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded", "Page.javascriptDialogOpening":
		c.said = append(c.said, m.Method+" "+string(m.Params))
	case "Page.loadEventFired":
		c.loads++
	case "Network.requestWillBeSent":
		scheme := ""
		if err := json.Unmarshal(m.Params, &p); err == nil {
			scheme, _, _ = strings.Cut(p.Request.URL, ":")
		}
		if !slices.Contains([]string{"", "file", "about", "data"}, scheme) { // those ask nobody
			c.asked = append(c.asked, p.Request.URL)
			if p.Type != "EventSource" {
				c.waiting[p.RequestID] = p.Request.URL
			}
		}
	case "Network.loadingFinished", "Network.loadingFailed":
		if err := json.Unmarshal(m.Params, &p); err == nil {
			delete(c.waiting, p.RequestID)
		}
	}
}

// window is how wide the page is, and whether by day or by night.
func (c *chromium) window(width int, scheme string) {
	c.t.Helper()
	c.ask("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}, nil)
	c.ask("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{
		{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}}}, nil)
}

// open shows a file from disk in a window of so many pixels.
func (c *chromium) open(path string, width int) {
	c.t.Helper()
	c.ask("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}, nil)
	c.visit("file://" + path)
}

// visit loads a page, always anew.
func (c *chromium) visit(url string) {
	c.t.Helper()
	before := c.loads
	c.ask("Page.navigate", map[string]any{"url": "about:blank"}, nil)
	for c.loads == before {
		c.hear(browser.next(c.t))
	}
	before, c.waiting = c.loads, map[string]string{} // what an earlier page asked for is not told of any more
	c.ask("Page.navigate", map[string]any{"url": url}, nil)
	for c.loads == before {
		c.hear(browser.next(c.t))
	}
}

// settled waits until everything that the page asked for has come and is drawn.
func (c *chromium) settled() {
	c.t.Helper()
	began := time.Now()
	for calm := 0; calm < 2; calm++ {
		for len(c.waiting) > 0 {
			if time.Since(began) > patience {
				c.t.Fatalf("no answer to %v", slices.Collect(maps.Values(c.waiting)))
			}
			c.hear(browser.next(c.t))
			calm = 0
		}
		c.eval(`new Promise((done) => requestAnimationFrame(() => setTimeout(done)))`, nil)
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
		c.t.Fatalf("%.300s: %s", expression, answer.ExceptionDetails)
	}
	if into != nil {
		if err := json.Unmarshal(answer.Result.Value, into); err != nil {
			c.t.Fatalf("%.300s: %s: %v", expression, answer.Result.Value, err)
		}
	}
}

// quiet fails if the page said something, or asked for something that is not
// below one of the addresses.
func (c *chromium) quiet(below ...string) {
	c.t.Helper()
	for _, what := range c.said {
		c.t.Errorf("the console says %.600s", what)
	}
	for _, what := range c.asked {
		if !slices.ContainsFunc(below, func(own string) bool { return strings.HasPrefix(what, own) }) {
			c.t.Errorf("the page asks for %s", what)
		}
	}
}

// keep writes a picture or document of the page into the folder that -pictures
// names, for people to look at.
func (c *chromium) keep(name string, data []byte) {
	if *pictures == "" {
		return
	}
	if err := os.MkdirAll(*pictures, 0o755); err != nil {
		c.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*pictures, name), data, 0o644); err != nil {
		c.t.Error(err)
	}
}

// picture is the whole page as PNG.
func (c *chromium) picture(name string) {
	c.t.Helper()
	if *pictures == "" {
		return
	}
	var size struct{ X, Y, Width, Height, Scale float64 }
	c.eval(`({Width: innerWidth, Height: Math.min(document.documentElement.scrollHeight, 12000), Scale: 1})`, &size) // longer ones cannot be had
	var shot struct{ Data []byte }
	c.ask("Page.captureScreenshot", map[string]any{"format": "png", "captureBeyondViewport": true, "clip": map[string]float64{
		"x": size.X, "y": size.Y, "width": size.Width, "height": size.Height, "scale": size.Scale}}, &shot)
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
