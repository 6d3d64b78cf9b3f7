package ui

import (
	"strings"
	"testing"
	"time"
)

// TestPassword: the old one is wanted, slowly, and the new one ends every session
// but this browser's.
func TestPassword(t *testing.T) {
	m := let(t)
	mine := m.cookie
	m.cookie = ""
	m.ask("POST", "/api/v1/login", enter, 200)
	other := m.cookie
	m.cookie = mine
	const next = "four dry cats sleeping"
	m.ask("PUT", "/api/v1/password", `{"old":"`+password+`","new":"elevenchars"}`, 400)
	m.ask("PUT", "/api/v1/password", `{"old":"`+password+`","new":"`+strings.Repeat("x", maxPassword+1)+`"}`, 400)
	if got := m.ask("PUT", "/api/v1/password", `{"old":"not it","new":"`+next+`"}`, 403).Body.String(); !strings.Contains(got, "The old password is not right.") {
		t.Error(got)
	}
	m.ask("PUT", "/api/v1/password", `{"old":"`+password+`","new":"`+next+`"}`, 429)
	m.clock.move(time.Second)
	m.ask("PUT", "/api/v1/password", `{"old":"`+password+`","new":"`+next+`"}`, 200)
	if m.cookie == mine || m.door.kept != next {
		t.Errorf("the session is the old one, or the password is %q", m.door.kept)
	}
	m.ask("GET", "/api/v1/state", "", 200)
	for _, old := range []string{mine, other} {
		m.cookie = old
		m.ask("GET", "/api/v1/state", "", 401)
	}
}

// TestTicket lets one browser in, once.
func TestTicket(t *testing.T) {
	m := newHome(t, password)
	m.door.ticket = "a ticket of the router"
	m.ask("POST", "/api/v1/ticket", `{"ticket":"another"}`, 403)
	m.ask("POST", "/api/v1/ticket", `{"ticket":"a ticket of the router"}`, 200)
	m.ask("GET", "/api/v1/state", "", 200)
	m.cookie = ""
	m.ask("POST", "/api/v1/ticket", `{"ticket":"a ticket of the router"}`, 403)
	m.ask("GET", "/api/v1/state", "", 401)
}
