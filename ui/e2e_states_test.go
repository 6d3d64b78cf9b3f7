package ui

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/ui/chromium"
)

// state is one page in one state, as somebody meets it.
type state struct {
	name  string
	scene string
	at    string
	out   bool   // nobody has logged in
	cut   bool   // the router stopped answering once the page was there
	do    string // what is done on the page before it is looked at
}

// pressing presses the button that is called so.
func pressing(name string) string {
	return `[...document.querySelectorAll('button')].find((e) => e.innerText.trim() === ` + chromium.Script(name) + `).click()`
}

// stalled leads to another page, of which no answer comes.
func stalled(hash string) string {
	return `window.fetch = () => new Promise(() => {}); location.hash = ` + strconv.Quote(hash)
}

const openFolds = `for (const d of document.querySelectorAll('details')) d.open = true`

// states are all pages in all states; of a scene, those where nobody has logged
// in come first.
var states = []state{
	{name: "setup", scene: "setup", at: "/", out: true},
	{name: "login", scene: "home", at: "/", out: true},
	{name: "login-wrong", scene: "home", at: "/", out: true, do: `document.querySelector('form').requestSubmit()`},
	{name: "consent", scene: "empty", at: "/#/consent"},
	{name: "home-empty", scene: "empty", at: "/#/"},
	{name: "home", scene: "home", at: "/#/"},
	{name: "home-loading", scene: "home", at: "/#/", do: `import('/live.js').then(({live}) => { live.state = null; live.dispatchEvent(new Event('state')) })`},
	{name: "home-offline", scene: "home", at: "/#/", cut: true},
	{name: "home-untold", scene: "untold", at: "/#/"},
	{name: "home-listened", scene: "listened", at: "/#/"},
	{name: "unreachable", scene: "home", at: "/#/", cut: true, do: `document.dispatchEvent(new Event('homesweep:left'))`},
	{name: "home-calm", scene: "calm", at: "/#/"},
	{name: "home-same", scene: "same", at: "/#/"},
	{name: "home-sweeping", scene: "sweeping", at: "/#/"},
	{name: "home-public", scene: "public", at: "/#/"},
	{name: "home-crowd", scene: "crowd", at: "/#/"},
	{name: "home-hostile", scene: "hostile", at: "/#/"},
	{name: "consent-hostile", scene: "hostile", at: "/#/consent"},
	{name: "devices-empty", scene: "empty", at: "/#/devices"},
	{name: "devices", scene: "home", at: "/#/devices"},
	{name: "devices-offline", scene: "home", at: "/#/devices", cut: true},
	{name: "devices-untold", scene: "untold", at: "/#/devices"},
	{name: "devices-none", scene: "home", at: "/#/devices", do: `(() => { const s = document.getElementById('search'); s.value = 'zzz'; s.dispatchEvent(new Event('input')) })()`},
	{name: "devices-hostile", scene: "hostile", at: "/#/devices"},
	{name: "device", scene: "home", at: "/#/device/cam-front", do: openFolds},
	{name: "device-loading", scene: "home", at: "/#/", do: stalled("#/device/cam-front")},
	{name: "device-offline", scene: "home", at: "/#/device/cam-front", cut: true},
	{name: "device-unheard", scene: "home", at: "/#/", cut: true, do: `location.hash = '#/device/cam-front'`},
	{name: "device-untold", scene: "untold", at: "/#/device/cam-front", do: openFolds},
	{name: "device-listened", scene: "listened", at: "/#/device/cam-front"},
	{name: "device-same", scene: "same", at: "/#/device/nas", do: openFolds},
	{name: "device-granted", scene: "granted", at: "/#/device/nas"},
	{name: "device-renamed", scene: "home", at: "/#/device/tv", do: `document.querySelector('[data-key=rename]').click()`},
	{name: "device-gone", scene: "home", at: "/#/device/nobody"},
	{name: "device-public", scene: "public", at: "/#/device/cam-front"},
	{name: "device-hostile", scene: "hostile", at: "/#/device/dvr", do: openFolds},
	{name: "first", scene: "empty", at: "/#/first"},
	{name: "first-when", scene: "empty", at: "/#/first", do: pressing("Not now")},
	{name: "first-hostile", scene: "hostile", at: "/#/first"},
	{name: "sweep-empty", scene: "empty", at: "/#/sweep"},
	{name: "sweep", scene: "home", at: "/#/sweep"},
	{name: "sweep-running", scene: "sweeping", at: "/#/sweep"},
	{name: "sweep-hostile", scene: "hostile", at: "/#/sweep"},
	{name: "alerts-empty", scene: "empty", at: "/#/alerts"},
	{name: "alerts", scene: "home", at: "/#/alerts"},
	{name: "alerts-way", scene: "home", at: "/#/alerts/channel/mail"},
	{name: "alerts-way-new", scene: "empty", at: "/#/alerts/channel"},
	{name: "alerts-rule", scene: "home", at: "/#/alerts/rule/r2"},
	{name: "alerts-offline", scene: "home", at: "/#/", cut: true, do: `location.hash = '#/alerts'`},
	{name: "alerts-hostile", scene: "hostile", at: "/#/alerts"},
	{name: "happened-empty", scene: "empty", at: "/#/happened"},
	{name: "happened", scene: "home", at: "/#/happened"},
	{name: "happened-loading", scene: "home", at: "/#/", do: stalled("#/happened")},
	{name: "happened-offline", scene: "home", at: "/#/", cut: true, do: `location.hash = '#/happened'`},
	{name: "happened-hostile", scene: "hostile", at: "/#/happened"},
	{name: "report-empty", scene: "empty", at: "/#/report"},
	{name: "report", scene: "home", at: "/#/report"},
	{name: "report-open", scene: "home", at: "/#/report", do: openFolds},
	{name: "report-loading", scene: "home", at: "/#/", do: stalled("#/report")},
	{name: "report-offline", scene: "home", at: "/#/", cut: true, do: `location.hash = '#/report'`},
	{name: "report-untold", scene: "untold", at: "/#/report"},
	{name: "report-hostile", scene: "hostile", at: "/#/report"},
	{name: "about", scene: "home", at: "/about"},
	{name: "about-hostile", scene: "hostile", at: "/about"},
	{name: "settings", scene: "granted", at: "/#/settings", do: openFolds},
	{name: "settings-public", scene: "public", at: "/#/settings"},
	{name: "settings-hostile", scene: "hostile", at: "/#/settings", do: openFolds},
}

