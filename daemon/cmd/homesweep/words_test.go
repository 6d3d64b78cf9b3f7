package main

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/daemon/ledger"
	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/probes/checks"
	"github.com/homesweep/homesweep/probes/lan"
)

// TestREADMELimits holds the README's table of limits to the ledger's.
func TestREADMELimits(t *testing.T) {
	text := readme(t)
	for _, row := range []string{
		fmt.Sprintf("| wrong passwords on an account | %d in %.0f hours |", ledger.PerAccount, ledger.Day.Hours()),
		fmt.Sprintf("| wrong passwords on a device, over all its doors | %d in %.0f hours;", ledger.PerDevice, ledger.Day.Hours()),
		"## What it will and will not do to your devices",
	} {
		if !strings.Contains(text, row) {
			t.Errorf("the README lacks %q", row)
		}
	}
}

// TestQuestions: the dashboard asks a question of every check, as a problem's
// title would be wrong where none was found.
func TestQuestions(t *testing.T) {
	for _, language := range []string{"en", "de"} {
		words, err := os.ReadFile("../../../ui/static/" + language + ".js")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range checks.All() {
			if !strings.Contains(string(words), "\n  'asked."+c.ID+"': '") {
				t.Errorf("the dashboard has no question for %s in %s", c.ID, language)
			}
		}
	}
}

// TestHelp: an option's value is named once, as in the README's table.
func TestHelp(t *testing.T) {
	for _, v := range verbs() {
		var talk strings.Builder
		if _, _, err := parse([]string{v.name, "-h"}, &talk); err == nil {
			t.Errorf("%s -h is no request for help", v.name)
		}
		for line := range strings.Lines(talk.String()) {
			option, ok := strings.CutPrefix(line, "  -")
			if _, value, named := strings.Cut(strings.TrimSpace(option), " "); ok && named && strings.Contains(talk.String(), "\t"+value+" ") {
				t.Errorf("%s -h says %s twice", v.name, value)
			}
		}
	}
}

// TestQuestionInOrder: a device's doors stand together, by address, whoever was
// done first; a device without a name is told by maker and kind.
func TestQuestionInOrder(t *testing.T) {
	at := func(id, address, vendor string, port uint16) sweep.Request {
		a := netip.MustParseAddr(address)
		return sweep.Request{
			Device:  lan.Device{ID: id, Vendor: vendor, Kind: "camera", Addresses: []netip.Addr{a}},
			Service: lan.Service{Address: a, Transport: lan.TCP, Port: port, Name: "http"},
		}
	}
	text := question([]sweep.Request{at("b", "192.168.1.20", "Acme", 8080), at("c", "192.168.1.9", "", 80), at("b", "192.168.1.20", "Acme", 80)})
	last := 0
	for _, want := range []string{"on 2 devices", "camera (192.168.1.9), tcp/80", "Acme camera (192.168.1.20), tcp/80", "Acme camera (192.168.1.20), tcp/8080"} {
		i := strings.Index(text[last:], want)
		if i < 0 {
			t.Fatalf("%q is missing, or in another place, in\n%s", want, text)
		}
		last += i
	}
}

// TestQuestionBesideResult: the answer's JSON goes to the result, the question to
// the terminal.
func TestQuestionBesideResult(t *testing.T) {
	owner, path := pty(t)
	dir := t.TempDir()
	talk, err := os.Create(filepath.Join(dir, "talk"))
	if err != nil {
		t.Fatal(err)
	}
	defer talk.Close()
	var out strings.Builder
	ask, done, err := call{out: &out, talk: talk, json: true}.consent(path, func() {})
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	answered := make(chan struct{})
	go func() { ask(ctx, twoDevices); close(answered) }()
	readUntil(t, owner, "[y/N] ")
	if _, err := io.WriteString(owner, "n\n"); err != nil {
		t.Fatal(err)
	}
	<-answered
	if said, _ := os.ReadFile(talk.Name()); out.Len() > 0 || len(said) > 0 {
		t.Errorf("the question went to %q and %q as well", out.String(), said)
	}
}
