package checks

import (
	"context"
	"net"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
)

// door is one protected thing and the ways to knock on it.
type door interface {
	// name is how the door is called in evidence: "GET /admin".
	name() string
	// look asks for the protected thing without a login, and puts what came
	// back in words.
	look(ctx context.Context) (state, string, error)
	// try asks for it with a login. The words never hold the password.
	try(ctx context.Context, l login) (probes.Outcome, string, error)
}

// state is how a door stands for somebody without a login.
type state int

const (
	unclear state = iota
	closed        // asks for a login
	open          // lets anybody in
)

// doorOf is the door that record speaks of on the pass's service; nil when the
// record is for a protocol that this package cannot speak.
func doorOf(p *probes.Pass, record logins.Record) door {
	ep := p.Service.Endpoint()
	switch record.Auth {
	case "basic", "digest":
		return &webDoor{client: p.Reach.HTTP(ep), url: probes.URL(ep, record.Path), path: record.Path, inside: record.Inside}
	case "telnet":
		return &telnetDoor{reach: p.Reach, ep: ep, inside: record.Inside}
	case "ftp":
		return &ftpDoor{reach: p.Reach, ep: ep}
	}
	return nil
}

// struck is a stranger's words without the secrets, which a device may well
// repeat: as an echo, or in the name of its realm. It strikes before and after
// the words are made printable, since that can join what was apart.
func struck(words string, secrets ...string) string {
	for _, secret := range secrets {
		if secret != "" {
			words = strings.ReplaceAll(words, secret, "***")
			words = strings.ReplaceAll(lan.Printable(words, lan.MaxRaw), secret, "***")
		}
	}
	return words
}

// dial connects to ep and hangs up when ctx ends; the caller calls hangUp.
func dial(ctx context.Context, r probes.Reach, ep lan.Endpoint) (conn net.Conn, hangUp func(), err error) {
	conn, err = r.Dial(ctx, ep)
	if err != nil {
		return nil, nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	return conn, func() { stop(); _ = conn.Close() }, nil
}
