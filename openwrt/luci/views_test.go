package luci

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/local"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/ui/chromium"
)

// hostile is what a device says everywhere when it wants to run a script here.
const hostile = `<script>document.title='owned'</script><img src=x onerror="document.title='owned'">'"&lt;b>`

// noon is when the sweeps of these tests ended.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// fine is the status of a household in the middle of its life.
func fine() local.Status {
	return local.Status{
		Version: "0.1.0", Touch: lan.Ask, Started: noon.Add(-time.Minute), Finished: noon, Devices: 31, Present: 17,
		Findings: local.Problems{ActNow: 1, Soon: 2, WhenYouCan: 3, ForInfo: 4}, Rung: "raw", Notes: []string{}, Dashboard: "http://192.168.1.1:8480",
	}
}

// finding is one in a page of them.
type finding struct {
	lan.Finding
	Device string `json:"device"`
	Name   string `json:"name"`
}

// MarshalJSON keeps a Finding's own way of marshalling from taking the place of both.
func (f finding) MarshalJSON() ([]byte, error) {
	b, err := json.Marshal(f.Finding)
	if err != nil {
		return nil, err
	}
	var all object
	if err := json.Unmarshal(b, &all); err != nil {
		return nil, err
	}
	all["device"], all["name"] = f.Device, f.Name
	return json.Marshal(all)
}

// many are n problems, the gravest first, and one result that is none.
func many(n int) (list []finding) {
	for i := range n {
		list = append(list, finding{lan.Finding{
			Check: "default-login", Verdict: lan.Fail, Severity: lan.ActNow - lan.Severity(4*i/n), Service: "tcp/80", Guideline: 1,
			Title: fmt.Sprintf("Problem number %d", i+1), Advice: "Change the password in the device’s own settings.",
		}, fmt.Sprintf("id%d", i), fmt.Sprintf("Device %d", i+1)})
	}
	return append(list, finding{lan.Finding{Check: "telnet-open", Verdict: lan.Pass, Title: "Telnet is closed"}, "nas", "Store"})
}

// home answers as the daemon's plugin does, with pages of at most size findings.
func home(s local.Status, list []finding, size int) func(call) (int, any) {
	return func(c call) (int, any) {
		switch c.Method {
		case "status":
			return 0, s
		case "findings":
			offset, limit := int(c.Args["offset"].(float64)), int(c.Args["limit"].(float64))
			problems := 0
			for _, f := range list {
				if f.Verdict.Problem() {
					problems++
				}
			}
			offset = min(offset, len(list))
			return 0, object{"total": len(list), "problems": problems, "offset": offset, "findings": list[offset:min(offset+limit, offset+size, len(list))]}
		case "sweep":
			return 0, object{"started": true}
		case "ticket":
			if s.Setup {
				return 0, local.Ticket{Address: s.Dashboard + "/#code=ABCD-EFGH"}
			}
			return 0, local.Ticket{Ticket: "GOODTICKET", Address: s.Dashboard + "/#ticket=GOODTICKET"}
		}
		return noObject, nil
	}
}

// says answers every call so.
func says(code int, reply any) func(call) (int, any) {
	return func(call) (int, any) { return code, reply }
}

// raw is what no visitor ever reads: exceptions and values that slipped through.
var raw = regexp.MustCompile(`\w+Error\b|undefined|\bNaN\b|\bnull\b|\[object|Invalid Date|%[sd]|RPC call`)

// decent fails for a page that shows what is raw, is wider than its window, made
// markup of strangers' words, complained on the console or asked elsewhere.
func (r *router) decent(c *chromium.Page, what string) {
	c.T.Helper()
	c.Ask("Page.bringToFront", nil, nil) // a tab that lies behind another is never drawn
	for _, width := range []int{390, 1280} {
		c.Window(width, "light")
		c.Settled()
		var now struct {
			Text, Title string
			Wide        int
			Markup      bool
		}
		c.Eval(`({Text: document.body.innerText, Title: document.title, Wide: document.documentElement.scrollWidth, Markup: !!document.querySelector('#maincontent :is(img,script,b)')})`, &now)
		if bad := raw.FindString(now.Text); bad != "" {
			c.T.Errorf("%s: the page says %q:\n%s", what, bad, now.Text)
		}
		if now.Wide > width {
			c.T.Errorf("%s at %d: the page is %d wide", what, width, now.Wide)
		}
		if now.Markup || now.Title != "LuCI" {
			c.T.Errorf("%s: strangers' words became markup", what)
		}
		c.Picture(fmt.Sprintf("luci-%s-%d.png", what, width))
	}
	c.Quiet(r.URL)
}

// scene is a state of the router and what its pages say in it.
type scene struct {
	name             string
	answer           func(call) (int, any)
	off              bool // in /etc/config/homesweep
	status, findings []string
	lacks            []string // on neither page
}

