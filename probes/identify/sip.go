package identify

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(sip{}, asks)

// What a SIP user agent says of itself: the Server and User-Agent of its answer
// (RFC 3261, sections 20.35 and 20.41), the methods it has (section 20.5), and
// the realm it wants a login for (section 22.1).
const (
	sipServer    = "sip.server"
	sipUserAgent = "sip.user_agent"
	sipAllow     = "sip.allow"
	sipRealm     = "sip.realm"
)

// sip asks a telephone or exchange what it can do: OPTIONS (RFC 3261, section
// 11), which opens no dialog and rings nothing. The question is to the address
// itself and to no user of it, so that nobody has to pass it on.
type sip struct{}

// Name is "sip".
func (sip) Name() string { return "sip" }

func (sip) udpPort() uint16 { return 5060 }

// Likely claims UDP port 5060.
func (s sip) Likely(ep lan.Endpoint, _ []byte) bool {
	return ep.Transport == lan.UDP && ep.Port == s.udpPort()
}

// Identify asks and takes only an answer to this very question, whatever its
// status: a telephone that wants a login or has no such user is a telephone.
func (sip) Identify(ctx context.Context, r probes.Reach, ep lan.Endpoint) (lan.Service, error) {
	svc := found(ep, "sip")
	call := fmt.Sprintf("%016x", rand.Uint64())
	answer, err := r.Ask(ctx, ep, sipOptions(ep, call))
	if err != nil {
		return svc, fmt.Errorf("ask sip: %w", err)
	}
	h, ok := parseSIP(answer, call)
	if !ok {
		return svc, probes.ErrNotMine
	}
	readSIP(&svc, h)
	return svc, nil
}

// sipOptions is the question. Its Via names no address of ours: the answer goes
// to where the question came from (RFC 3581, section 4), and the caller is
// nobody's (RFC 3323, section 4.1.1.3).
func sipOptions(ep lan.Endpoint, call string) []byte {
	to := "sip:" + authority(ep)
	return []byte("OPTIONS " + to + " SIP/2.0\r\n" +
		"Via: SIP/2.0/UDP anonymous.invalid;branch=z9hG4bK" + call + ";rport\r\n" +
		"Max-Forwards: 70\r\n" +
		"From: <sip:anonymous@anonymous.invalid>;tag=" + call + "\r\n" +
		"To: <" + to + ">\r\n" +
		"Call-ID: " + call + "\r\n" +
		"CSeq: 1 OPTIONS\r\n" +
		"Accept: application/sdp\r\n" +
		"User-Agent: homesweep\r\n" +
		"Content-Length: 0\r\n\r\n")
}

// parseSIP reads the head of the answer to the OPTIONS of that call: a response
// has the request's Call-ID and CSeq (RFC 3261, section 8.2.6.2). A request, and
// another call's answer, are not ok.
func parseSIP(answer []byte, call string) (h head, ok bool) {
	if !strings.HasPrefix(string(answer[:min(len(answer), 8)]), "SIP/2.0 ") {
		return head{}, false
	}
	h, ok = parseHead(answer, "SIP/")
	if !ok || h.status > "699" {
		return head{}, false
	}
	id := h.get("Call-ID")
	if id == "" {
		id = h.get("i") // the short form (section 7.3.3)
	}
	number, method, _ := strings.Cut(h.get("CSeq"), " ")
	if id != call || number != "1" || strings.TrimSpace(method) != "OPTIONS" {
		return head{}, false
	}
	return h, true
}

// readSIP notes what an answer's head says.
func readSIP(svc *lan.Service, h head) {
	server, agent := h.get("Server"), h.get("User-Agent")
	svc.Heard.Set(sipServer, server)
	svc.Heard.Set(sipUserAgent, agent)
	svc.Heard.Set(sipAllow, strings.Join(h.values("Allow"), ", "))
	for _, field := range []string{"WWW-Authenticate", "Proxy-Authenticate"} {
		if c, ok := loginAsked(h.values(field)); ok {
			svc.Heard.Set(sipRealm, c.Realm)
			break
		}
	}
	svc.Product, svc.Version = parseProduct(server)
	if svc.Product == "" {
		svc.Product, svc.Version = parseProduct(agent)
	}
}
