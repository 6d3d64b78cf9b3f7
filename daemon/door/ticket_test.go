package door

import (
	"errors"
	"testing"
	"time"
)

// TestTicket: a ticket is good once, for a minute, and not after another password.
func TestTicket(t *testing.T) {
	d, err := Open(&paper{})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	if early := d.Ticket(now); d.redeem(early, now) == nil {
		t.Error("a ticket is good before there is a password")
	}
	if err := d.Set("three wet dogs dancing"); err != nil || d.Epoch() != 1 {
		t.Fatalf("%v, epoch %d", err, d.Epoch())
	}
	first, second, late := d.Ticket(now), d.Ticket(now), d.Ticket(now)
	if first == second || len(first) < 26 {
		t.Errorf("tickets %q and %q", first, second)
	}
	for _, c := range []struct {
		ticket string
		after  time.Duration
		good   bool
	}{
		{"", 0, false}, {first, ticketTime - time.Second, true}, {first, 0, false}, {second, 0, true},
		{late, ticketTime, false}, {late, 0, false},
	} {
		if err := d.redeem(c.ticket, now.Add(c.after)); (err == nil) != c.good || err != nil && !errors.Is(err, ErrTicket) {
			t.Errorf("%q after %v: %v", c.ticket, c.after, err)
		}
	}
	before := d.Ticket(now)
	if err := d.Set("three wet cats dancing"); err != nil || d.redeem(before, now) == nil || d.Epoch() != 2 {
		t.Errorf("a ticket outlived its password: %v, epoch %d", err, d.Epoch())
	}
}

// TestTickets: who asks for more and more gets the newest few.
func TestTickets(t *testing.T) {
	d, err := Open(&paper{})
	if err == nil {
		err = d.Set("three wet dogs dancing")
	}
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	var all []string
	for i := range 1000 {
		all = append(all, d.Ticket(now.Add(time.Duration(i))))
	}
	if len(d.tickets) != maxTickets || d.redeem(all[0], now) == nil || d.redeem(all[999], now) != nil {
		t.Errorf("%d tickets wait", len(d.tickets))
	}
}
