package ui

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/ui/chromium"
)

// TestPaperInBrowser: opened from disk, without a network, the file draws itself,
// says nothing on the console, asks for nothing and fits the window; and what a
// device says stays words.
func TestPaperInBrowser(t *testing.T) {
	c := chromium.New(t)
	for name, d := range map[string]PaperData{"report": furnished(t), "infested": infested(t)} {
		path := kept(t, d)
		for _, width := range []int{390, 1280} {
			c.Open(path, width)
			var page struct {
				Wide, Scripts, Foreign, Sheets, Styles int
				Title, Text                            string
			}
			c.Eval(`({Wide: document.documentElement.scrollWidth, Scripts: document.scripts.length, Styles: document.querySelectorAll('style,[style]').length,
				Foreign: document.querySelectorAll('img,iframe,object,embed,link,form,base').length,
				Sheets: document.querySelectorAll('.sheet').length, Title: document.title, Text: document.getElementById('main').textContent})`, &page)
			if page.Wide > width {
				t.Errorf("%s: at %d pixels the page is %d wide", name, width, page.Wide)
			}
			if page.Scripts != 2 || page.Styles != 1 || page.Foreign > 0 || page.Sheets != len(d.Sweep.Devices) || page.Title != "homesweep report, 22 November 2026" {
				t.Errorf("%s: %d scripts, %d styles, %d foreign elements, %d sheets, titled %q", name, page.Scripts, page.Styles, page.Foreign, page.Sheets, page.Title)
			}
			if name == "report" && (!strings.Contains(page.Text, "2 things should be done first, 7 more can follow.") || !strings.Contains(page.Text, "Soon after that 1") || !strings.Contains(page.Text, "Soon 5") || !strings.Contains(page.Text, "When you can 1")) {
				t.Error("what is to do is not counted as it is listed")
			}
			if name == "infested" {
				if !strings.Contains(page.Text, nasty[1]) || strings.ContainsAny(page.Text, "\u202e\u2066\x00\x1b") || strings.Contains(page.Text, strings.Repeat("Ä", 601)) {
					t.Error("a device's words are lost, turn the line around, or fill the page")
				}
			}
			c.Picture(fmt.Sprintf("%s-%d.png", name, width))
		}
	}
	c.Open(kept(t, PaperData{}), 390)
	c.Quiet()
}

// TestPaperHides: the switch takes every name and address off the page, and puts
// them back; in a copy made without them there is nothing to hide.
func TestPaperHides(t *testing.T) {
	d := furnished(t)
	c := chromium.New(t)
	c.Open(kept(t, d), 1280)
	shown := func() (text string) {
		c.Eval(`document.getElementById('main').innerHTML`, &text)
		return text
	}
	flip := `document.querySelector('[data-key=hide]').click()`
	secrets := []string{"HP ENVY 6000 series", "dvrdvs", "Annas-iPhone", "SMA3009912345", "192.168.1.", "00:12:31:aa:09:24", "Garage"}
	for _, secret := range secrets {
		if !strings.Contains(shown(), secret) {
			t.Fatalf("%q is not on the page to begin with", secret)
		}
	}
	c.Eval(`document.getElementById('by').value = 'Mia Muster'; document.getElementById('by').dispatchEvent(new Event('input'))`, nil)
	c.Eval(flip, nil)
	hidden := shown()
	for _, secret := range secrets {
		if i := strings.Index(hidden, secret); i >= 0 {
			t.Errorf("%q is still there: %q", secret, hidden[max(0, i-80):i+40])
		}
	}
	for _, want := range []string{"DS-2CD2143G0-I", "Remote command line (Telnet)", "DESCRIBE rtsp://[hidden]/"} {
		if !strings.Contains(hidden, want) {
			t.Errorf("%q is hidden too", want)
		}
	}
	c.Picture("hidden-1280.png")
	c.Eval(flip, nil)
	var by string
	if c.Eval(`document.getElementById('by').value`, &by); by != "Mia Muster" || !strings.Contains(shown(), "Annas-iPhone") {
		t.Errorf("afterwards %q stands on the line, or the names are not back", by)
	}
	for _, want := range []bool{false, true, false} {
		var ticked bool
		if c.Eval(`document.querySelector('[data-key=hide]').checked`, &ticked); ticked != want {
			t.Errorf("the box is ticked: %v, and names are hidden: %v", ticked, want)
		}
		if c.Eval(flip, nil); strings.Contains(shown(), "Annas-iPhone") != want {
			t.Errorf("after a flip from %v names do not follow the box", want)
		}
	}
	d.Redacted, d.Sweep.Links = true, []lan.Link{{Name: "link 1"}}
	c.Open(kept(t, d), 1280)
	if text := shown(); !strings.Contains(text, "Names and addresses were left out of this copy.") || strings.Contains(text, "data-key=\"hide\"") {
		t.Error("a copy without names does not say so, or offers to hide them")
	} else if strings.Contains(text, ">Network<") || !strings.Contains(text, "Annas-iPhone, Apple") {
		t.Error("a copy without names has a network without an address, or does not say what a device is")
	}
	c.Quiet()
}

