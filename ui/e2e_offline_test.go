package ui

import "testing"

// TestOffline: while the router does not answer, the page keeps what it showed
// and says how old it is; what it could not have it asks for again by itself once
// the router is back.
func TestOffline(t *testing.T) {
	s := newStage(t, "home")
	c, url := s.stand(t)
	logIn(c, url)
	c.Visit(url + "/#/")
	c.Settled()
	shown := `document.querySelector('main').innerText`
	var before, after string
	c.Eval(shown, &before)
	load := `import('/live.js').then(({live}) => live.load())`
	reach(c, false)
	c.Eval(load, nil)
	c.Reads("Last heard at")
	c.Until(`document.querySelector('main.behind')`)
	if c.Eval(shown, &after); after != before {
		t.Errorf("without the router the page shows\n%.300s\ninstead of\n%.300s", after, before)
	}
	c.Eval(`location.hash = '#/happened'`, nil)
	c.Until(`document.querySelector('main [data-again]')`)
	c.Until(`getComputedStyle(document.querySelector('.stale-view')).display === 'none'`) // it is said once
	reach(c, true)
	c.Eval(load, nil)
	c.Until(`document.querySelectorAll('.day').length > 3`)
	c.Until(`!document.querySelector('.behind') && document.querySelector('.stale-view').hidden`)
}
