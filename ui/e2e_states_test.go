package ui

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// state is one page in one state, as somebody meets it.
type state struct {
	name  string
	scene string
	at    string
	out   bool   // nobody has logged in
	do    string // what is done on the page before it is looked at
}

// pressing presses the button that is called so.
func pressing(name string) string {
	return `[...document.querySelectorAll('button')].find((e) => e.innerText.trim() === ` + inScript(name) + `).click()`
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
	{name: "home-calm", scene: "calm", at: "/#/"},
	{name: "home-same", scene: "same", at: "/#/"},
	{name: "home-sweeping", scene: "sweeping", at: "/#/"},
	{name: "home-public", scene: "public", at: "/#/"},
	{name: "home-crowd", scene: "crowd", at: "/#/"},
	{name: "home-hostile", scene: "hostile", at: "/#/"},
	{name: "consent-hostile", scene: "hostile", at: "/#/consent"},
	{name: "devices-empty", scene: "empty", at: "/#/devices"},
	{name: "devices", scene: "home", at: "/#/devices"},
	{name: "devices-none", scene: "home", at: "/#/devices", do: `(() => { const s = document.getElementById('search'); s.value = 'zzz'; s.dispatchEvent(new Event('input')) })()`},
	{name: "devices-hostile", scene: "hostile", at: "/#/devices"},
	{name: "device", scene: "home", at: "/#/device/cam-front", do: openFolds},
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
	{name: "alerts-hostile", scene: "hostile", at: "/#/alerts"},
	{name: "happened-empty", scene: "empty", at: "/#/happened"},
	{name: "happened", scene: "home", at: "/#/happened"},
	{name: "happened-hostile", scene: "hostile", at: "/#/happened"},
	{name: "report-empty", scene: "empty", at: "/#/report"},
	{name: "report", scene: "home", at: "/#/report"},
	{name: "report-hostile", scene: "hostile", at: "/#/report"},
	{name: "about", scene: "home", at: "/about"},
	{name: "about-hostile", scene: "hostile", at: "/about"},
	{name: "settings", scene: "granted", at: "/#/settings", do: openFolds},
	{name: "settings-public", scene: "public", at: "/#/settings"},
	{name: "settings-hostile", scene: "hostile", at: "/#/settings", do: openFolds},
}

// stand serves the stage and shows it in a browser that has logged in, unless
// there is nobody to be.
func (s *stage) stand(t *testing.T) (*chromium, string) {
	t.Helper()
	h := s.handler(t)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/blank" || r.URL.Path == "/favicon.ico" { // a page of ours on which nothing runs
			return
		}
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(srv.Close) // after the browser's page is gone, whose events it would wait for
	return newChromium(t), srv.URL
}

// enter logs the browser in.
func (c *chromium) enter(url string) {
	c.t.Helper()
	c.visit(url + "/blank")
	var status int
	c.eval(`fetch('/api/v1/login', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({password: '`+password+`'})}).then((r) => r.status)`, &status)
	if status != 200 {
		c.t.Fatalf("logging in: %d", status)
	}
}

// eachState shows every state of the scenes, of all where none is named, one
// scene's in a browser of their own.
func eachState(t *testing.T, see func(*chromium, state), only ...string) {
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
					c.enter(url)
					in = true
				}
				c.window(1280, "light")
				c.visit(url + s.at)
				c.settled()
				if s.do != "" {
					c.eval(s.do, nil)
					c.settled()
				}
				see(c, s)
			}
		})
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
func views(c *chromium, see func(name string, width int)) {
	for _, width := range []int{390, 1280} {
		for _, scheme := range []string{"light", "dark"} {
			c.window(width, scheme)
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
	if *pictures == "" {
		t.Skip("without -pictures FOLDER")
	}
	eachState(t, func(c *chromium, s state) {
		views(c, func(view string, _ int) { c.picture(s.name + "-" + view + ".png") })
	})
}
