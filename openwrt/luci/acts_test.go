package luci

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/ui/chromium"
)

// press presses a button as a person does, with the mouse: only that lets a page open
// a tab.
func press(c *chromium.Page, name string) {
	c.T.Helper()
	button := `[...document.querySelectorAll('button')].find((b) => b.innerText === ` + chromium.Script(name) + ` && !b.disabled)`
	c.Until(button)
	var at struct{ X, Y float64 }
	c.Eval(button+`.scrollIntoView({block: 'center'})`, nil)
	c.Eval(`(({x, y, width, height}) => ({X: x + width / 2, Y: y + height / 2}))(`+button+`.getBoundingClientRect())`, &at)
	for _, kind := range []string{"mousePressed", "mouseReleased"} {
		c.Ask("Input.dispatchMouseEvent", map[string]any{"type": kind, "x": at.X, "y": at.Y, "button": "left", "clickCount": 1}, nil)
	}
}

// dashboard is a server that tells which address a tab came to, and whether the tab
// could reach back to the page that opened it.
func dashboard(t *testing.T) (address string, came <-chan string) {
	t.Helper()
	tell := make(chan string, 1)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Method == http.MethodPost {
			said, _ := io.ReadAll(req.Body)
			tell <- string(said)
			return
		}
		fmt.Fprint(w, `<!doctype html><title>Dashboard</title><link rel="icon" href="data:,"><script>fetch('/', {method: 'POST', body: location.hash + ' ' + (window.opener === null)})</script>`)
	}))
	t.Cleanup(srv.Close)
	return srv.URL, tell
}

