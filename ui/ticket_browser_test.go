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
