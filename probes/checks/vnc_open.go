package checks

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// A VNC server names the ways to log in before anybody does (RFC 6143 section
// 7.1.2); one of them, None, is to walk in. We hang up there.
var _ = register(probes.Check{
	ID:        "vnc-open",
	Topic:     "Its screen by VNC",
	Title:     "Anyone on your network can see and use its screen without a password (VNC)",
	Advice:    "Its screen sharing (VNC) asks nobody for a password, so a stranger on your Wi-Fi could use it like you. Set a password in the VNC or screen sharing settings, or turn it off.",
	Guideline: 5, Provision: "5.5-5", Severity: lan.ActNow, Touch: lan.Ask,
	Applies: onService("rfb"),
	Run: func(ctx context.Context, p *probes.Pass) (verdict lan.Verdict, err error) {
		err = call(ctx, p, p.Service.Endpoint(), func(conn net.Conn) error {
			ways, err := vncWays(conn)
			if err == nil {
				p.Saw("asked which ways to log in there are", fmt.Sprintf("security types %v", ways))
				verdict = vncVerdict(ways)
			}
			return err
		})
		return verdict, err
	},
})

// Security types (RFC 6143 section 8.1.2; IANA's registry of RFB).
const (
	vncNone     = 1
	vncTight    = 16
	vncTLS      = 18
	vncVeNCrypt = 19
)

// vncVerdict judges by the ways to log in. Those within
// which there are more ways may or may not ask for a password there.
func vncVerdict(ways []byte) lan.Verdict {
	if bytes.IndexByte(ways, vncNone) >= 0 {
		return lan.Fail
	}
	for _, way := range ways {
		if way != vncTight && way != vncTLS && way != vncVeNCrypt {
			return lan.Pass
		}
	}
	return lan.Undecided
}

var errTurned = errors.New("the VNC server turns us away")

// vncWays reads the server's version, answers with one that both know, and reads
// the security types, or the one that a server of version 3.3 has chosen.
func vncWays(conn net.Conn) ([]byte, error) {
	hello := make([]byte, 12)
	if _, err := io.ReadFull(conn, hello); err != nil {
		return nil, err
	}
	version := "RFB 003.008\n"
	switch {
	case !bytes.HasPrefix(hello, []byte("RFB ")):
		return nil, errors.New("this is no VNC server")
	case bytes.HasPrefix(hello, []byte("RFB 003.00")) && hello[10] < '8':
		version = string(hello)
	}
	if _, err := io.WriteString(conn, version); err != nil {
		return nil, err
	}
	if version < "RFB 003.007\n" {
		chosen := make([]byte, 4)
		_, err := io.ReadFull(conn, chosen)
		if chosen[3] == 0 {
			err = cmp.Or(err, errTurned)
		}
		return chosen[3:], err
	}
	count := make([]byte, 1)
	if _, err := io.ReadFull(conn, count); err != nil {
		return nil, err
	}
	if count[0] == 0 {
		return nil, errTurned
	}
	ways := make([]byte, count[0])
	_, err := io.ReadFull(conn, ways)
	return ways, err
}
