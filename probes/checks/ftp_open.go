package checks

import (
	"cmp"
	"context"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// FTP (RFC 959) sends the password and every file in the clear.
var _ = register(probes.Check{
	ID:        "ftp-open",
	Topic:     "Files by FTP",
	Title:     "An old file-transfer door (FTP) is open",
	Advice:    "FTP sends passwords and files where anyone on your network can read them. Turn it off in the device's settings. If you need it, use SFTP or a shared folder instead.",
	Guideline: 6, Provision: "5.6-1", Severity: lan.Soon, Touch: lan.Look,
	Applies: onService("ftp"),
	Run: func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		p.Saw(greeted(p.Service), cmp.Or(p.Service.Heard[lan.FTPBanner], "an FTP greeting"))
		return lan.Fail, nil
	},
})
