// Package identify names the service behind an open endpoint: by what it says
// first, else by its answer to one question that suits the port.
//
// A protocol is one file that registers its identifier; nothing else changes.
// No identifier opens a connection of its own: the engine hands each a road on
// which the connection that heard the greeting is still open, and at most one
// more can be had. What a service says is bounded in bytes and time, and is
// kept in its own words (lan.Heard) for others to judge.
package identify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/pages"
	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of one endpoint's turn. The clock of maxTurn starts when the endpoint
// has answered the connect, so that waiting for a busy device's turn in the
// Reach does not eat up the time to talk.
const (
	maxTurn      = 3500 * time.Millisecond
	maxHandshake = 2500 * time.Millisecond // of a TLS handshake tried on the port's repute
	maxSilence   = 2500 * time.Millisecond // from a question to the first word of its answer
	maxReply     = 1500 * time.Millisecond // the same where the question is a few bytes that make no work
	maxAnswer    = 8 * time.Second         // of a datagram, most of it for its turn: the Reach waits a second for an answer
	maxGreeting  = 4 << 10                 // bytes kept of what a service says first
	maxBody      = 64 << 10                // bytes read of a page or an IPP answer
	maxHeard     = 384 << 10               // bytes read from one connection in all
)

// Service names the service behind ep, which a port scan found open, with at
// most connections connections (2, or 1 when the scan itself spent one). Over
// UDP it asks ep its one question instead.
//
// A service that does not say what it is has Name lan.Unknown and no error: its
// port is open. An error means that the endpoint is not confirmed open: the
// connect failed (errors.Is finds syscall.ECONNREFUSED), the Reach refused, or
// a datagram got no well-formed answer. A port that must never be written to is
// named by its number without a connection.
//
// Service is safe for concurrent use; it takes about 5 seconds at most, or
// until ctx ends.
func Service(ctx context.Context, r probes.Reach, ep lan.Endpoint, connections int) (lan.Service, error) {
	return Named(ctx, r, ep, connections, nil)
}

// Named is Service for an endpoint of a device that has announced what it is:
// where that or the service's front page names a family, the family's identity
// page is asked for too. announced is not changed and may be nil.
func Named(ctx context.Context, r probes.Reach, ep lan.Endpoint, connections int, announced lan.Heard) (lan.Service, error) {
	return With(nil)(ctx, r, ep, connections, announced)
}

// With is Named by the identity pages known; nil are the program's own.
func With(known *pages.Set) func(ctx context.Context, r probes.Reach, ep lan.Endpoint, connections int, announced lan.Heard) (lan.Service, error) {
	return func(ctx context.Context, r probes.Reach, ep lan.Endpoint, connections int, announced lan.Heard) (lan.Service, error) {
		return service(ctx, &road{reach: r, ep: ep, left: connections, announced: announced, pages: known})
	}
}

// service names the service at way's end.
func service(ctx context.Context, way *road) (lan.Service, error) {
	ep := way.ep
	if ep.Transport == lan.UDP {
		return datagram(ctx, way.reach, ep)
	}
	svc := found(ep, lan.Unknown)
	if untouched(ep.Port, way.announced) {
		if name := NameOf(ep.Transport, ep.Port); name != "" {
			svc.Name = name
		}
		return svc, nil
	}
	t := &turn{road: way, svc: svc, asked: map[string]bool{}}
	defer t.road.close()
	secure := ep.TLS || wrapped(ep.Port, way.left)
	talk := maxTurn
	if secure {
		talk = maxHandshake + maxTurn/2
	}
	if err := t.meet(ctx); err != nil {
		return lan.Service{}, fmt.Errorf("identify %s: %w", ep, err)
	}
	ctx, cancel := context.WithTimeout(ctx, talk)
	defer cancel()
	t.run(ctx, secure)
	return t.service(), nil
}

// datagram asks a UDP endpoint the question that belongs to its port.
func datagram(ctx context.Context, r probes.Reach, ep lan.Endpoint) (lan.Service, error) {
	ctx, cancel := context.WithTimeout(ctx, maxAnswer)
	defer cancel()
	for _, id := range identifiers {
		if !id.Likely(ep, nil) {
			continue
		}
		svc, err := id.Identify(ctx, r, ep)
		if errors.Is(err, probes.ErrNotMine) {
			err = fmt.Errorf("answer is not well-formed %s: %w", id.Name(), err)
		}
		if err != nil {
			return lan.Service{}, fmt.Errorf("identify %s: %w", ep, err)
		}
		return svc, nil
	}
	return lan.Service{}, fmt.Errorf("identify %s: no question belongs to this port: %w", ep, probes.ErrNotMine)
}

// found is the Service at ep under its plain protocol's name, which inside TLS
// is the wrapped one's.
func found(ep lan.Endpoint, name string) lan.Service {
	if inside, ok := overTLS[name]; ok && ep.TLS {
		name = inside
	}
	return lan.Service{
		Address: ep.Addr, Transport: ep.Transport, Port: ep.Port, TLS: ep.TLS,
		Name: name, Heard: lan.Heard{},
	}
}

// overTLS is IANA's name of a protocol inside TLS, where it has one (Service
// Name and Transport Protocol Port Number Registry).
var overTLS = map[string]string{
	"http": "https", "mqtt": "secure-mqtt", "ipp": "ipps", "ftp": "ftps",
	"telnet": "telnets", "smtp": "submissions", "rtsp": "rtsps",
	"pop3": "pop3s", "imap": "imaps", "nntp": "nntps", "irc": "ircs-u", "ldap": "ldaps", "sip": "sips", "amqp": "amqps",
}
