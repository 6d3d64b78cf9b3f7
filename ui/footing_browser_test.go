package ui

import (
	"testing"

	"github.com/homesweep/homesweep/ui/chromium"
)

// TestFooting: what the machine does not let the daemon do stands on the first page,
// in plain words; where it lets it do everything, nothing of it does.
func TestFooting(t *testing.T) {
	house := newHouse(t)
	srv := eventless(t, newPublic(t, house))
	c := chromium.New(t)
	const shown = `[...document.querySelectorAll('[aria-labelledby=cost] dt')].map((e) => e.textContent).join('|')`
	var rows string
	for _, at := range []struct{ rung, room, path, want, words string }{
		{"raw", "", "/?1#/", "", "Memory now"},
		{"", "", "/?2#/", "", "Memory now"},
		{"somewhere", "else", "/?3#/", "", "Memory now"},
		{"connect", "", "/?4#/", "|What this machine allows", "CAP_NET_RAW"},
		{"raw", "little", "/?5#/", "|Memory for it", "half as many connections"},
		{"raw", "tight", "/?6#/", "|Memory for it", "takes longer"},
		{"connect", "none", "/?7#/", "|What this machine allows|Memory for it", "it only listens"},
	} {
		house.mu.Lock()
		house.upkeep.Rung, house.upkeep.Room = at.rung, at.room
		house.mu.Unlock()
		c.Visit(srv.URL + at.path)
		c.Settled()
		c.Reads(at.words)
		c.Eval(shown, &rows)
		if want := "Memory now|Processor today|Written to flash today" + at.want; rows != want {
			t.Errorf("%q, %q: %q, want %q", at.rung, at.room, rows, want)
		}
	}
}
