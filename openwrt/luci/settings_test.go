package luci

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/daemon/config"
	"github.com/homesweep/homesweep/ui/chromium"
)

// set puts a value into a field of the form and leaves it.
func set(c *chromium.Page, option, value string) {
	c.T.Helper()
	field := `document.querySelector('[data-name=` + option + `] :is(input,select)')`
	c.Until(field)
	c.Eval(`((field) => { field.value = `+chromium.Script(value)+`; field.dispatchEvent(new Event('change', {bubbles: true})); })(`+field+`)`, nil)
}

// settings opens the form over a configuration.
func settings(t *testing.T, section object) (*router, *chromium.Page) {
	t.Helper()
	r := newRouter(t)
	r.answer = home(fine(), nil, 50)
	for name, value := range section {
		r.config[name] = value
	}
	c := chromium.New(t)
	r.open(c, "settings")
	c.Until(`document.querySelector('[data-name=enabled] input')`)
	return r, c
}

// saved presses Save & Apply and is what that wrote.
func saved(t *testing.T, r *router, c *chromium.Page) object {
	t.Helper()
	press(c, "Save & Apply")
	c.Until(`document.body.dataset.applied`)
	c.Eval(`delete document.body.dataset.applied`, nil)
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.applied) == 0 {
		t.Fatal("nothing was applied")
	}
	return r.applied[len(r.applied)-1]
}

// TestSave: a save writes exactly what was changed, and goes by uci's apply.
func TestSave(t *testing.T) {
	r, c := settings(t, object{"pace": "fast", "quiet": "22:30-07:00", "link": []any{"br-lan"}})
	if got := saved(t, r, c); len(got) != 0 {
		t.Errorf("a save without a change wrote %v", got)
	}
	set(c, "every", "90m")
	set(c, "listen", "guest:9000")
	set(c, "touch", "look")
	set(c, "quiet", "")
	set(c, "pace", "")
	c.Click(`[data-name=enabled] input`)
	c.Eval(`document.querySelectorAll('.cbi-tabmenu a')[1].click()`, nil)
	c.Click(`[data-name=link] input[value=br-guest]`)
	c.Click(`[data-name=target] button`)
	set(c, "target", "192.168.1.0/26")
	c.Eval(`document.querySelectorAll('.cbi-tabmenu a')[2].click()`, nil)
	c.Click(`[data-name=jail] input`)
	set(c, "memory", "48")
	want := object{
		"enabled": "0", "every": "90m", "listen": "guest:9000", "touch": "look", "quiet": nil, "pace": nil,
		"link": []any{"br-guest", "br-lan"}, "target": []any{"192.168.1.0/26"}, "jail": "0", "memory": "48",
	}
	if got := saved(t, r, c); !reflect.DeepEqual(got, want) {
		t.Errorf("the save wrote %v,\nwant %v", got, want)
	}
	if got := saved(t, r, c); len(got) != 0 {
		t.Errorf("the same again wrote %v", got)
	}
	for tab, name := range []string{"general", "reach", "advanced"} {
		c.Eval(`document.querySelectorAll('.cbi-tabmenu a')[`+string(rune('0'+tab))+`].click()`, nil)
		r.decent(c, "settings-"+name)
	}
}

