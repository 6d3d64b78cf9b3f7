package identify

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/nvt"
)

var _ = register(telnet{}, greets)

// telnetPause is how long a telnet service may pause before what it has said
// counts as all.
const telnetPause = time.Second

// telnet refuses every option (RFC 854) and reads on to the prompt, sending no
// data of its own.
type telnet struct{}

// Name is "telnet".
func (telnet) Name() string { return "telnet" }

// Likely claims an option negotiation, and text that ends in a prompt.
func (telnet) Likely(_ lan.Endpoint, said []byte) bool {
	text, _ := nvt.Plain(said)
	// Two IACs are a byte of data, and no server begins with that one.
	return nvt.Negotiates(said) && !bytes.HasPrefix(said, []byte("\xff\xff")) || promptOf(text) != ""
}

// Identify answers options with a refusal until a prompt shows, the service
// pauses or maxGreeting bytes have come.
func (telnet) Identify(ctx context.Context, r probes.Reach, ep lan.Endpoint) (lan.Service, error) {
	conn, err := r.Dial(ctx, ep)
	if err != nil {
		return found(ep, lan.Unknown), fmt.Errorf("connect to %s: %w", ep, err)
	}
	defer conn.Close()
	said := negotiate(ctx, conn)
	if !(telnet{}).Likely(ep, said) {
		return found(ep, lan.Unknown), probes.ErrNotMine
	}
	return telnet{}.overhear(ep, said), nil
}

func (telnet) overhear(ep lan.Endpoint, said []byte) lan.Service {
	svc := found(ep, "telnet")
	text, _ := nvt.Plain(said)
	svc.Heard.Set(lan.TelnetBanner, text)
	svc.Heard.Set(lan.TelnetPrompt, promptOf(text))
	if _, after, ok := strings.Cut(text, "BusyBox v"); ok && startsVersion(after) {
		svc.Product, svc.Version = "BusyBox", versionAt(after)
	}
	return svc
}

// negotiate collects what conn says, refusing each option that it brings up. An
// error ends the talk; what was said until then counts.
func negotiate(ctx context.Context, conn net.Conn) []byte {
	said := make([]byte, 0, maxGreeting)
	answered := 0
	for len(said) < maxGreeting && ctx.Err() == nil {
		until := time.Now().Add(telnetPause)
		if end, ok := ctx.Deadline(); ok && end.Before(until) {
			until = end
		}
		conn.SetReadDeadline(until)
		n, err := conn.Read(said[len(said):maxGreeting])
		said = said[:len(said)+n]
		text, refusals := nvt.Plain(said)
		if len(refusals) > answered && err == nil {
			_, err = conn.Write(refusals[answered:])
			answered = len(refusals)
		}
		if err != nil || promptOf(text) != "" {
			break
		}
	}
	return said
}

// promptOf is the word of lan.TelnetPrompt for the end of text. What may be a
// menu as well as a command line is neither.
func promptOf(text string) string {
	if prompt := nvt.PromptOf(text); prompt != nvt.Menu {
		return string(prompt)
	}
	return ""
}
