package identify

import (
	"bytes"
	"context"
	"fmt"
	"strconv"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(rfb{}, greets)

// rfb reads VNC's ProtocolVersion message (RFC 6143, section 7.1.1).
type rfb struct{}

// Name is "rfb".
func (rfb) Name() string { return "rfb" }

// Likely claims "RFB 003.008" and its like.
func (rfb) Likely(_ lan.Endpoint, said []byte) bool { return bytes.HasPrefix(said, []byte("RFB ")) }

// Identify reads the twelve bytes and goes: an answer would choose a version
// and begin a login.
func (rfb) Identify(ctx context.Context, r probes.Reach, ep lan.Endpoint) (lan.Service, error) {
	said, err := greeting(ctx, r, ep, func(said []byte) bool { return len(said) >= 12 })
	if err != nil {
		return found(ep, lan.Unknown), err
	}
	if _, ok := parseRFB(said); !ok {
		return found(ep, lan.Unknown), probes.ErrNotMine
	}
	return rfb{}.overhear(ep, said), nil
}

func (rfb) overhear(ep lan.Endpoint, said []byte) lan.Service {
	svc := found(ep, "rfb")
	svc.Version, _ = parseRFB(said)
	return svc
}

// parseRFB is the protocol's version, "3.8".
func parseRFB(said []byte) (version string, ok bool) {
	if len(said) < 12 || !bytes.HasPrefix(said, []byte("RFB ")) || said[7] != '.' || said[11] != '\n' {
		return "", false
	}
	major, err1 := strconv.ParseUint(string(said[4:7]), 10, 16)
	minor, err2 := strconv.ParseUint(string(said[8:11]), 10, 16)
	if err1 != nil || err2 != nil {
		return "", false
	}
	return fmt.Sprintf("%d.%d", major, minor), true
}
