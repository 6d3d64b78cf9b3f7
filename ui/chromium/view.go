package chromium

import (
	"encoding/json"
	"maps"
	"slices"
	"time"
)

// Window is how wide the page is, and whether by day or by night.
func (c *Page) Window(width int, scheme string) {
	c.T.Helper()
	c.Ask("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}, nil)
	c.Ask("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{
		{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}}}, nil)
}

// Open shows a file from disk in a window of so many pixels.
func (c *Page) Open(path string, width int) {
	c.T.Helper()
	c.Ask("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}, nil)
	c.Visit("file://" + path)
}

// Visit loads a page, always anew.
func (c *Page) Visit(url string) {
	c.T.Helper()
	before := c.loads
	c.Ask("Page.navigate", map[string]any{"url": "about:blank"}, nil)
	for c.loads == before {
		c.hear(browser.next(c.T))
	}
	before, c.waiting = c.loads, map[string]string{} // what an earlier page asked for is not told of any more
	c.Ask("Page.navigate", map[string]any{"url": url}, nil)
	for c.loads == before {
		c.hear(browser.next(c.T))
	}
}

// Settled waits until everything that the page asked for has come and is drawn.
func (c *Page) Settled() {
	c.T.Helper()
	began := time.Now()
	for calm := 0; calm < 2; calm++ {
		for len(c.waiting) > 0 {
			if time.Since(began) > patience {
				c.T.Fatalf("no answer to %v", slices.Collect(maps.Values(c.waiting)))
			}
			c.hear(browser.next(c.T))
			calm = 0
		}
		c.Eval(`new Promise((done) => requestAnimationFrame(() => setTimeout(done)))`, nil)
	}
}

// Eval is the value of an expression on the page.
func (c *Page) Eval(expression string, into any) {
	c.T.Helper()
	var answer struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails json.RawMessage
	}
	c.Ask("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true}, &answer)
	if answer.ExceptionDetails != nil {
		c.T.Fatalf("%.300s: %s", expression, answer.ExceptionDetails)
	}
	if into != nil {
		if err := json.Unmarshal(answer.Result.Value, into); err != nil {
			c.T.Fatalf("%.300s: %s: %v", expression, answer.Result.Value, err)
		}
	}
}
