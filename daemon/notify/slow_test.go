package notify

import (
	"bufio"
	"context"
	"fmt"
	"net"
	netmail "net/mail"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// slow is a mail server that takes its time over each mail; then it gives an answer.
type slow struct {
	over    time.Duration
	answers []string // one for each mail, the last for all more
	mails   []*netmail.Message
}

// serve is one conversation.
func (s *slow) serve(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	fmt.Fprint(conn, "220 x\r\n")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		if line != "DATA\r\n" {
			fmt.Fprint(conn, "250 x\r\n")
			continue
		}
		fmt.Fprint(conn, "354 x\r\n")
		var text strings.Builder
		for line != ".\r\n" {
			if line, err = in.ReadString('\n'); err != nil {
				return
			}
			text.WriteString(line)
		}
		m, err := netmail.ReadMessage(strings.NewReader(text.String()))
		if err != nil {
			return
		}
		s.mails = append(s.mails, m)
		<-time.After(s.over)
		fmt.Fprint(conn, s.answers[min(len(s.mails), len(s.answers))-1]+"\r\n")
	}
}

// house is one whose channel is mail to s.
func (s *slow) house(t *testing.T) *Notifier {
	t.Helper()
	n, err := Open(Options{Journal: &paper{}, Log: quiet(), Now: time.Now, Dial: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go s.serve(theirs)
		return ours, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	c := mailbox
	c.ID, c.Server = "a", "mail.example.org:25"
	if err := n.SetAlerts(lan.Alerts{Channels: []lan.Channel{c}, Rules: []lan.Rule{{ID: "r", Channel: "a"}}}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- n.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return n
}

// TestSlowMailServer: one that reads a mail for long before it takes it gets it once.
func TestSlowMailServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slow{over: 9 * time.Minute, answers: []string{"250 x"}}
		n := s.house(t)
		n.Tell([]lan.Event{event("joined", "cam")})
		after(time.Hour)
		if d := n.Deliveries(); len(s.mails) != 1 || d[0].State != "sent" || d[0].Tries != 1 {
			t.Errorf("%d mails, %+v", len(s.mails), d)
		}
	})
}

// TestTheSameMailAgain: what is tried again is known by its Message-ID; another mail
// has another.
func TestTheSameMailAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slow{answers: []string{"451 later", "250 x", "250 x"}}
		n := s.house(t)
		n.Tell([]lan.Event{event("joined", "cam")})
		after(10 * time.Minute)
		n.Tell([]lan.Event{event("joined", "nas")})
		after(10 * time.Minute)
		if len(s.mails) != 3 {
			t.Fatalf("%d mails, %+v", len(s.mails), n.Deliveries())
		}
		var ids [3]string
		for i, m := range s.mails {
			ids[i] = m.Header.Get("Message-ID")
		}
		if len(ids[0]) < 20 || ids[0] != ids[1] || ids[1] == ids[2] {
			t.Errorf("%q", ids)
		}
	})
}

// TestRefusedMail: what a server does not want, it is not sent for a day.
func TestRefusedMail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slow{answers: []string{"554 spam", "554 spam", "554 spam", "250 x"}}
		n := s.house(t)
		n.Tell([]lan.Event{event("joined", "cam")})
		after(20 * time.Hour)
		if d := n.Deliveries(); len(s.mails) != maxRefusals || d[0].State != "given up" || !strings.Contains(d[0].Error, "spam") {
			t.Errorf("%d mails, %+v", len(s.mails), d)
		}
	})
}
