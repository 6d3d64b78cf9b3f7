package identify

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// query is the identifier of a protocol of datagrams: one harmless question and
// its answer. A protocol's file registers one.
type query struct {
	service string // IANA's name, or the maker's own where there is none
	port    uint16
	only4   bool // the protocol knows no IPv6
	small   bool // microcontrollers speak it, and bear to be asked
	// question has an identifier of size random bytes, from id on; none where
	// the protocol has none. ask makes the question where that is not enough.
	question string
	id, size int
	ask      func() []byte
	// parse reads the answer to question into the service and reports whether it
	// is one: well-formed, and with the question's identifier.
	parse func(svc *lan.Service, question, answer []byte) bool
}

// Name is the service's with its transport, as some are spoken over TCP, too.
func (q *query) Name() string { return q.service + "/udp" }

func (q *query) udpPort() uint16 { return q.port }

func (q *query) everyday() bool { return q.small }

// Likely claims its own UDP port.
func (q *query) Likely(ep lan.Endpoint, _ []byte) bool {
	return ep.Transport == lan.UDP && ep.Port == q.port && (!q.only4 || ep.Addr.Unmap().Is4())
}

// words are the question, new each time.
func (q *query) words() []byte {
	if q.ask != nil {
		return q.ask()
	}
	b := []byte(q.question)
	rand.Read(b[q.id : q.id+q.size])
	return b
}

// Identify asks and takes only an answer to this very question. Our own words
// are none.
func (q *query) Identify(ctx context.Context, r probes.Reach, ep lan.Endpoint) (lan.Service, error) {
	svc, question := found(ep, q.service), q.words()
	answer, err := r.Ask(ctx, ep, question)
	if err != nil {
		return svc, fmt.Errorf("ask %s: %w", q.service, err)
	}
	if bytes.Equal(answer, question) || !q.parse(&svc, question, answer) {
		return found(ep, lan.Unknown), probes.ErrNotMine
	}
	return svc, nil
}