func scenes() []scene {
	setup, busy, calm, first, mean, quiet := fine(), fine(), fine(), fine(), fine(), fine()
	setup.Setup, setup.Touch, setup.Findings, setup.Finished = true, lan.Listen, local.Problems{}, time.Time{}
	busy.Running = true
	calm.Findings = local.Problems{}
	first.Finished, first.Started, first.Findings, first.Devices, first.Present, first.Running = time.Time{}, time.Time{}, local.Problems{}, 0, 0, true
	mean.Version, mean.Rung, mean.Notes, mean.Granted = hostile, hostile, []string{hostile, strings.Repeat("long", 80)}, true
	quiet.Dashboard, quiet.Rung = "http://10.255.0.1:8480", "passive"
	bad := many(3)
	for i := range bad {
		bad[i].Title, bad[i].Advice, bad[i].Name, bad[i].Steps = hostile, hostile, hostile+strings.Repeat("x", 300), []string{hostile}
	}
	bad[1].Verdict = lan.LikelyFail
	stopped := says(0, object{"error": "homesweep is not running; start it with /etc/init.d/homesweep start, and see with logread -e homesweep why it ended"})
	return []scene{
		{name: "fine", answer: home(fine(), many(6), 50),
			status:   []string{"Running, version 0.1.0", "http://192.168.1.1:8480/", "1 problem to act on now", "2 problems to see to soon", "3 things to see to when you can", "31 devices known, 17 here now", "It asks each device what it is"},
			findings: []string{"Act now", "Soon", "Problem number 6", "Device 1", "What to do", "Open dashboard", "Show every result"}, lacks: []string{"Telnet is closed", "Change the password in", "tries the passwords"}},
		{name: "setup", answer: home(setup, nil, 50), status: []string{"Not set up yet: open it, choose a password", "Set up the dashboard", "Nothing yet", "Allow more on the dashboard"},
			findings: []string{"Nothing yet", "Set up the dashboard"}, lacks: []string{"No problems found"}},
		{name: "sweeping", answer: home(busy, many(6), 50), status: []string{"It is looking at the home now."}, findings: []string{"Problem number 1"}},
		{name: "calm", answer: home(calm, many(0), 50), status: []string{"No problems found with what it may do."}, findings: []string{"No problems found with what it may do.", "Show every result"}},
		{name: "first", answer: home(first, nil, 50), status: []string{"It is looking at the home now.", "0 devices known"}, findings: []string{"Nothing yet"}, lacks: []string{"No problems found"}},
		{name: "passive", answer: home(quiet, many(1), 50), status: []string{"It may send nothing"}},
		{name: "hostile", answer: home(mean, bad, 50), status: []string{hostile, "Not known", "tries the passwords"}, findings: []string{hostile, "Probably so"}},
		{name: "many", answer: home(fine(), many(300), 50), findings: []string{"1 to 50 of 300", "Next"}},
		{name: "stopped", answer: stopped, status: []string{"homesweep is not running.", "start it if it is not", "Startup"}, findings: []string{"homesweep is not running."}, lacks: []string{"init.d"}},
		{name: "off", answer: stopped, off: true, status: []string{"homesweep is not running.", "It is switched off.", "Settings"}, findings: []string{"It is switched off."}},
		{name: "foreign", answer: says(0, object{"error": "the socket belongs to user 1000, not to you " + hostile}), status: []string{"homesweep cannot answer: the socket belongs to user 1000, not to you " + hostile},
			findings: []string{"homesweep cannot answer"}},
		{name: "absent", answer: nil, status: []string{"The router does not know homesweep’s commands.", "Install the package"}, findings: []string{"does not know"}},
		{name: "unlisted", answer: says(notFound, nil), status: []string{"The router does not know homesweep’s commands."}, findings: []string{"does not know"}},
		{name: "denied", answer: says(noAccess, nil), status: []string{"This login may not see homesweep.", "Log out and in again."}, findings: []string{"may not see"}},
		{name: "late", answer: says(timeout, nil), status: []string{"took too long", "try again in a minute"}, findings: []string{"took too long"}},
		{name: "dumb", answer: says(0, nil), status: []string{"no answer that this page understands", "System log"}, findings: []string{"no answer"}},
		{name: "odd", answer: says(0, object{"findings": "none", "total": "x", "notes": 7, "finished": "yesterday", "dashboard": "javascript:alert(1)", "version": []int{}}),
			status: []string{"It is not served", "Not known", "Not yet"}, findings: []string{"Nothing yet"}, lacks: []string{"javascript"}},
	}
}

// TestScenes: each state of the router in plain words, on both pages and both widths.
func TestScenes(t *testing.T) {
	for _, s := range scenes() {
		t.Run(s.name, func(t *testing.T) {
			r := newRouter(t)
			r.answer = s.answer
			if s.off {
				r.config["enabled"] = "0"
			}
			c := chromium.New(t)
			for view, wants := range map[string][]string{"status": s.status, "findings": s.findings} {
				r.open(c, view)
				for _, want := range wants {
					c.Reads(want)
				}
				var text string
				c.Eval(`document.body.innerText`, &text)
				for _, lack := range s.lacks {
					if strings.Contains(text, lack) {
						t.Errorf("%s says %q", view, lack)
					}
				}
				r.decent(c, view+"-"+s.name)
			}
		})
	}
}

// TestUnreachable: a router that went away while the page is open, and came back.
func TestUnreachable(t *testing.T) {
	r := newRouter(t)
	r.answer = home(fine(), nil, 50)
	c := chromium.New(t)
	r.open(c, "status")
	c.Eval(`window.fetched = window.fetch; window.fetch = () => Promise.reject(new TypeError('no network'))`, nil)
	c.Reads("The router does not answer.")
	c.Until(`[...document.querySelectorAll('.right button')].every((b) => b.disabled)`)
	c.Eval(`window.fetch = window.fetched`, nil)
	c.Reads("Running, version 0.1.0")
	c.Until(`[...document.querySelectorAll('.right button')].every((b) => !b.disabled)`)
	r.decent(c, "status-again")
}

// TestGerman: the pages in German, with nothing left in English.
func TestGerman(t *testing.T) {
	r := newRouter(t)
	r.german = true
	r.answer = home(fine(), many(300), 50)
	c := chromium.New(t)
	for view, want := range map[string]string{"status": "1 Problem, das jetzt", "findings": "Was tun", "settings": "Eingeschaltet"} {
		r.open(c, view)
		c.Reads(want)
		r.decent(c, view+"-german")
	}
}
