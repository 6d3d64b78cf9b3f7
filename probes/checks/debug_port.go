package checks

import (
	"bytes"
	"context"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// A debugger's door lets whoever connects run what he likes in the program behind
// it. Those that were identified by their own handshake are open; the inspectors of
// Chrome and Node.js are known by the version that they give over HTTP (Chrome
// DevTools Protocol, /json/version). No debugger's command is ever sent.
var _ = register(probes.Check{
	ID:        "debug-port",
	Topic:     "Doors for programmers",
	Title:     "A door meant for programmers is open (debugging)",
	Advice:    "Anyone on your network could run programs on it through this door. If you or somebody at home writes software there, let the debugger listen on that computer alone (127.0.0.1). Otherwise look in the settings for \"developer\" or \"debug\" and turn it off, then update it. If it stays open, keep the device on a guest network.",
	Guideline: 6, Provision: "5.6-4A", Severity: lan.ActNow, Touch: lan.Ask,
	Applies: func(_ lan.Device, s lan.Service) bool {
		return debuggers[s.Name] != "" || s.Name == "http" && inspectors[s.Port] && !s.TLS
	},
	Run: debugPort,
})

// debuggers are the services, by their names, that are a debugger's door, and what
// they are in words.
var debuggers = map[string]string{
	"jdwp":        "a Java program's debugger (JDWP)",
	"gdbremote":   "a debugger (gdbserver)",
	"rmiregistry": "the list of a Java program's remote objects (RMI)",
}

const rmiAdvice = "Through it programs call each other, and old versions of Java could be taken over by it. If you do not know the program, find out which it is and remove it. Otherwise update it, and let it listen on its own machine alone (127.0.0.1)."

// inspectors are the ports that Chrome and Node.js document for theirs.
var inspectors = map[uint16]bool{9222: true, 9229: true}

func debugPort(ctx context.Context, p *probes.Pass) (lan.Verdict, error) {
	if what := debuggers[p.Service.Name]; what != "" {
		p.Saw("connected to "+p.Service.Key()+" and said no more than hello", "It is "+what+".")
		if p.Service.Name == "rmiregistry" { // what is on the list may want a login
			p.Title, p.Advice = "A door meant for programmers is open (Java RMI)", rmiAdvice
			p.Grade(lan.WhenYouCan)
			return lan.LikelyFail, nil
		}
		return lan.Fail, nil
	}
	r, err := ask(ctx, p, "/json/version", "", maxPage)
	if err != nil {
		return lan.Undecided, err
	}
	speaks := r.status == 200 && bytes.Contains(r.body, []byte(`"Browser"`)) && bytes.Contains(r.body, []byte(`"Protocol-Version"`))
	if !speaks {
		return lan.NotApplicable, nil
	}
	p.Saw("asked for /json/version", r.line+", an inspector's version")
	return lan.Fail, nil
}
