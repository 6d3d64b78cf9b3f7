package notify

import (
	"crypto/tls"
	"io"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// serve answers each connection to the address that it gives with talk.
func serve(t *testing.T, talk func(net.Conn)) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	wait.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			wait.Go(func() {
				defer conn.Close()
				talk(conn)
			})
		}
	})
	t.Cleanup(func() { ln.Close(); wait.Wait() })
	return ln.Addr().String()
}

// certificate is one for 127.0.0.1, and a server that has it.
func certificate(t *testing.T) (*httptest.Server, *tls.Config) {
	t.Helper()
	s := httptest.NewTLSServer(nil)
	t.Cleanup(s.Close)
	return s, &tls.Config{Certificates: s.TLS.Certificates}
}

// endless writes the same until the other side has enough.
func endless(words string) func(net.Conn) {
	return func(conn net.Conn) {
		for {
			if _, err := io.WriteString(conn, strings.Repeat(words, 100)); err != nil {
				return
			}
		}
	}
}

func says(words string) func(net.Conn) {
	return func(conn net.Conn) {
		_, _ = io.WriteString(conn, words)
		_, _ = io.Copy(io.Discard, conn)
	}
}

// TestHostileServers: what is no answer is an error, soon.
func TestHostileServers(t *testing.T) {
	for name, talk := range map[string]func(net.Conn){
		"closes":             func(net.Conn) {},
		"never answers":      says(""),
		"endless":            endless("220-x\r\n"),
		"endless line":       endless("2"),
		"another protocol":   says("SSH-2.0-x\r\n"),
		"code out of range":  says("999 x\r\n"),
		"not now":            says("421 busy\r\n"),
		"great packet":       says("\x20\xff\xff\xff\x7f"),
		"endless length":     says("\x20\xff\xff\xff\xff\xff"),
		"no user":            says("\x20\x02\x00\x05"),
		"not asked for":      says("\xd0\x00"),
		"endless to publish": endless("\x30\x03\x00\x01a"),
		"welcome, then not":  says("\x20\x02\x00\x00\x40\x02\x77\x77"),
		"welcome and a flood": func(conn net.Conn) {
			_, _ = io.WriteString(conn, "\x20\x02\x00\x00")
			endless("\x30\x03\x00\x01a")(conn)
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := serve(t, talk)
			for _, c := range []lan.Channel{
				{Kind: "smtp", Server: server, From: "a@b.c", To: "d@e.f"},
				{Kind: "mqtt", Server: server},
			} {
				n := sender(t, c, nil)
				n.o.step = 200 * time.Millisecond
				if err := n.Test(t.Context(), "x"); err == nil {
					t.Errorf("%s takes it for an answer", c.Kind)
				}
			}
		})
	}
}
