package door

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"time"
)

// How long a ticket is good, and how many wait to be used at once.
const (
	ticketTime = time.Minute
	maxTickets = 16
)

// ErrTicket is for a ticket that lets nobody in.
var ErrTicket = errors.New("that ticket has been used, or its minute is over")

// Ticket lets one browser in without the password, once and within a minute. It
// is handed out on this machine only, to its owner's programs: whoever has logged
// in to the router's own pages need not do so again. No more than 16 wait at once;
// the oldest goes. now is the caller's clock.
func (d *Door) Ticket(now time.Time) string {
	ticket := rand.Text()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tear(now)
	for len(d.tickets) >= maxTickets {
		var oldest [sha256.Size]byte
		for hash, until := range d.tickets {
			if first, ok := d.tickets[oldest]; !ok || until.Before(first) {
				oldest = hash
			}
		}
		delete(d.tickets, oldest)
	}
	if d.tickets == nil {
		d.tickets = map[[sha256.Size]byte]time.Time{}
	}
	d.tickets[sha256.Sum256([]byte(ticket))] = now.Add(ticketTime)
	return ticket
}

// Redeem is nil, once, for a ticket that is good still. While no password is set
// no ticket is: the first person at the dashboard sets one.
func (d *Door) Redeem(ticket string) error { return d.redeem(ticket, time.Now()) }

func (d *Door) redeem(ticket string, now time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tear(now)
	hash := sha256.Sum256([]byte(ticket)) // what its time tells is of the hash
	if _, good := d.tickets[hash]; !good || len(d.hash) == 0 {
		return ErrTicket
	}
	delete(d.tickets, hash)
	return nil
}

// tear throws away the tickets whose time is over.
func (d *Door) tear(now time.Time) {
	for hash, until := range d.tickets {
		if !now.Before(until) {
			delete(d.tickets, hash)
		}
	}
}
