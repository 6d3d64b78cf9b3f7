package ui

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// TestGerman: the page speaks the language that was chosen, keeps no sentence of
// another, and a choice made in the settings shows at once.
func TestGerman(t *testing.T) {
	srv := eventless(t, newPublic(t, newHouse(t)))
	c := newChromium(t)
	see := func(at, lang string, wants ...string) {
		t.Helper()
		var markup string
		c.visit(srv.URL + at)
		for _, want := range append(wants, `<html lang="`+lang+`"`) {
			c.until("document.documentElement.outerHTML.includes(" + strconv.Quote(want) + ")")
		}
		c.settled()
		c.eval("document.documentElement.outerHTML", &markup)
		if lang == "de" && strings.Contains(markup, "{") {
			t.Errorf("%s has an unfilled place:\n%.2000s", at, markup[strings.Index(markup, "{"):])
		}
	}
	see("/#/settings", "en", ">Settings<", ">Deutsch<")
	c.eval("(() => { const l = document.getElementById('language'); l.value = 'de'; l.dispatchEvent(new Event('change')); })()", nil)
	c.settled()
	see("/?1#/settings", "de", ">Einstellungen<", ">Sprache<", "Ihre Privatsphäre")
	see("/?2#/", "de", ">In Ihrem Netz<", "Hiermit anfangen", ">Übersicht<")
	see("/?3#/devices", "de", "Was Sie zuerst braucht", "Kameras")
	see("/?4#/device/"+url.PathEscape("cam-front"), "de", "Offene Türen", "Was es ist und warum wir das denken")
	var focused string
	c.eval("location.hash = '#/devices'; new Promise((done) => setTimeout(() => done(document.activeElement.tagName + document.activeElement.textContent), 0))", &focused)
	if focused != "H1Geräte" {
		t.Errorf("after going to another page the focus is on %q", focused)
	}
}
