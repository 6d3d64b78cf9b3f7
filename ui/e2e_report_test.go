package ui

import (
	"testing"

	"github.com/homesweep/homesweep/ui/chromium"
)

// told tells the page of a state once more, as a home's changes do.
const told = `import('/live.js').then(({live}) => live.dispatchEvent(new Event('state')))`

// failing makes the page's requests for an address fail, and counts them.
func failing(path string) string {
	return `(() => {
		const fetched = window.fetch;
		window.failed = 0;
		window.fetch = (at, how) => {
			if (at !== ` + chromium.Script(path) + `) return fetched(at, how);
			window.failed++;
			return Promise.reject(new TypeError('no network'));
		};
	})()`
}

// TestPaperPrintsAgain: a report that was left and shown again is printed with
// nothing folded, whatever was printed between.
func TestPaperPrintsAgain(t *testing.T) {
	s := newStage(t, "home")
	c, url := s.stand(t)
	c.Window(390, "light")
	logIn(c, url)
	c.Visit(url + "/#/report")
	c.Until(`document.querySelectorAll('.report details:not([open])').length > 3`)
	c.Press("Home")
	c.Until(`document.body.dataset.page === 'home' && !document.querySelector('.report')`)
	c.Eval(`dispatchEvent(new Event('beforeprint')); dispatchEvent(new Event('afterprint')); location.hash = '#/report'`, nil)
	c.Until(`document.querySelectorAll('.report details:not([open])').length > 3`)
	var folded []int
	if c.Eval(`['beforeprint', 'afterprint'].map((what) => { dispatchEvent(new Event(what)); return document.querySelectorAll('.report details:not([open])').length })`, &folded); folded[0] != 0 || folded[1] < 4 {
		t.Errorf("%d folds are closed in print, %d afterwards", folded[0], folded[1])
	}
	c.Quiet(url)
}

// TestPaperAskedOnce: a report that did not come is asked for again when its reader
// wishes so, and not whenever the home changes.
func TestPaperAskedOnce(t *testing.T) {
	s := newStage(t, "home")
	c, url := s.stand(t)
	logIn(c, url)
	c.Visit(url + "/#/")
	c.Settled()
	c.Eval(failing("/api/v1/report")+`; location.hash = '#/report'`, nil)
	asked := func(want int) {
		t.Helper()
		c.Until(`document.querySelector('main [data-again], main .notice')`)
		c.Eval(told+`.then(() => 0)`, nil)
		c.Settled()
		var n int
		if c.Eval(`window.failed`, &n); n != want {
			t.Errorf("the report was asked for %d times, want %d", n, want)
		}
	}
	asked(1)
	asked(1)
	c.Press("Try again")
	c.Until(`window.failed === 2`)
	asked(2)
	c.Quiet(url)
}

// TestSpriteComesLate: drawings that could not be had at first come by themselves,
// and one that there is not has another in its place.
func TestSpriteComesLate(t *testing.T) {
	s := newStage(t, "home")
	c, url := s.stand(t)
	logIn(c, url)
	c.Ask("Page.addScriptToEvaluateOnNewDocument", map[string]any{"source": `(() => {
		const open = XMLHttpRequest.prototype.open;
		XMLHttpRequest.prototype.open = function (how, at) {
			XMLHttpRequest.prototype.open = open;
			open.call(this, how, '/api/v1/none');
		};
	})()`}, nil)
	c.Visit(url + "/#/")
	c.Eval(`import('/icons.js').then(({sign}) => { const early = sign('nobody-knows'); early.id = 'early'; document.body.append(early) })`, nil)
	c.Until(`document.querySelectorAll('#icons symbol').length > 40`)
	c.Until(`document.querySelector('#early use').getAttribute('href') === '#icon-for_info'`)
	var late string
	if c.Eval(`import('/icons.js').then(({sign}) => sign('nobody-knows').innerHTML + sign('act_now').innerHTML)`, &late); late != `<use href="#icon-for_info"></use><use href="#icon-act_now"></use>` {
		t.Errorf("drawings are %s", late)
	}
	c.Excuse("status of 404")
	c.Quiet(url)
}
