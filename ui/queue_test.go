package ui

import (
	"context"
	"fmt"
	"net/http/httptest"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// porch is where log-ins wait while the door looks at one.
type porch struct {
	*home
	going   chan struct{}
	answers chan string // who was answered, and by what code
}

func newPorch(t *testing.T) *porch {
	p := &porch{newHome(t, password), make(chan struct{}), make(chan string, 200)}
	p.ask("POST", "/api/v1/login", enter, 200)
	p.door.meanwhile = func() { <-p.going }
	return p
}

// come is one log-in, which is answered or waits when it returns.
func (p *porch) come(who, remote, cookies string) {
	go func() { p.answers <- fmt.Sprint(who, " ", knock(p.home, remote, enter, cookies).Code) }()
	synctest.Wait()
}

// next lets the door answer the one it looks at.
func (p *porch) next() string {
	p.going <- struct{}{}
	synctest.Wait()
	return <-p.answers
}

func (p *porch) want(list ...string) {
	p.t.Helper()
	for _, want := range list {
		if got := p.next(); got != want {
			p.t.Errorf("answered: %s, want %s", got, want)
		}
	}
}

// TestLoginQueue: one host with addresses without end keeps nobody of another
// network waiting for more than one of its tries, nor who was let in before, and a
// ticket waits for no password at all.
func TestLoginQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPorch(t)
		for i := range 20 {
			p.come(fmt.Sprint("alias ", i), fmt.Sprintf("[fe80::%x]:1", i+1), "")
		}
		p.come("owner", "192.168.1.50:1", "")
		p.come("known", "[fe80::99]:1", p.known)
		for i := range 12 {
			if got, want := <-p.answers, fmt.Sprintf("alias %d 429", i+8); got != want {
				t.Fatalf("refused: %s, want %s", got, want)
			}
		}
		p.door.ticket = "a ticket"
		p.ask("POST", "/api/v1/ticket", `{"ticket":"another"}`, 403)
		p.ask("POST", "/api/v1/ticket", `{"ticket":"a ticket"}`, 200)
		p.want("alias 0 200", "owner 200", "known 200", "alias 1 200", "alias 2 200")
		p.come("other", "192.168.1.51:1", "")
		p.want("alias 3 200", "other 200", "alias 4 200", "alias 5 200", "alias 6 200", "alias 7 200")
	})
}

// TestLoginQueueFull: of strangers no more wait than leave room for others in the
// crowd; the next is told when to come again, and who was let in before is not.
func TestLoginQueueFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPorch(t)
		for i := range 33 {
			p.come(fmt.Sprint(i), fmt.Sprintf("192.168.1.%d:1", i+10), "")
		}
		if got := <-p.answers; got != "32 429" {
			t.Fatalf("refused: %s", got)
		}
		if w := knock(p.home, "192.168.1.200:1", enter, ""); w.Header().Get("Retry-After") != "5" {
			t.Errorf("%d, after %q s", w.Code, w.Header().Get("Retry-After"))
		}
		p.come("known", "192.168.1.200:1", p.known)
		for i := range 32 {
			p.want(fmt.Sprint(i, " 200"))
		}
		p.want("known 200")
	})
}

// TestLoginPatience: who waits for longer than an answer may take is told so in
// time, and may try again at once.
func TestLoginPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, began := newPorch(t), time.Now()
		p.come("slow", "192.168.1.50:1", "")
		p.come("owner", "192.168.1.51:1", "")
		if got, took := <-p.answers, time.Since(began); got != "owner 429" || took > 25*time.Second {
			t.Errorf("%s after %v", got, took)
		}
		p.want("slow 200")
		p.come("owner", "192.168.1.51:1", "")
		p.want("owner 200")
	})
}

// TestLoginWaits: whose password waits keeps its place in the crowd before
// strangers.
func TestLoginWaits(t *testing.T) {
	s := newSquare(t)
	var all []*guest
	for i := range maxStrange {
		g, _, _ := s.come(host(i))
		g.busy, all = true, append(all, g)
	}
	r := httptest.NewRequest("POST", "/api/v1/login", nil)
	r = r.WithContext(context.WithValue(t.Context(), guestKey{}, all[0]))
	done := inQueue(r)
	if _, leaver, ok := s.come("192.168.1.6"); !ok || leaver != all[1] {
		t.Errorf("who waits leaves for another: %v, %t", slices.Index(all, leaver), ok)
	}
	done()
	if _, leaver, ok := s.come("192.168.1.7"); !ok || leaver == all[0] {
		t.Errorf("the one that asked nothing stays: %t", ok)
	}
}
