package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestStatus is 1 only for a problem at or above the severity asked for.
func TestStatus(t *testing.T) {
	for _, c := range []struct {
		verdict  lan.Verdict
		severity lan.Severity
		failOn   lan.Severity
		want     int
	}{
		{lan.Fail, lan.Soon, lan.Soon, findings},
		{lan.Fail, lan.ActNow, lan.Soon, findings},
		{lan.LikelyFail, lan.Soon, lan.Soon, findings},
		{lan.Fail, lan.ForInfo, lan.ForInfo, findings},
		{lan.Fail, lan.WhenYouCan, lan.Soon, ok},
		{lan.Pass, lan.ActNow, lan.ForInfo, ok},
		{lan.Undecided, lan.ActNow, lan.ForInfo, ok},
		{lan.NotTested, lan.ActNow, lan.ForInfo, ok},
	} {
		s := lan.Sweep{Devices: []lan.Device{{}, {Findings: []lan.Finding{{Verdict: c.verdict, Severity: c.severity}}}}}
		if got := status(s, c.failOn); got != c.want {
			t.Errorf("%+v: %d", c, got)
		}
	}
	if got := status(lan.Sweep{}, lan.ForInfo); got != ok {
		t.Errorf("an empty home: %d", got)
	}
}

// TestTalkIsNotTheResult: without a terminal there is no progress line, and a
// wrong option is said once, on standard error.
func TestTalkIsNotTheResult(t *testing.T) {
	talk, err := os.Create(filepath.Join(t.TempDir(), "talk"))
	if err != nil {
		t.Fatal(err)
	}
	defer talk.Close()
	l := newLine(talk)
	l.show(lan.Progress{Running: true, Phase: "ports"})
	l.clear()
	if said, _ := os.ReadFile(talk.Name()); len(said) != 0 {
		t.Errorf("no terminal, and yet %q", said)
	}
	var out bytes.Buffer
	status, err := dispatch(context.Background(), []string{"sweep", "-touch", "poke"}, &out, talk)
	said, _ := os.ReadFile(talk.Name())
	if status != failed || err != nil || out.Len() != 0 || strings.Count(string(said), "[listen look ask login]") != 1 {
		t.Errorf("status %d, %v, printed %q, said %s", status, err, out.String(), said)
	}
}

// TestHelpOfEachVerb lists the verb's own options and is no failure.
func TestHelpOfEachVerb(t *testing.T) {
	for _, v := range verbs() {
		var talk bytes.Buffer
		if _, _, err := parse([]string{v.name, "-h"}, &talk); !errors.Is(err, flag.ErrHelp) {
			t.Errorf("%s -h: %v", v.name, err)
		}
		for _, o := range v.options {
			if !strings.Contains(talk.String(), "  -"+o+" ") {
				t.Errorf("%s -h leaves out -%s:\n%s", v.name, o, talk.String())
			}
		}
		if v.does == "" || strings.Contains(talk.String(), "-json") == (v.name == "run") {
			t.Errorf("%s -h:\n%s", v.name, talk.String())
		}
	}
}

// TestTouchOfVerbs: the daemon only listens unless told otherwise, a sweep at
// the keyboard asks.
func TestTouchOfVerbs(t *testing.T) {
	for verb, want := range map[string]lan.Touch{"sweep": lan.Ask, "plan": lan.Ask, "run": lan.Listen} {
		if _, c, err := parse([]string{verb}, &bytes.Buffer{}); err != nil || c.config.Touch != want {
			t.Errorf("%s: touch %v, %v", verb, c.config.Touch, err)
		}
	}
}
