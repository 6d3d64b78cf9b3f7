package identify

import (
	"bufio"
	"context"
	"fmt"
	"io"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// RDPProtocol is the field of Heard with how a remote desktop protects its
// connections: "rdp" (its own old way), "tls", "credssp", or "refused" where it
// takes none of what it was offered.
const RDPProtocol = "rdp.protocol"

var _ = register(rdp{}, asks)

// rdp asks for a connection and goes before there is one: no login is begun.
type rdp struct{}

// rdpRequest is an X.224 Connection Request that offers TLS and CredSSP
// ([MS-RDPBCGR] 2.2.1.1); rdpConfirm is the code of the answer to it.
var rdpRequest = []byte{3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0}

const rdpConfirm = 0xd0

// Name is "rdp".
func (rdp) Name() string { return "rdp" }

func (rdp) overhear(ep lan.Endpoint, _ []byte) lan.Service { return found(ep, "ms-wbt-server") }

// Likely claims the silent port that IANA gives to it, and where people move it.
func (rdp) Likely(ep lan.Endpoint, said []byte) bool {
	return ep.Transport == lan.TCP && len(said) == 0 && moved(ep.Port, 3389)
}

// Identify notes how the server would protect the connection.
func (rdp) Identify(ctx context.Context, r probes.Reach, ep lan.Endpoint) (lan.Service, error) {
	svc := found(ep, "ms-wbt-server")
	conn, err := r.Dial(ctx, ep)
	if err != nil {
		return svc, fmt.Errorf("connect to %s: %w", ep, err)
	}
	defer conn.Close()
	if _, err := conn.Write(rdpRequest); err != nil {
		return svc, fmt.Errorf("ask rdp: %w", err)
	}
	answer := make([]byte, len(rdpRequest))
	n, err := io.ReadFull(bufio.NewReader(conn), answer) // an old server's is shorter
	protocol, ok := parseRDP(answer[:n])
	switch {
	case ok:
		svc.Heard.Set(RDPProtocol, protocol)
	case n == 0:
		return svc, fmt.Errorf("read rdp answer: %w", err)
	default:
		return svc, probes.ErrNotMine
	}
	return svc, nil
}

// parseRDP reads an X.224 Connection Confirm inside its TPKT header, and the
// negotiation's outcome if it has one ([MS-RDPBCGR] 2.2.1.2).
func parseRDP(b []byte) (protocol string, ok bool) {
	if len(b) < 11 || b[0] != 3 || b[1] != 0 || b[2] != 0 || int(b[3]) > len(b) || int(b[4]) != int(b[3])-5 || b[5] != rdpConfirm {
		return "", false
	}
	if b[3] < 19 {
		return "rdp", b[3] >= 11
	}
	switch {
	case b[11] == 3: // RDP_NEG_FAILURE
		return "refused", true
	case b[11] != 2: // RDP_NEG_RSP
		return "", false
	case b[15]&2 != 0:
		return "credssp", true
	case b[15]&1 != 0:
		return "tls", true
	}
	return "rdp", true
}