// TestValues: what the service would refuse cannot be saved, and what it takes can.
func TestValues(t *testing.T) {
	r, c := settings(t, nil)
	for option, values := range map[string][2]string{
		"listen": {"lan:8480 192.168.1.1:8480 10.0.0.1:1024 172.16.0.1:65535 [fd00::1]:8480 [fe80::1%br-lan]:8480 iot-2:9000", "8480 :8480 lan lan:80 lan:65536 lan:08480 0.0.0.0:8480 8.8.8.8:8480 172.32.0.1:8480 192.168.1:8480 [2001:db8::1]:8480 [::]:8480 a.b:8480"},
		"every":  {"6h 90m 1m 24h", "6 0h 06h 1.5h 30s 6h30m -1h h"},
		"quiet":  {"22:30-07:00 00:00-23:59", "22:30 24:00-07:00 7:00-8:00 22:30-22:30 22:60-07:00"},
		"pull":   {"https://example.org/homesweep.bundle", "http://example.org/b https:// https://u:p@example.org/b https://example.org/a'b javascript:1"},
		"state":  {"/etc/homesweep/state /mnt/usb/homesweep", "homesweep /etc /etc/homesweep/../passwd /mnt/homesweeper"},
		"memory": {"16 48 4096", "15 4097 1.5 x -20"},
		"target": {"192.168.1.0/24 192.168.1.7 fd00::/64 fe80::1", "192.168.1.0/33 192.168.1.0/255.255.255.0 lan 192.168.1.0/"},
	} {
		if option == "target" {
			c.Eval(`document.querySelector('[data-name=target] button').click()`, nil)
		}
		for i, list := range values {
			for _, value := range strings.Fields(list) {
				set(c, option, value)
				var wrong bool
				if c.Eval(`!!document.querySelector('[data-name=`+option+`] .cbi-value-error')`, &wrong); wrong != (i == 1) {
					t.Errorf("%s %s: refused is %v", option, value, wrong)
				}
			}
		}
		set(c, option, "")
	}
	set(c, "listen", "0.0.0.0:8480")
	c.Reads("Expecting: a network or an address of the home")
	press(c, "Save")
	c.Reads("Option \"Dashboard at\" contains an invalid input value.")
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.applied)+len(r.staged) != 0 {
		t.Errorf("a bad value was saved: %v %v", r.applied, r.staged)
	}
}

// shipped are the options of the file that the package ships, with their defaults.
func shipped(t *testing.T) (names []string, defaults map[string]string) {
	t.Helper()
	text, err := os.ReadFile("../files/homesweep.config")
	if err != nil {
		t.Fatal(err)
	}
	defaults = map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^\t#?(?:option|list) (\w+) '([^']*)'`).FindAllStringSubmatch(string(text), -1) {
		names, defaults[m[1]] = append(names, m[1]), m[2]
	}
	return names, defaults
}

// TestOptions: the form has the options of the daemon's own table and the three of the
// service alone, as the file does, each with the words that the daemon takes, and says
// the same defaults.
func TestOptions(t *testing.T) {
	_, c := settings(t, nil)
	var fields []struct {
		Name, Hint string
		Choices    []string
	}
	c.Eval(`[...document.querySelectorAll('[data-name]')].map((e) => ({
		Name: e.dataset.name, Hint: e.querySelector('input')?.placeholder ?? '',
		Choices: [...e.querySelectorAll('option')].map((o) => o.value || o.innerText)
	}))`, &fields)
	words, want := map[string][]string{}, []string{"enabled", "memory", "jail"}
	for _, o := range config.Options {
		if o.Once {
			continue
		}
		name := strings.ReplaceAll(o.Name, "-", "_")
		want, words[name] = append(want, name), o.Words
		if o.Watch != nil {
			words[name] = o.Watch
		}
	}
	names, defaults := shipped(t)
	got := []string{}
	for _, f := range fields {
		got = append(got, f.Name)
		if len(f.Choices) == 0 && words[f.Name] != nil {
			t.Errorf("%s is no choice, of %q", f.Name, words[f.Name])
		}
		if f.Hint != "" && f.Hint != "on" && f.Hint != defaults[f.Name] {
			t.Errorf("%s: the form hints at %q, the file at %q", f.Name, f.Hint, defaults[f.Name])
		}
		if len(f.Choices) == 0 {
			continue
		}
		first := defaults[f.Name]
		if first == "listen" {
			first = "only listen"
		}
		if f.Choices[0] != "Default ("+first+")" || !slices.Equal(f.Choices[1:], words[f.Name]) {
			t.Errorf("%s: the form offers %q, the daemon takes %q, the file says %q", f.Name, f.Choices, words[f.Name], first)
		}
	}
	for _, list := range [][]string{want, got, names} {
		slices.Sort(list)
	}
	if !slices.Equal(got, want) || !slices.Equal(got, names) {
		t.Errorf("the form has %q,\nthe table %q,\nthe file %q", got, want, names)
	}
}

// TestNoSection: a file without its section is said to be empty, and breaks nothing.
func TestNoSection(t *testing.T) {
	r := newRouter(t)
	r.config = nil
	c := chromium.New(t)
	r.open(c, "settings")
	c.Reads("This section contains no values yet")
	r.decent(c, "settings-none")
}
