package identify

import (
	"bytes"
	"context"
	"errors"
	"syscall"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// maxQuestions bounds one turn: the port's own question, the one that the
// answer called for, one more inside TLS and what its words call for.
const maxQuestions = 4

// turn is one endpoint's turn to say what it is.
type turn struct {
	road  *road
	svc   lan.Service     // what is known so far
	asked map[string]bool // identifiers that have had their try on this road
}

// meet opens the first connection. An error means that the endpoint is not
// confirmed open.
func (t *turn) meet(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, maxTurn)
	defer cancel()
	return refusal(t.road.open(ctx))
}

// refusal is err, or nil where err says that the service hung up at once on a
// connection that was there: Linux calls a reset before that ECONNREFUSED
// (tcp_reset in net/ipv4/tcp_input.c).
func refusal(err error) error {
	if errors.Is(err, syscall.ECONNRESET) {
		return nil
	}
	return err
}

// run begins TLS if the port is known for it, listens for a greeting, then asks
// until the service has a name, falls silent or the road ends.
func (t *turn) run(ctx context.Context, secure bool) {
	t.road.begin(ctx)
	var said []byte
	if secure && t.road.ready() {
		said = t.wrap(ctx)
	}
	if len(said) == 0 {
		if !t.road.ready() {
			return
		}
		said = t.listen(patience(t.road.ep))
		if len(said) == 0 && t.road.shut() {
			return // it hung up before a word was said
		}
	}
	from := greets
	for range maxQuestions {
		id, ok := t.pick(said, from)
		if !ok {
			return
		}
		t.asked[id.Name()] = true
		answer, err := t.ask(ctx, id, said)
		if t.wantsTLS(id) {
			if t.road.openTLS(ctx) != nil {
				t.refused()
				return
			}
			said = t.listen(shortPatience)
			clear(t.asked)
			continue
		}
		if heard := t.road.said(); len(heard) > 0 {
			said = heard
		}
		switch {
		case err == nil:
			t.take(answer)
			if id.rank != byDefault || !t.road.spare() {
				return
			}
			from = asks // a protocol carried by this one may add to it
		case len(said) == 0 && (!stout(id) || !t.road.spare()):
			return // silence: a second question would not be kinder
		case len(said) == 0:
			from = byDefault // the usual owner is not at home
		case id.Likely(t.road.ep, said), betrayed(said, true) == id.Name() && !errors.Is(err, probes.ErrNotMine):
			t.take(t.overhear(id, said))
			return
		}
	}
}

// wrap begins TLS on the first connection. A service that speaks something else
// may have said so, and its words are returned; else there is a connection in
// clear to begin anew, if one is left.
func (t *turn) wrap(ctx context.Context) (said []byte) {
	err := t.road.wrap()
	switch {
	case err == nil, errors.Is(err, probes.ErrNeverWrite), t.road.spoke:
		return nil // if it spoke TLS, but not with us, the turn is over
	}
	if _, known := t.pick(t.road.said(), greets); known && len(t.road.said()) > 0 {
		return t.road.said()
	}
	if t.road.spare() {
		// No error matters: the connection before has shown that it is open.
		_ = t.road.open(ctx)
	}
	return nil
}

// ask lets id ask its question on a connection, or read what was already said
// when there is none left.
func (t *turn) ask(ctx context.Context, id ranked, said []byte) (lan.Service, error) {
	if !t.road.ready() && (!t.road.spare() || t.enough(id, said)) {
		return t.overhear(id, said), nil
	}
	defer t.road.hangUp()
	return id.Identify(ctx, t.road, t.road.endpoint())
}

// enough reports whether a new connection would tell no more than the words that
// were said on the last: the first line is all that is read.
func (t *turn) enough(id ranked, said []byte) bool {
	switch id.Identifier.(type) {
	case *banner, ftp, smtp:
		return bytes.HasSuffix(said, []byte("\n")) || t.road.shut()
	}
	return false
}

// stout reports whether who keeps silent to id's question may be asked another:
// somebody else lives at that port, or a server that hangs up. Cameras and
// printers are left at that.
func stout(id ranked) bool {
	switch id.Identifier.(type) {
	case *question, mqtt, rdp:
		return true
	}
	return false
}

// pick is the first identifier of rank from or later that wants to try and has
// not yet. Once there are words, they alone decide.
func (t *turn) pick(said []byte, from rank) (ranked, bool) {
	betrayed := betrayed(said, !t.road.ready() && !t.road.spare())
	for _, id := range identifiers {
		if id.rank >= from && !t.asked[id.Name()] && (id.Likely(t.road.ep, said) || betrayed == id.Name()) {
			return id, true
		}
	}
	return ranked{}, false
}

// listen waits for the greeting as long as is said.
func (t *turn) listen(wait time.Duration) []byte {
	ep := t.road.endpoint()
	if ep.TLS && webPorts[ep.Port] {
		return nil // nobody greets there, and the handshake has taken its time
	}
	return t.road.line.listen(wait, func(said []byte) bool {
		_, known := t.pick(said, greets)
		return known
	})
}

// wantsTLS reports whether the last answer was that of a TLS server asked in
// clear, and whether there is a connection left to ask again in TLS. A service
// that hangs up on a question without a word is given the benefit of the doubt,
// but for those that bear no stray one.
func (t *turn) wantsTLS(id ranked) bool {
	if t.road.ep.TLS {
		return false
	}
	said := t.road.said()
	if asksForTLS(t.road.ep, said) {
		t.svc.TLS = true
		return true
	}
	kind := id.rank == byDefault || stout(id) && !listenOnly[t.svc.Port]
	return kind && len(said) == 0 && t.road.shut() && t.road.spare()
}

// refused names a web server that has only said that it wants to be asked in
// TLS. The rest of its page is about our mistake.
func (t *turn) refused() {
	ep, said := t.road.endpoint(), t.road.said()
	if (web{}).Likely(ep, said) && asksForTLS(ep, said) {
		page := web{}.overhear(ep, said)
		t.svc.Name, t.svc.Product, t.svc.Version = overTLS[page.Name], page.Product, page.Version
	}
}

// overhear is what said alone tells of id's protocol, at least its name.
func (t *turn) overhear(id ranked, said []byte) lan.Service {
	switch o := id.Identifier.(type) {
	case overhearer:
		return o.overhear(t.road.ep, said)
	case *question:
		return found(t.road.ep, o.service)
	}
	return found(t.road.ep, id.Name())
}

// take adds what an identifier found to what is known.
func (t *turn) take(answer lan.Service) {
	t.svc.Name = answer.Name
	if answer.Product != "" {
		t.svc.Product, t.svc.Version = answer.Product, answer.Version
	} else if answer.Version != "" {
		t.svc.Version = answer.Version
	}
	t.svc.Heard.Merge(answer.Heard)
}

// service is what the turn came to.
func (t *turn) service() lan.Service {
	svc := t.svc
	svc.TLS = svc.TLS || t.road.spoke
	if name := insideTLS[svc.Port]; name != "" && svc.TLS && svc.Name == lan.Unknown {
		svc.Name = name
	}
	svc.Heard.Merge(t.road.facts)
	svc.Product = lan.Printable(svc.Product, lan.MaxName)
	svc.Version = lan.Printable(svc.Version, lan.MaxName)
	return svc
}
