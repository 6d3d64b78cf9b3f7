package ui

import (
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/ui/chromium"
)

// TestTicketInBrowser: a ticket in the address lets the browser in without a page
// to log in at, goes out of the address, and is said to be of no use when it is not.
func TestTicketInBrowser(t *testing.T) {
	m := newHome(t, password)
	srv := eventless(t, m.h)
	c := chromium.New(t)
	m.door.ticket = "GOODTICKET"
	c.Visit(srv.URL + "/#ticket=GOODTICKET")
	c.Until("document.body.dataset.page === 'home'")
	var at string
	c.Eval("location.href + ' ' + history.length", &at)
	if strings.Contains(at, "ticket") {
		t.Errorf("the ticket stays in %s", at)
	}
	m.door.mu.Lock()
	left := m.door.ticket
	m.door.mu.Unlock()
	if left != "" {
		t.Error("the ticket was not handed in")
	}
	// The page is open already: no page has the ticket's name, and it is of no use.
	c.Eval("location.hash = '#ticket=ANOTHER'", nil)
	c.Until("!location.hash && document.body.dataset.page === 'home'")

	m.clock.move(time.Minute)
	c = chromium.New(t)
	c.Visit(srv.URL + "/#ticket=USED")
	c.Until("document.body.dataset.page === 'gate'")
	c.Reads("This ticket has been used, or its minute is over. Go back to the router's page")
	c.Reads("Password")
	c.Eval("location.href", &at)
	if strings.Contains(at, "ticket") {
		t.Errorf("the ticket stays in %s", at)
	}
}

// TestCodeInBrowser: before there is a password the address brings the one-time code
// for it, also to a page that is open already, and only the password is left to choose.
func TestCodeInBrowser(t *testing.T) {
	m := newHome(t, "")
	srv := eventless(t, m.h)
	c := chromium.New(t)
	c.Visit(srv.URL + "/")
	c.Reads("logread")
	c.Until("document.getElementById('code')?.value === '' && document.activeElement.id === 'code'")
	c.Eval("location.hash = '#code=' + "+chromium.Script(code), nil)
	c.Until("!location.hash && document.getElementById('code')?.value === " + chromium.Script(code) + " && document.activeElement.id === 'password'")
	c = chromium.New(t)
	c.Visit(srv.URL + "/#code=" + code)
	c.Until("!location.hash && document.getElementById('code')?.value === " + chromium.Script(code) + " && document.activeElement.id === 'password'")
	c.Lacks("logread")
	c.Eval("document.getElementById('password').value = "+chromium.Script(password)+"; document.querySelector('form button[type=submit]').click()", nil)
	c.Until("document.body.dataset.page !== 'gate'")
}

// TestTicketOnce: a ticket that came while the browser was in already lets nobody
// in after it was logged out; one that could not be handed in is kept until it can.
func TestTicketOnce(t *testing.T) {
	m := newHome(t, password)
	srv := eventless(t, m.h)
	c := chromium.New(t)
	logIn(c, srv.URL)
	c.Visit(srv.URL + "/#/")
	m.door.mu.Lock()
	m.door.ticket = "GOODTICKET"
	m.door.mu.Unlock()
	c.Eval("document.querySelector('main').dataset.before = 'yes'; location.hash = '#ticket=GOODTICKET'", nil)
	c.Until("document.body.dataset.page === 'home' && !document.querySelector('main').dataset.before")
	c.Visit(srv.URL + "/#ticket=GOODTICKET")
	c.Until("document.body.dataset.page === 'home'")
	c.Eval("location.hash = '#/settings'", nil)
	c.Press("Log out")
	c.Until("document.body.dataset.page === 'gate'")
	c.Settled()
	m.door.mu.Lock()
	left := m.door.ticket
	m.door.mu.Unlock()
	if left == "" {
		t.Error("logging out handed in the ticket that had come before")
	}
	c.Eval(`(() => {
		const fetched = window.fetch;
		window.fetch = (at, how) => {
			if (!at.endsWith('/ticket')) return fetched(at, how);
			window.fetch = fetched;
			return Promise.reject(new TypeError('no network'));
		};
	})(); location.hash = '#ticket=GOODTICKET'`, nil)
	c.Reads("homesweep does not answer")
	c.Press("Try again")
	c.Until("document.body.dataset.page === 'settings' || document.body.dataset.page === 'home'")
}
