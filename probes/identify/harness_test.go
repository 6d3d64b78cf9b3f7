package identify

import (
	"context"
	"io"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// fake is a well-behaved service of one identifier's protocol. The hostile
// variants (variants_test.go) and the fuzz seeds are made from what it says.
type fake struct {
	name      string // of the identifier
	ep        lan.Endpoint
	announced lan.Heard                    // what its device said of itself elsewhere
	play      script                       // over TCP
	answer    func(question []byte) []byte // over UDP; nil is silence
	want      lan.Service                  // Name, Product, Version; and Heard as far as it has fields
}

// fakes are all that registered; an identifier may have several.
var fakes []fake

// fakeOf registers a fake over TCP. A protocol's test file does so in a
// package-level variable:
//
//	var _ = fakeOf("redis", at(6379), redisServer, lan.Service{Name: "redis"})
func fakeOf(name string, ep lan.Endpoint, play script, want lan.Service) bool {
	fakes = append(fakes, fake{name: name, ep: ep, play: play, want: want})
	return true
}

// fakeAnnounced is fakeOf for what is only asked of a device that has announced
// what it is.
func fakeAnnounced(name string, ep lan.Endpoint, announced lan.Heard, play script, want lan.Service) bool {
	fakes = append(fakes, fake{name: name, ep: ep, announced: announced, play: play, want: want})
	return true
}

// fakeUDP registers a fake over UDP, which answers one datagram with one.
func fakeUDP(name string, ep lan.Endpoint, answer func(question []byte) []byte, want lan.Service) bool {
	fakes = append(fakes, fake{name: name, ep: ep, answer: answer, want: want})
	return true
}

// device is the fake's device, which plays hostile instead where that is not nil.
func (f fake) device(hostile script) *device {
	if hostile == nil {
		hostile = f.play
	}
	return &device{scripts: []script{hostile}, answer: f.answer}
}

// TestFakes: each identifier has a fake, which is named as it should be within
// the turn's time and connections.
func TestFakes(t *testing.T) {
	for _, id := range identifiers {
		if !slices.ContainsFunc(fakes, func(f fake) bool { return f.name == id.Name() }) {
			t.Errorf("%s has no fake: add fakeOf or fakeUDP to its test", id.Name())
		}
	}
	for _, f := range fakes {
		t.Run(f.name+"/"+f.ep.String(), func(t *testing.T) {
			if !slices.ContainsFunc(identifiers, func(id ranked) bool { return f.name == id.Name() }) {
				t.Fatal("no such identifier")
			}
			svc := f.meets(t, f.device(nil))
			if got := words(svc); got != words(f.want) {
				t.Errorf("got %q, want %q", got, words(f.want))
			}
			for field, want := range f.want.Heard {
				if svc.Heard[field] != want {
					t.Errorf("%s is %q, want %q", field, svc.Heard[field], want)
				}
			}
		})
	}
}

// maxMet is the longest that one endpoint may take: a handshake that comes to
// nothing, what is left of the talk, and a deaf peer's close_notify.
const maxMet = 5 * time.Second

// meets runs Named against d at f's endpoint and holds it to its bounds: time,
// connections, bytes read and written, and the length of what is kept. What is
// not confirmed open is the zero Service.
func (f fake) meets(t *testing.T, d *device) lan.Service {
	t.Helper()
	svc, took, err := namedIn(t, d, f.ep, 2, f.announced)
	if err != nil && f.ep.Transport == lan.TCP {
		t.Errorf("error %v", err)
	}
	if most := map[lan.Transport]time.Duration{lan.TCP: maxMet, lan.UDP: maxAnswer}[f.ep.Transport]; took > most {
		t.Errorf("took %v", took)
	}
	if most := 2 * (maxHeard + 64<<10); d.heard > most {
		t.Errorf("read %d bytes", d.heard)
	}
	if len(d.wrote) > 8<<10 || d.asked > 2 {
		t.Errorf("wrote %d bytes, %d datagrams", len(d.wrote), d.asked)
	}
	if len(svc.Heard) > lan.MaxFields || len(svc.Product) > lan.MaxName || len(svc.Version) > lan.MaxName {
		t.Errorf("kept %+v", svc)
	}
	for field, value := range svc.Heard {
		if value != lan.Printable(value, lan.MaxRaw) {
			t.Errorf("%s is %q", field, value)
		}
	}
	return svc
}

// said is what f says to its own identifier's question, without the pauses of a
// whole turn.
func (f fake) said() []byte {
	var kept recorder
	d := f.device(kept.of(f.play))
	if f.answer != nil {
		d.answer = func(q []byte) []byte { b := f.answer(q); kept.keep(b); return b }
	}
	ctx, cancel := context.WithTimeout(context.Background(), maxTurn)
	defer cancel()
	for _, id := range identifiers {
		if id.Name() != f.name {
			continue
		}
		if f.ep.Transport == lan.UDP {
			id.Identify(ctx, d, f.ep)
			break
		}
		r := &road{reach: d, ep: f.ep, left: 2, announced: f.announced}
		r.begin(ctx)
		open := r.open
		if f.ep.TLS || wrapped(f.ep.Port, 2) {
			open = r.openTLS
		}
		var asks probes.Identifier = id
		if _, only := id.Identifier.(*banner); only {
			asks = web{} // it may be an answer to anybody's question
		}
		if open(ctx) == nil {
			asks.Identify(ctx, r, r.endpoint())
		}
		r.close()
		d.playing.Wait()
	}
	return slices.Clone(kept.said)
}

// everySaid is what every fake says, in the order of fakes.
var everySaid = sync.OnceValue(func() [][]byte {
	all := make([][]byte, len(fakes))
	var recording sync.WaitGroup
	for i, f := range fakes {
		recording.Go(func() { all[i] = f.said() })
	}
	recording.Wait()
	return all
})

// recorder keeps what a script says.
type recorder struct {
	mu   sync.Mutex
	said []byte
}

func (r *recorder) keep(p []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.said = append(r.said, p...)
}

func (r *recorder) of(play script) script {
	return rewrites(play, func(c io.Writer, p []byte) (int, error) { r.keep(p); return c.Write(p) })
}

// rewrites is play with its words going through write.
func rewrites(play script, write func(c io.Writer, p []byte) (int, error)) script {
	return func(c net.Conn) { play(&rewriting{c, write}) }
}

type rewriting struct {
	net.Conn
	write func(c io.Writer, p []byte) (int, error)
}

func (r *rewriting) Write(p []byte) (int, error) { return r.write(r.Conn, p) }