// TestPaperPrints: on A4, light even on a dark screen, with nothing folded.
func TestPaperPrints(t *testing.T) {
	c := chromium.New(t)
	c.Ask("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": "dark"}}}, nil)
	c.Open(kept(t, furnished(t)), 1280)
	c.Eval(`addEventListener('beforeprint', () => { document.documentElement.dataset.closed = document.querySelectorAll('details:not([open])').length })`, nil)
	paper := c.PDF("report.pdf")
	if n := bytes.Count(paper, []byte("/Type /Page\n")); !bytes.HasPrefix(paper, []byte("%PDF-")) || n < 10 {
		t.Errorf("%d pages, %.8q", n, paper)
	}
	var closed, after string
	c.Eval(`document.documentElement.dataset.closed`, &closed)
	if c.Eval(`String(document.querySelectorAll('details:not([open])').length)`, &after); closed != "0" || after == "0" {
		t.Errorf("%s folds are closed in print, %s afterwards", closed, after)
	}
	c.Ask("Emulation.setEmulatedMedia", map[string]any{"media": "print", "features": []map[string]string{{"name": "prefers-color-scheme", "value": "dark"}}}, nil)
	var colours string
	if c.Eval(`getComputedStyle(document.body).backgroundColor + ' ' + getComputedStyle(document.body).color`, &colours); colours != "rgb(255, 255, 255) rgb(23, 33, 31)" {
		t.Errorf("printed from a dark screen: %s", colours)
	}
	c.Quiet()
}

// TestPaperTurns: a phone that is turned shows what a wide window shows, and turned
// back leaves open what its reader had opened.
func TestPaperTurns(t *testing.T) {
	c := chromium.New(t)
	c.Open(kept(t, furnished(t)), 390)
	c.Click("[data-key='summary scope']")
	open := func(width int, want string) {
		t.Helper()
		c.Window(width, "light")
		c.Until(`['scope', 'limits', 'read'].map((key) => document.querySelector('details[data-key=' + key + ']').open).join() === '` + want + `'`)
	}
	open(390, "true,false,false")
	open(844, "true,true,true")
	open(390, "true,false,false")
	c.Quiet()
}

// TestPaperReads: what a screen reader and tired eyes need.
func TestPaperReads(t *testing.T) {
	c := chromium.New(t)
	for _, scheme := range []string{"light", "dark"} {
		c.Ask("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
		c.Open(kept(t, furnished(t)), 1280)
		c.Picture("report-" + scheme + ".png")
		var faults []string
		if c.Eval(reading, &faults); len(faults) > 0 {
			t.Errorf("%s: %d faults: %.1000q", scheme, len(faults), faults)
		}
	}
	c.Quiet()
}

// reading lists what is wrong with a page for people who hear it or see badly
// (WCAG 2.2: 1.1.1, 1.3.1, 1.4.3, 2.4.4, 4.1.2).
const reading = `(() => {
	const faults = [], all = (q) => [...document.querySelectorAll(q)], told = (e) => e.textContent.trim().slice(0, 40);
	for (const d of all('details')) d.open = true;
	let level = 0;
	for (const e of all('h1,h2,h3,h4,h5,h6')) { const n = +e.tagName[1]; if (n > level + 1) faults.push('after h' + level + ' comes ' + e.tagName + ' ' + told(e)); level = n; }
	if (all('h1').length !== 1 || all('main').length !== 1 || !document.documentElement.lang) faults.push('no single h1, main, or no language');
	for (const e of all('th:not([scope])')) faults.push('th without scope: ' + told(e));
	for (const e of all('table')) if (!e.caption || !e.tHead) faults.push('table without caption or head: ' + told(e));
	for (const e of all('input')) if (!e.labels.length || !told(e.labels[0])) faults.push('input without label');
	for (const e of all('button,a,summary,h1,h2,h3,h4,h5')) if (!told(e)) faults.push('nothing to read: ' + e.outerHTML);
	for (const e of all('a')) if (!document.getElementById(decodeURIComponent(e.hash.slice(1)))) faults.push('leads nowhere: ' + e.href);
	for (const e of all('svg:not([aria-hidden]):not([role])')) faults.push('drawing that is neither named nor decoration');
	for (const e of all('.verdict,.pill')) if (!e.querySelector('svg') || !told(e)) faults.push('by colour alone: ' + told(e));
	const ids = all('[id]').map((e) => e.id); if (new Set(ids).size !== ids.length) faults.push('an id twice');
	const rgb = (c) => (c.match(/[\d.]+/g) || []).map(Number), light = (c) => { const [r, g, b] = c.slice(0, 3).map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
	const behind = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] === 1) return c; } return [255, 255, 255]; };
	const walk = document.createTreeWalker(document.getElementById('main'), NodeFilter.SHOW_TEXT);
	for (let n; (n = walk.nextNode());) {
		if (!n.data.trim()) continue;
		const e = n.parentElement, a = light(rgb(getComputedStyle(e).color)), b = light(behind(e)), ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		if (ratio < 4.5) faults.push(ratio.toFixed(2) + ': ' + told(e));
	}
	return faults;
})()`