// TestTicket: the button opens the dashboard in a new tab with a ticket that was asked
// for just then, and from which the router's page cannot be reached.
func TestTicket(t *testing.T) {
	address, came := dashboard(t)
	s := fine()
	s.Dashboard = address
	r := newRouter(t)
	r.answer = home(s, many(2), 50)
	for _, view := range []string{"status", "findings"} {
		c := chromium.New(t)
		r.open(c, view)
		before := len(r.asked("ticket"))
		press(c, "Open dashboard")
		select {
		case got := <-came:
			if got != "#ticket=GOODTICKET true" {
				t.Errorf("%s: the tab came to %q", view, got)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("%s: no tab came to the dashboard", view)
		}
		if n := len(r.asked("ticket")) - before; n != 1 {
			t.Errorf("%s: %d tickets were asked for", view, n)
		}
		r.decent(c, view+"-ticket")
	}
}

// TestSetUp: before the first password the button brings the code for it along.
func TestSetUp(t *testing.T) {
	address, came := dashboard(t)
	s := fine()
	s.Dashboard, s.Setup = address, true
	r := newRouter(t)
	r.answer = home(s, nil, 50)
	c := chromium.New(t)
	r.open(c, "status")
	press(c, "Set up the dashboard")
	select {
	case got := <-came:
		if got != "#code=ABCD-EFGH true" {
			t.Errorf("the tab came to %q", got)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("no tab came to the dashboard")
	}
}

// TestTicketHeldBack: where the browser opens no tab, a link takes its place.
func TestTicketHeldBack(t *testing.T) {
	r := newRouter(t)
	r.answer = home(fine(), nil, 50)
	c := chromium.New(t)
	r.open(c, "status")
	c.Eval(`window.open = () => null`, nil)
	press(c, "Open dashboard")
	c.Until(`document.querySelector('.alert-message a')?.href === 'http://192.168.1.1:8480/#ticket=GOODTICKET'`)
	r.decent(c, "status-heldback")
}

// TestTicketRefused: what the daemon says is told, the tab is gone again, and no
// address but one of the web is followed.
func TestTicketRefused(t *testing.T) {
	for name, reply := range map[string]struct {
		code        int
		reply       any
		says, lacks string
	}{
		"words":  {0, object{"error": "this daemon cannot do that " + hostile}, "homesweep cannot answer: this daemon cannot do that " + hostile, "Startup"},
		"script": {0, object{"ticket": "T", "address": "javascript:document.title='owned'"}, "homesweep did not say where its dashboard is.", "javascript"},
		"none":   {0, object{"ticket": ""}, "homesweep did not say where its dashboard is.", "undefined"},
		"access": {noAccess, nil, "This login may not see homesweep.", "-32002"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRouter(t)
			others := home(fine(), nil, 50)
			r.answer = func(c call) (int, any) {
				if c.Method == "ticket" {
					return reply.code, reply.reply
				}
				return others(c)
			}
			c := chromium.New(t)
			r.open(c, "status")
			c.Eval(`window.opened = window.open; window.open = (...how) => window.tab = window.opened(...how)`, nil)
			press(c, "Open dashboard")
			c.Reads(reply.says)
			c.Until(`window.tab.closed`)
			c.Lacks(reply.lacks)
			r.decent(c, "status-refused-"+name)
		})
	}
}

// TestLook: the button has the home looked at, and rests while that lasts.
func TestLook(t *testing.T) {
	r := newRouter(t)
	s := fine()
	r.answer = func(c call) (int, any) {
		s.Running = s.Running || c.Method == "sweep"
		return home(s, nil, 50)(c)
	}
	c := chromium.New(t)
	r.open(c, "status")
	c.Lacks("It is looking at the home now.")
	press(c, "Look at the home now")
	c.Reads("It is looking at the home now.")
	look := `[...document.querySelectorAll('button')].find((b) => b.innerText === 'Look at the home now')`
	c.Until(look + `.disabled`)
	if n := len(r.asked("sweep")); n != 1 {
		t.Errorf("%d sweeps were asked for", n)
	}
	r.change(func() { s.Running = false })
	c.Until(`!` + look + `.disabled`)
	r.change(func() { r.answer = says(0, object{"error": "a sweep is under way"}) })
	c.Reads("homesweep cannot answer: a sweep is under way")
	r.decent(c, "status-look")
}

// TestPages: every problem can be come to, on pages as long as the bus has room for,
// and what is no problem on demand; when they have become fewer, the last page shows.
func TestPages(t *testing.T) {
	r := newRouter(t)
	r.answer = home(fine(), many(120), 43)
	c := chromium.New(t)
	r.open(c, "findings")
	shows := func(span, first, last string) {
		t.Helper()
		c.Reads(span)
		c.Until(`(([first, ...rest]) => first.innerText.includes(` + chromium.Script(first) + `) && (rest.at(-1) ?? first).innerText.includes(` + chromium.Script(last) + `))([...document.querySelectorAll('tr:not(.table-titles)')])`)
	}
	shows("1 to 43 of 120", "Problem number 1", "Problem number 43")
	c.Until(`[...document.querySelectorAll('button')].find((b) => b.innerText === 'Back').disabled`)
	press(c, "Next")
	shows("44 to 86 of 120", "Problem number 44", "Problem number 86")
	press(c, "Next")
	shows("87 to 120 of 120", "Problem number 87", "Problem number 120")
	c.Until(`[...document.querySelectorAll('button')].find((b) => b.innerText === 'Next').disabled`)
	c.Lacks("Telnet is closed")
	press(c, "Show every result")
	shows("1 to 43 of 121", "Problem number 1", "Problem number 43")
	press(c, "Next")
	press(c, "Next")
	shows("87 to 121 of 121", "Problem number 87", "Telnet is closed")
	c.Reads("Looks fine")
	press(c, "Show problems only")
	shows("1 to 43 of 120", "Problem number 1", "Problem number 43")
	press(c, "Next")
	shows("44 to 86 of 120", "Problem number 44", "Problem number 86")
	r.change(func() { r.answer = home(fine(), many(50), 43) })
	press(c, "Next")
	shows("44 to 50 of 50", "Problem number 44", "Problem number 50")
	press(c, "Back")
	shows("1 to 43 of 50", "Problem number 1", "Problem number 43")
	for _, args := range r.asked("findings") {
		if args["limit"] != 50.0 {
			t.Errorf("a page was asked for with %v", args)
		}
	}
	r.change(func() { r.answer = home(fine(), many(0), 43) })
	press(c, "Next")
	c.Reads("No problems found with what it may do.")
	r.decent(c, "findings-fewer")
}

// TestAccepted: a problem that the owner left as it is says so, and no urgency.
func TestAccepted(t *testing.T) {
	r := newRouter(t)
	list := many(2)
	r.answer = func(c call) (int, any) {
		if c.Method == "findings" {
			return 0, object{"total": 3, "problems": 1, "offset": 0, "findings": list}
		}
		return home(fine(), nil, 50)(c)
	}
	c := chromium.New(t)
	r.open(c, "findings")
	press(c, "Show every result")
	c.Reads("You left it as it is")
	var rows []string
	c.Eval(`[...document.querySelectorAll('tr:not(.table-titles) td:first-child')].map((e) => e.innerText)`, &rows)
	if got := strings.Join(rows, "|"); got != "Act now|You left it as it is|Looks fine" {
		t.Errorf("the rows are %s", got)
	}
	c.Press("What to do")
	c.Reads("Change the password in the device’s own settings.")
	r.decent(c, "findings-accepted")
}
