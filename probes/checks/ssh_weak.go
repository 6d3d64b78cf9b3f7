package checks

import (
	"context"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

// A server offers to everybody what it can do (RFC 4253 section 7.1). Old
// methods are a problem where there is nothing better: who can speak a newer one
// gets it. Protocol 1 is one in itself, since its first packets can be forged.
var _ = register(probes.Check{
	ID:        "ssh-weak",
	Topic:     "How well its remote control (SSH) is encrypted",
	Title:     "Its remote-control door (SSH) is badly encrypted",
	Advice:    "Somebody on your network could read the password that is typed there. If you do not use SSH, turn it off in the device's settings. Otherwise look for an update of the device. If there is none, use SSH only from your own Wi-Fi.",
	Guideline: 5, Provision: "5.5-1", Severity: lan.WhenYouCan, Touch: lan.Ask,
	Applies: onService("ssh"),
	Run:     func(_ context.Context, p *probes.Pass) (lan.Verdict, error) { return sshWeak(p), nil },
})

// weakSSH are the old methods; of two rows for one list the first is the worse.
var weakSSH = [...]struct {
	field, what string
	old         func(name string) bool
	severity    lan.Severity // where there is nothing else
}{
	// RFC 9142: 1,024 bits, the same for everybody.
	{identify.SSHKex, "key exchange", func(n string) bool { return n == "diffie-hellman-group1-sha1" }, lan.Soon},
	// RFC 8758: broken. DES is older still.
	{identify.SSHCipher, "cipher", func(n string) bool {
		return strings.HasPrefix(n, "arcfour") || strings.HasPrefix(n, "des-") || n == "none"
	}, lan.Soon},
	// CVE-2008-5161: some of the text can be found out.
	{identify.SSHCipher, "cipher", func(n string) bool {
		return strings.HasPrefix(n, "arcfour") || strings.Contains(n, "-cbc") || n == "none"
	}, lan.WhenYouCan},
	// OpenSSH does without the first since 7.0 (1,024 bits) and without the
	// second since 8.8 (SHA-1).
	{identify.SSHHostKey, "host key", func(n string) bool { return n == "ssh-dss" }, lan.WhenYouCan},
	{identify.SSHHostKey, "host key", func(n string) bool { return n == "ssh-dss" || n == "ssh-rsa" }, lan.ForInfo},
}

func sshWeak(p *probes.Pass) lan.Verdict {
	banner := p.Service.Heard[lan.SSHBanner]
	verdict, worst := lan.Undecided, lan.ForInfo
	problem := func(s lan.Severity) {
		verdict, worst = lan.Fail, max(worst, s)
	}
	if strings.HasPrefix(banner, "SSH-1.") {
		p.Saw(greeted(p.Service), banner+": speaks protocol 1")
		if problem(lan.Soon); strings.HasPrefix(banner, "SSH-1.99-") {
			worst = lan.WhenYouCan
		}
	}
	seen := map[string]bool{} // lists with a problem
	for _, row := range weakSSH {
		names := p.Service.Heard[row.field]
		if names == "" || seen[row.field] {
			continue
		}
		if verdict == lan.Undecided {
			verdict = lan.Pass
		}
		only := !strings.Contains(p.Service.Heard[identify.SSHElse], row.field)
		for name := range strings.FieldsSeq(names) {
			only = only && row.old(name)
		}
		if only {
			seen[row.field] = true
			p.Saw("read which "+row.what+" it offers", "only "+names)
			problem(row.severity)
		}
	}
	if verdict.Problem() {
		p.Grade(worst)
	}
	return verdict
}