// stand serves the stage and shows it in a browser that has logged in, unless
// there is nobody to be.
func (s *stage) stand(t *testing.T) (*chromium.Page, string) {
	t.Helper()
	h := s.handler(t)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/blank" || r.URL.Path == "/favicon.ico" { // a page of ours on which nothing runs
			return
		}
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(srv.Close) // after the browser's page is gone, whose events it would wait for
	return chromium.New(t), srv.URL
}

// logIn logs the page in.
func logIn(c *chromium.Page, url string) {
	c.T.Helper()
	c.Visit(url + "/blank")
	var status int
	c.Eval(`fetch('/api/v1/login', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({password: '`+password+`'})}).then((r) => r.status)`, &status)
	if status != 200 {
		c.T.Fatalf("logging in: %d", status)
	}
}

// eachState shows every state of the scenes, of all where none is named, one
// scene's in a browser of their own.
func eachState(t *testing.T, see func(*chromium.Page, state), only ...string) {
	for _, scene := range scenesOf(states) {
		if len(only) > 0 && !slices.Contains(only, scene) {
			continue
		}
		t.Run(scene, func(t *testing.T) {
			stage := newStage(t, scene)
			c, url := stage.stand(t)
			in := stage.public
			for _, s := range states {
				if s.scene != scene {
					continue
				}
				if !s.out && !in {
					if stage.door.kept == "" {
						t.Fatal("nobody can log in here")
					}
					stage.forgiven() // what was tried before
					logIn(c, url)
					in = true
				}
				c.Window(1280, "light")
				c.Visit(url + s.at)
				c.Settled()
				if s.cut {
					reach(c, false)
					c.Eval(`import('/live.js').then(({live}) => live.load())`, nil)
				}
				if s.do != "" {
					c.Eval(s.do, nil)
				}
				c.Settled()
				drawn(c, s)
				see(c, s)
				if s.cut {
					reach(c, true)
				}
			}
		})
	}
}

// reach cuts the page off from the router, or lets it come through again.
func reach(c *chromium.Page, on bool) {
	c.T.Helper()
	c.Ask("Network.emulateNetworkConditions", map[string]any{"offline": !on, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}, nil)
}

// drawn fails where the page wants a drawing that the sprite has not.
func drawn(c *chromium.Page, s state) {
	c.T.Helper()
	var wanted []string
	c.Eval(`[...new Set([...document.querySelectorAll('use')].map((u) => u.getAttribute('href')))]`, &wanted)
	have := sprite(c.T)
	for _, href := range wanted {
		if name, ok := strings.CutPrefix(href, "#icon-"); !ok || !slices.Contains(have, name) {
			c.T.Errorf("%s: there is no drawing %q", s.name, href)
		}
	}
}

func scenesOf(states []state) (list []string) {
	for _, s := range states {
		if !slices.Contains(list, s.scene) {
			list = append(list, s.scene)
		}
	}
	return list
}

// views are the windows in which every state is looked at.
func views(c *chromium.Page, see func(name string, width int)) {
	for _, width := range []int{390, 1280} {
		for _, scheme := range []string{"light", "dark"} {
			c.Window(width, scheme)
			see(fmt.Sprintf("%d-%s", width, scheme), width)
		}
	}
}

// TestStates: no page that the dashboard has is missing from the states, among
// them the one in which everybody is rude.
func TestStates(t *testing.T) {
	app, err := os.ReadFile("static/app.js")
	if err != nil {
		t.Fatal(err)
	}
	pages := regexp.MustCompile(`(?s)const PAGES = \{(.*?)\};`).FindSubmatch(app)
	if pages == nil {
		t.Fatal("app.js lists no pages")
	}
	for entry := range strings.SplitSeq(string(pages[1]), ",") {
		name, _, _ := strings.Cut(strings.TrimSpace(entry), ":")
		name = strings.Trim(name, "'")
		for _, scene := range []string{"home", "hostile"} {
			if !slices.ContainsFunc(states, func(s state) bool {
				return (s.scene == scene || scene == "home") && (s.at == "/#/"+name || strings.HasPrefix(s.at, "/#/"+name+"/"))
			}) {
				t.Errorf("page %q is in no state of %q that is looked at", name, scene)
			}
		}
	}
}

// TestPictures writes pictures of every page and state, for people to look at.
func TestPictures(t *testing.T) {
	if *chromium.Pictures == "" {
		t.Skip("without -pictures FOLDER")
	}
	eachState(t, func(c *chromium.Page, s state) {
		views(c, func(view string, width int) {
			var high int
			c.Eval(`document.documentElement.scrollHeight`, &high) // in so high a window the bar at its foot covers nothing
			c.Ask("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": min(high, 9000), "deviceScaleFactor": 1, "mobile": width < 500}, nil)
			c.Picture(s.name + "-" + view + ".png")
		})
	})
}
