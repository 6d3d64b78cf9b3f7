package checks

import (
	"context"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/proof"
)

// "anonymous" is FTP's own name for a visitor without an account, with anything
// for a password (RFC 1635 section 2). It is a login all the same, so it is tried
// where logins are allowed, once, and charged like any other. No file is listed.
var _ = register(probes.Check{
	ID:        "ftp-anonymous",
	Topic:     "Files by FTP for visitors without an account",
	Title:     "Anyone on your network can open its files without an account (FTP)",
	Advice:    "Its FTP server lets in whoever calls himself \"anonymous\". In the device's settings turn off anonymous or guest access to FTP, or FTP altogether; a shared folder with a password does the same work.",
	Guideline: 5, Provision: "5.5-5", Severity: lan.Soon, Touch: lan.Login,
	Applies: onService("ftp", "ftps"),
	Run: func(ctx context.Context, p *probes.Pass) (lan.Verdict, error) {
		door := proof.Of(p, logins.Record{Auth: "ftp"})
		if p.Try == nil || door == nil {
			p.Saw("wanted to call ourselves \"anonymous\"", "no login budget is available, so nothing was tried")
			return lan.NotTested, nil
		}
		outcome, err := p.Try(ctx, probes.Try{Account: "anonymous"}, func(ctx context.Context) (probes.Outcome, error) {
			outcome, heard, err := door.Try(ctx, proof.Login{User: "anonymous", Password: "homesweep@"})
			p.Saw("FTP as the visitor \"anonymous\"", heard)
			return outcome, err
		})
		switch {
		case err != nil:
			return lan.Undecided, err
		case outcome == probes.Accepted:
			return lan.Fail, nil
		case outcome == probes.Rejected:
			return lan.Pass, nil
		}
		return lan.Undecided, nil
	},
})
