package ui

import (
	"strings"
	"testing"

	"github.com/homesweep/homesweep/ui/chromium"
)

// TestHostile: whatever devices, events and owners say, on every page in every
// state: it stays words, runs nothing, asks nobody, and never makes a page wider
// than its window.
func TestHostile(t *testing.T) {
	eachState(t, func(c *chromium.Page, s state) {
		var text string
		if c.Eval(`document.body.textContent`, &text); s.at != "/#/consent" && s.at != "/#/first" && !strings.Contains(text, hostile) {
			c.T.Errorf("%s: nobody is rude here", s.name)
		}
		views(c, func(view string, width int) {
			var page struct {
				Wide, Foreign int
				Title         string
			}
			c.Eval(`({Wide: document.documentElement.scrollWidth, Title: document.title,
				Foreign: document.querySelectorAll('img:not([src="/mark.svg"]),iframe,object,embed,base,body script,[style],[onerror]').length})`, &page)
			if page.Wide > width {
				c.T.Errorf("%s %s: the page is %d wide", s.name, view, page.Wide)
			}
			if page.Title == "owned" || page.Foreign > 0 {
				c.T.Errorf("%s %s: words became markup: %d foreign elements, titled %.80q", s.name, view, page.Foreign, page.Title)
			}
		})
		c.Quiet("http://127.0.0.1:")
	}, "hostile")
}
