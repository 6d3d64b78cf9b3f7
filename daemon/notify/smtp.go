package notify

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

func checkSMTP(c *lan.Channel) error {
	if err := checkHostPort(c.Server, "mail.example.org:587"); err != nil {
		return err
	}
	for _, address := range []string{c.From, c.To} {
		if err := checkMail(address); err != nil {
			return err
		}
	}
	if (c.User == "") != (c.Key == "") {
		return errors.New("it needs both a user name and a password, or neither")
	}
	return nil
}

// checkMail is nil for "anna@example.org": nothing in it has a meaning to SMTP.
func checkMail(address string) error {
	name, host, _ := strings.Cut(address, "@")
	if name == "" || host == "" || strings.ContainsFunc(address, func(r rune) bool {
		return r <= ' ' || r > '~' || strings.ContainsRune(`<>()[]\,;:"`, r)
	}) || strings.Contains(host, "@") {
		return fmt.Errorf("%q is no mail address like anna@example.org", lan.Printable(address, lan.MaxName))
	}
	return nil
}

// mailer is a conversation with a mail server (RFC 5321).
type mailer struct {
	c      *lan.Channel
	conn   net.Conn
	in     *bufio.Reader
	server string
	offers map[string]string // EHLO's keywords with what follows them
	secure bool
}

// smtp sends a message by mail. A password goes over TLS only.
func (n *Notifier) smtp(ctx context.Context, c *lan.Channel, m *message) error {
	conn, err := n.dial(ctx, "tcp", c.Server, c.TLS == "whole")
	if err != nil {
		return err
	}
	n.waiting(conn, mailSteps)
	s := &mailer{c: c, conn: conn, server: c.Server, secure: c.TLS == "whole"}
	defer func() { _ = s.conn.Close() }()
	s.in = bufio.NewReaderSize(conn, maxReplyLine)
	if err := s.open(ctx, n, c); err != nil {
		return err
	}
	for _, step := range []struct {
		say  string
		want int // the first digit of the reply
	}{{"MAIL FROM:<" + c.From + ">", 2}, {"RCPT TO:<" + c.To + ">", 2}, {"DATA", 3}} {
		if _, err := s.ask(step.say, step.want); err != nil {
			return err
		}
	}
	n.waiting(s.conn, dotSteps)
	if _, err := s.ask(dotted(mail(c, m))+".", 2); err != nil {
		var no refusal
		if errors.As(err, &no) {
			no.content = true
			return no
		}
		return err
	}
	_, _ = fmt.Fprint(s.conn, "QUIT\r\n") // it has the message
	return nil
}

// open greets, goes over to TLS and logs in, as far as c wants.
func (s *mailer) open(ctx context.Context, n *Notifier, c *lan.Channel) error {
	if _, err := s.hear(2); err != nil {
		return err
	}
	if err := s.greet(); err != nil {
		return err
	}
	if _, offered := s.offers["STARTTLS"]; !s.secure && (offered || c.TLS == "start") {
		if err := s.startTLS(ctx, n); err != nil {
			return err
		}
	}
	if c.User == "" {
		return nil
	}
	return s.login(c)
}

// greet says EHLO with our address (RFC 5321 section 4.1.3), and hears what is
// offered.
func (s *mailer) greet() error {
	us := "[127.0.0.1]"
	if host, _, err := net.SplitHostPort(s.conn.LocalAddr().String()); err == nil {
		host, _, _ = strings.Cut(host, "%")
		if strings.Contains(host, ":") {
			host = "IPv6:" + host
		}
		us = "[" + host + "]"
	}
	lines, err := s.ask("EHLO "+us, 2)
	if err != nil {
		return err
	}
	s.offers = map[string]string{}
	for _, l := range lines {
		word, rest, _ := strings.Cut(strings.ToUpper(l), " ")
		s.offers[word] = rest
	}
	return nil
}

// startTLS goes over to TLS (RFC 3207). What was said before is forgotten, and what
// was sent ahead of the handshake is a forgery.
func (s *mailer) startTLS(ctx context.Context, n *Notifier) error {
	if _, err := s.ask("STARTTLS", 2); err != nil {
		return fmt.Errorf("%s cannot be talked to in TLS: %w", s.server, err)
	}
	if s.in.Buffered() > 0 {
		return fmt.Errorf("%s spoke out of turn before TLS; nothing was sent", s.server)
	}
	conn, err := n.secure(ctx, s.conn, s.server)
	if err != nil {
		return err
	}
	s.conn, s.in, s.secure = conn, bufio.NewReaderSize(conn, maxReplyLine), true
	return s.greet()
}

// login is AUTH PLAIN (RFC 4616), or LOGIN where only that is offered.
func (s *mailer) login(c *lan.Channel) error {
	if !s.secure {
		return refusal{words: s.server + " offers no TLS, without which the password is not sent; choose another port, or leave user and password empty"}
	}
	code := base64.StdEncoding.EncodeToString
	ways := " " + s.offers["AUTH"] + " "
	steps := []string{"AUTH LOGIN", code([]byte(c.User)), code([]byte(c.Key))}
	switch {
	case strings.Contains(ways, " PLAIN "):
		steps = []string{"AUTH PLAIN " + code([]byte("\x00"+c.User+"\x00"+c.Key))}
	case !strings.Contains(ways, " LOGIN "):
		return refusal{words: s.server + " offers no way to log in that homesweep knows (PLAIN or LOGIN)"}
	}
	for i, step := range steps {
		want := 3
		if i == len(steps)-1 {
			want = 2
		}
		if _, err := s.ask(step, want); err != nil {
			var no refusal
			if errors.As(err, &no) {
				no.words += "; are user name and password right?"
				return no
			}
			return err
		}
	}
	return nil
}

// ask says one command, and hears the reply.
func (s *mailer) ask(say string, want int) ([]string, error) {
	if _, err := fmt.Fprint(s.conn, say+"\r\n"); err != nil {
		return nil, plain(err, s.server)
	}
	return s.hear(want)
}

// hear reads a reply whose first digit should be want. A server's last no (5xx) is
// a refusal.
func (s *mailer) hear(want int) ([]string, error) {
	code, lines, err := readReply(s.in)
	if err != nil {
		return nil, plain(err, s.server)
	}
	if code/100 == want {
		return lines, nil
	}
	words := fmt.Sprintf("%s said %d %s", s.server, code, conceal(s.c, strings.Join(lines, " "), maxLine/2))
	if code/100 == 5 {
		return nil, refusal{words: words}
	}
	return nil, errors.New(words)
}
