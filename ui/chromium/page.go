package chromium

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// Page is one page of the browser, in a profile of its own, and all that it said
// and asked for. Whatever goes wrong fails T. It is used by one goroutine.
type Page struct {
	T *testing.T

	session string
	said    []string          // console messages, log entries, exceptions
	asked   []string          // addresses asked for, of whoever can be asked
	waiting map[string]string // of those, which are not answered yet, by request
	loads   int               // how often a page was loaded
}

// New is a page for t, gone when t ends. Without a browser t is skipped; in CI there
// must be one.
func New(t *testing.T) *Page {
	t.Helper()
	browser.start(t)
	c := &Page{T: t, waiting: map[string]string{}}
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
	c.Ask("Emulation.setFocusEmulationEnabled", map[string]any{"enabled": true}, nil)
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		c.Ask(domain+".enable", nil, nil)
	}
	return c
}

// Ask sends the page one command of the browser's protocol and waits for its answer,
// which goes into into if that is not nil.
func (c *Page) Ask(method string, params map[string]any, into any) {
	c.T.Helper()
	browser.ask(c.T, c.session, method, params, into, c.hear)
}

// hear notes what the page said or asked for.
func (c *Page) hear(m message) {
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

// Quiet fails if the page said something, or asked for something that is not
// below one of the addresses.
func (c *Page) Quiet(below ...string) {
	c.T.Helper()
	for _, what := range c.said {
		c.T.Errorf("the console says %.600s", what)
	}
	for _, what := range c.asked {
		if !slices.ContainsFunc(below, func(own string) bool { return strings.HasPrefix(what, own) }) {
			c.T.Errorf("the page asks for %s", what)
		}
	}
}

// Asked are the addresses that the page asked for since it was made or Forget.
func (c *Page) Asked() []string { return slices.Clone(c.asked) }

// Forget forgets what the page asked for until now.
func (c *Page) Forget() { c.asked = nil }

// Excuse lets pass what was said with those words in it, such as the status of a
// refusal.
func (c *Page) Excuse(words string) {
	c.said = slices.DeleteFunc(c.said, func(what string) bool { return strings.Contains(what, words) })
}
