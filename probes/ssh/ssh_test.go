package ssh

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

const right, wrong = "right-word", "wrong-word"

// server is somebody else's SSH server, for one connection.
func server(t *testing.T, config *ssh.ServerConfig) net.Conn {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	config.AddHostKey(signer)
	return serves(t, func(c net.Conn) {
		if conn, channels, requests, err := ssh.NewServerConn(c, config); err == nil {
			go ssh.DiscardRequests(requests)
			for range channels {
				t.Error("a channel was asked for")
			}
			conn.Close()
		}
	})
}

// serves is the client's end of a connection to serve.
func serves(t *testing.T, serve func(net.Conn)) net.Conn {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		c, err := ln.Accept()
		if err == nil {
			c.SetDeadline(time.Now().Add(20 * time.Second))
			serve(c)
			c.Close()
		}
	}()
	conn, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	t.Cleanup(func() { conn.Close(); ln.Close(); <-done })
	return conn
}

// passwords is a server's configuration that takes one.
func passwords() *ssh.ServerConfig {
	return &ssh.ServerConfig{
		PasswordCallback: func(c ssh.ConnMetadata, p []byte) (*ssh.Permissions, error) {
			if c.User() == "root" && string(p) == right {
				return nil, nil
			}
			return nil, errors.New("no")
		},
	}
}

// opened is a client past the key exchange.
func opened(t *testing.T, conn net.Conn) *Client {
	t.Helper()
	c, err := Open(conn)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestEveryMethod speaks each key exchange, cipher and MAC of the offer with a
// server that has only that one.
func TestEveryMethod(t *testing.T) {
	try := func(what string, config ssh.Config) {
		t.Run(what, func(t *testing.T) {
			for _, password := range []string{right, wrong} {
				s := passwords()
				s.Config = config
				c := opened(t, server(t, s))
				none, err := c.None("root")
				if err != nil || none.In || !none.Takes("password") || none.Takes("publickey") {
					t.Fatalf("none: %+v, %v", none, err)
				}
				a, err := c.Password("root", password)
				if err != nil || a.In != (password == right) || a.Partly {
					t.Errorf("%s: %+v, %v", password, a, err)
				}
				c.Leave()
			}
		})
	}
	for name := range strings.SplitSeq(kexOffer, ",") {
		try(name, ssh.Config{KeyExchanges: []string{name}})
	}
	for name := range strings.SplitSeq(cipherOffer, ",") {
		if name != "aes256-cbc" { // that server does not have it
			try(name, ssh.Config{Ciphers: []string{name}})
		}
	}
	for name := range strings.SplitSeq(macOffer, ",") {
		try(name, ssh.Config{Ciphers: []string{"aes128-ctr"}, MACs: []string{name}})
	}
}

func TestNothingInCommon(t *testing.T) {
	s := passwords()
	s.Config = ssh.Config{Ciphers: []string{"chacha20-poly1305@openssh.com"}}
	if _, err := Open(server(t, s)); err == nil || !strings.Contains(err.Error(), "no methods") {
		t.Errorf("%v", err)
	}
}

func TestNoLoginWanted(t *testing.T) {
	c := opened(t, server(t, &ssh.ServerConfig{NoClientAuth: true}))
	if a, err := c.None("root"); !a.In || err != nil {
		t.Errorf("%+v, %v", a, err)
	}
	if !strings.HasPrefix(c.Server, "SSH-2.0-") {
		t.Errorf("server %q", c.Server)
	}
}

// TestTurnedAway: what a server says in place of, or after, a key exchange.
func TestTurnedAway(t *testing.T) {
	for said, want := range map[string]string{
		"Not allowed at this time\r\n": "Not allowed at this time",
		"Exceeded MaxStartups\r\n":     "Exceeded MaxStartups",
		"SSH-1.5-Cisco-1.25\n":         "no version 2",
		"":                             "EOF",
		"SSH-2.0-x":                    "no proper",
		"SSH-2.0-" + strings.Repeat("x", 300) + "\r\n":                      "no proper",
		strings.Repeat("hello\r\n", 50):                                     "no proper",
		"SSH-2.0-x\r\n\xff\xff\xff\xff\xff\xff\xff\xff":                     "no proper",
		"SSH-2.0-x\r\n\x00\x00\x00\x00\x00\x00\x00\x00":                     "no proper",
		"SSH-2.0-x\r\n\x00\x00\x00\x0c\xff\x14\x00\x00":                     "EOF",
		"SSH-2.0-x\r\n" + framed("\x01\x00\x00\x00\x02\x00\x00\x00\x03bye"): "bye",
		"SSH-2.0-x\r\n" + framed("c"):                                       "message 99",
		"SSH-2.0-x\r\n" + framed("\x14"):                                    "no proper",
		"SSH-2.0-x\r\n" + strings.Repeat(framed("\x02"), 9):                 "EOF",
	} {
		_, err := Open(serves(t, func(c net.Conn) {
			io.WriteString(c, said)
			c.(*net.TCPConn).CloseWrite()
			io.Copy(io.Discard, c)
		}))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %q", said, err, want)
		}
		var d *Disconnect
		if polite := want == "bye" || strings.Contains(said, " at ") || strings.HasPrefix(said, "Exceeded"); errors.As(err, &d) != polite {
			t.Errorf("%.40q: %v", said, err)
		}
	}
}
