package ui

import (
	"testing"

	"github.com/homesweep/homesweep/ui/chromium"
)

// TestWordsOfNumbers: a sentence with a number in it is right for one and for several.
func TestWordsOfNumbers(t *testing.T) {
	s := newStage(t, "home")
	c, url := s.stand(t)
	logIn(c, url)
	c.Visit(url + "/#/")
	c.Eval(`Promise.all(['say', 'en', 'de'].map((name) => import('/' + name + '.js'))).then(([say, en, de]) => {
		window.said = (language, key, values) => { say.speak(language, { en: en.en, de: de.de }[language]); return say.say(key, values); };
	})`, nil)
	for _, w := range []struct{ language, key, values, want string }{
		{"en", "report.each", "{n: 1}", "1 device, with a sheet of its own below."},
		{"en", "report.each", "{n: 2}", "2 devices, each with a sheet of its own below."},
		{"en", "chronicle.strip.hours", "{n: 5}", "About 5 hours on each of those days."},
		{"de", "chronicle.strip.hours", "{n: 1}", "An diesen Tagen jeweils etwa eine Stunde."},
		{"de", "alerts.more", "{n: 1}", "1 weiteres"},
		{"de", "alerts.more", "{n: 2}", "2 weitere"},
		{"de", "cover.sum", "{n: 3, answered: 1}", "3 Prüfungen wurden gemacht oder versucht, davon mit Ergebnis: 1. An keinem Gerät wurde etwas verändert."},
	} {
		var got string
		if c.Eval("said("+chromium.Script(w.language)+", "+chromium.Script(w.key)+", "+w.values+")", &got); got != w.want {
			t.Errorf("%s, %s of %s: %q, want %q", w.language, w.key, w.values, got, w.want)
		}
	}
	c.Eval(`localStorage.setItem('language', 'de')`, nil)
	c.Visit(url + "/?de#/")
	c.Reads("Um drei Dinge sollten Sie sich jetzt kümmern")
	c.Quiet(url)
}
