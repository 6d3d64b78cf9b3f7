package ui

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/ui/chromium"
)

// TestGerman: the page speaks the language that was chosen, keeps no sentence of
// another, and a choice made in the settings shows at once.
func TestGerman(t *testing.T) {
	srv := eventless(t, newPublic(t, newHouse(t)))
	c := chromium.New(t)
	see := func(at, lang string, wants ...string) {
		t.Helper()
		var markup string
		c.Visit(srv.URL + at)
		for _, want := range append(wants, `<html lang="`+lang+`"`) {
			c.Until("document.documentElement.outerHTML.includes(" + strconv.Quote(want) + ")")
		}
		c.Settled()
		c.Eval("document.documentElement.outerHTML", &markup)
		if lang == "de" && strings.Contains(markup, "{") {
			t.Errorf("%s has an unfilled place:\n%.2000s", at, markup[strings.Index(markup, "{"):])
		}
	}
	see("/#/settings", "en", ">Settings<", ">Deutsch<")
	c.Eval("(() => { const l = document.getElementById('language'); l.value = 'de'; l.dispatchEvent(new Event('change')); })()", nil)
	c.Settled()
	see("/?1#/settings", "de", ">Einstellungen<", ">Sprache<", "Ihre Privatsphäre")
	see("/?2#/", "de", ">In Ihrem Netz<", "Hiermit anfangen", ">Übersicht<")
	see("/?3#/devices", "de", "Dringendes zuerst", "Kameras")
	see("/?4#/device/"+url.PathEscape("cam-front"), "de", "Offene Türen", "Was es ist und warum wir das denken")
	var focused string
	c.Eval("location.hash = '#/devices'; new Promise((done) => setTimeout(() => done(document.activeElement.tagName + document.activeElement.textContent), 0))", &focused)
	if focused != "H1Geräte" {
		t.Errorf("after going to another page the focus is on %q", focused)
	}
}

// TestGermanPaper: the report in a file of its own speaks the language of the
// browser that opens it, with every word that it has a place for.
func TestGermanPaper(t *testing.T) {
	c := chromium.New(t)
	c.Ask("Emulation.setUserAgentOverride", map[string]any{"userAgent": "a browser", "acceptLanguage": "de-AT,en"}, nil)
	c.Open(kept(t, furnished(t)), 390)
	var page struct {
		Lang, Text string
		Wide       int
	}
	c.Eval(`({Lang: document.documentElement.lang, Text: document.getElementById('main').textContent, Wide: document.documentElement.scrollWidth})`, &page)
	for _, want := range []string{"Ihr Heimnetz, Gerät für Gerät", "Was zuerst zu tun ist", "Videorekorder", "Von hier aus nicht erkennbar", "Alle Bestimmungen von ETSI EN 303 645"} {
		if !strings.Contains(page.Text, want) {
			t.Errorf("%q is not in the report", want)
		}
	}
	if bare := keyLike.FindString(page.Text); bare != "" || page.Lang != "de" || page.Wide > 390 {
		t.Errorf("language %q, %d pixels wide, %q in place of its words", page.Lang, page.Wide, bare)
	}
	c.Quiet()
}

// keyLike is a key of the catalogue that stands where its words should.
var keyLike = regexp.MustCompile(`\b(?:asked|changes|code|cover|device|effort|facts|field|finding|guideline|home|kind|model|number|origins|plan|report|same|service|severity|sheet|source|sure|time|verdict|why)\.[a-z][\w.-]*\b`)
