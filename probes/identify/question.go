package identify

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"slices"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// question is the identifier of a protocol that is known by its greeting, or by
// its answer to the same few bytes every time.
type question struct {
	name    string // of the protocol, in logs
	service string // IANA's, or the maker's own where there is none

	// ports are where the question is asked of who keeps silent, or the only
	// ones at which greets counts; none with greets means all.
	ports  []uint16
	moves  bool   // it is also asked where people move it (moved), for its question does no harm
	greets string // how its greeting begins; "" where it waits for the question
	told   string // a device that announced a field of this prefix need not be asked
	only   string // only a device that announced a field of this prefix is asked

	ask     string // "" where the greeting is all there is
	size    int    // to which ask is filled up with zeros
	mirrors bool   // an answer may begin with the very words asked

	// answer reads the answer into the service. It reports whether it is one,
	// unless it ran the cursor short: then it is tried again with more, and sets
	// at least the fields that it set before.
	answer func(*lan.Service, *cursor) bool
	then   *question // on the same connection, where answer set the cursor's more

	// instead is what Identify does of a protocol that wants more than this.
	instead func(context.Context, probes.Reach, lan.Endpoint) (lan.Service, error)
}

// Name is the protocol's.
func (q *question) Name() string { return q.name }

// Likely claims the greeting, or the silent ports.
func (q *question) Likely(ep lan.Endpoint, said []byte) bool {
	if ep.Transport != lan.TCP || len(q.ports) > 0 && !q.lives(ep.Port) {
		return false
	}
	if q.greets == "" {
		return len(said) == 0
	}
	c := cursor{b: said}
	return bytes.HasPrefix(said, []byte(q.greets)) && (q.answer(&lan.Service{Heard: lan.Heard{}}, &c) || c.short)
}

// lives reports whether the port is one of the protocol's.
func (q *question) lives(port uint16) bool {
	return slices.ContainsFunc(q.ports, func(usual uint16) bool {
		return port == usual || q.moves && moved(port, usual)
	})
}

// Identify asks and reads the answer.
func (q *question) Identify(ctx context.Context, r probes.Reach, ep lan.Endpoint) (lan.Service, error) {
	if q.instead != nil {
		return q.instead(ctx, r, ep)
	}
	svc := found(ep, q.service)
	if q.told != "" && announces(r, q.told) {
		return svc, nil
	}
	if q.only != "" && !announces(r, q.only) {
		return svc, probes.ErrNotMine
	}
	conn, err := connect(ctx, r, ep)
	if err == nil {
		defer conn.Close()
		err = q.exchange(conn, &svc)
	}
	return svc, err
}

// connect is r's connection to ep.
func connect(ctx context.Context, r probes.Reach, ep lan.Endpoint) (net.Conn, error) {
	conn, err := r.Dial(ctx, ep)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", ep, err)
	}
	return conn, nil
}

// exchange asks on conn and reads the answer into svc, at most maxGreeting
// bytes. An answer that is none, or no more than our own words, is
// probes.ErrNotMine, and silence the connection's own error.
func (q *question) exchange(conn net.Conn, svc *lan.Service) (err error) {
	asked := make([]byte, max(q.size, len(q.ask)))
	copy(asked, q.ask)
	if len(asked) > 0 {
		_, err = conn.Write(asked)
		_ = conn.SetReadDeadline(time.Now().Add(maxReply))
	}
	said := make([]byte, maxGreeting)
	total, n := 0, 0
	for err == nil && total < maxGreeting {
		n, err = conn.Read(said[total:])
		if total += n; total == 0 {
			continue
		}
		c := cursor{b: said[:total]}
		ok := q.answer(svc, &c)
		if len(asked) > 0 && !q.mirrors && bytes.HasPrefix(said[:total], asked) {
			return probes.ErrNotMine
		}
		if c.short {
			continue
		}
		if !ok {
			return probes.ErrNotMine
		}
		if c.more && q.then != nil {
			q.then.exchange(conn, svc) // whatever comes of it, the name stands
		}
		return nil
	}
	if total > 0 {
		return probes.ErrNotMine
	}
	return fmt.Errorf("ask %s: %w", q.name, err)
}

// announces reports whether the device that r leads to has said something of
// itself under a field of that prefix.
func announces(r probes.Reach, prefix string) bool {
	way, ok := r.(*road)
	return ok && saysField(way.announced, prefix)
}
