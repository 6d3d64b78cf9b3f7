package identify

import (
	"context"
	"errors"
	"io"
	"syscall"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// What a file server says before anybody logs in. Its clock is left out, which
// is never the same, and so is the time of its start, which today's servers no
// longer tell.
const (
	SMBDialect = "smb.dialect" // newest that it speaks: "3.1.1"
	SMBSigning = "smb.signing" // "required", "enabled" or "disabled"
	SMB1       = "smb.smb1"    // whether it still speaks version 1: "yes" or "no"
	SMBGUID    = "smb.guid"    // hex; the same for as long as it is not set up anew
)

var _ = register(&smb, asks)

// smb negotiates and goes: no session, no login. An SMB2 server does not say
// whether it has version 1 as well unless it is offered nothing else, so that is
// a second question, which takes a connection of its own.
var (
	smb        = question{name: "smb", service: "microsoft-ds", ports: []uint16{445, nbssPort}, moves: true, instead: negotiateSMB}
	smbSession = question{name: "smb", ask: nbssRequest, answer: parseNBSS}
	smb2       = question{name: "smb", ask: smb2Negotiate, answer: parseSMB2}
	smb1       = question{name: "smb", ask: smb1Negotiate, answer: parseSMB1}
)

// negotiateSMB asks for the newest version, then for the oldest.
func negotiateSMB(ctx context.Context, r probes.Reach, ep lan.Endpoint) (lan.Service, error) {
	svc := found(ep, "microsoft-ds")
	if ep.Port == nbssPort {
		svc.Name = "netbios-ssn"
	}
	err := askSMB(ctx, r, &svc, &smb2)
	if err != nil && !hungUp(err) {
		return svc, err
	}
	old := askSMB(ctx, r, &svc, &smb1)
	if err != nil {
		return svc, old
	}
	if old != nil && hungUp(old) {
		svc.Heard.Set(SMB1, "no")
	}
	return svc, nil
}

// askSMB puts q on a connection of its own, within a session where the port
// wants one (RFC 1002, section 4.3).
func askSMB(ctx context.Context, r probes.Reach, svc *lan.Service, q *question) error {
	conn, err := connect(ctx, r, svc.Endpoint())
	if err != nil {
		return err
	}
	defer conn.Close()
	if svc.Port == nbssPort {
		err = smbSession.exchange(conn, svc)
	}
	if err == nil {
		err = q.exchange(conn, svc)
	}
	return err
}

// hungUp reports whether err is the end of a connection by the other side.
func hungUp(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET)
}
