package checks

import (
	"context"
	"strings"

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
	Advice:    "A guest, or an infected device on your Wi-Fi, can log in under the name \"anonymous\" and copy what is there, perhaps change it. In the device's settings turn off anonymous or guest access to FTP, or FTP altogether; a shared folder with a password does the same work.",
	Guideline: 5, Provision: "5.5-4", Severity: lan.Soon, Touch: lan.Login,
	Applies: onService("ftp", "ftps"),
	Run: func(ctx context.Context, p *probes.Pass) (lan.Verdict, error) {
		door := proof.Of(p, logins.Record{Auth: "ftp"})
		if p.Try == nil || door == nil {
			p.Saw("wanted to call ourselves \"anonymous\"", "no login budget is available, so nothing was tried")
			return lan.NotTested, nil
		}
		alone := false // the name was enough, without a password (RFC 959 section 5.4)
		outcome, err := p.Try(ctx, probes.Try{Account: "anonymous"}, func(ctx context.Context) (probes.Outcome, error) {
			outcome, heard, err := door.Try(ctx, proof.Login{User: "anonymous", Password: "homesweep@"})
			alone = strings.HasPrefix(heard, "reply 230")
			p.Saw("FTP as the visitor \"anonymous\"", heard)
			return outcome, err
		})
		switch {
		case err != nil:
			return lan.Undecided, err
		case outcome == probes.Accepted || alone:
			if p.Device.Kind == "printer" { // files that it is sent are printed; it has none to give
				p.Title, p.Advice = "Anyone on your network can print on it by FTP", "Many printers are made so; all that a stranger could waste is paper and ink. If you do not print by FTP, turn it off in the printer's settings, under Network."
				p.Grade(lan.ForInfo)
			}
			return lan.Fail, nil
		case outcome == probes.Rejected:
			return lan.Pass, nil
		}
		return lan.Undecided, nil
	},
})
