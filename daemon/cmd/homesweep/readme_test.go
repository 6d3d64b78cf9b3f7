package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/daemon/config"
)

// readme is the repository's README.
func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestREADMECommands holds every command of ours in the README's blocks to the
// options that there are, and every package it runs to the tree.
func TestREADMECommands(t *testing.T) {
	found, inside := 0, false
	for line := range strings.Lines(readme(t)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "```") {
			inside = !inside
			continue
		}
		command, _, _ := strings.Cut(line, "  #")
		words := strings.Fields(command)
		if !inside || len(words) == 0 {
			continue
		}
		if words[0] == "sudo" {
			words = words[1:]
		}
		switch {
		case words[0] == "homesweep" || words[0] == "./homesweep":
			found++
			if _, _, err := parse(words[1:], io.Discard); err != nil {
				t.Errorf("%s: %v", command, err)
			}
		case words[0] == "go" && words[1] == "run":
			found++
			if _, err := os.Stat(filepath.Join("../../..", words[2])); err != nil {
				t.Errorf("%s: %v", command, err)
			}
		}
	}
	if found < 6 {
		t.Errorf("only %d commands were found", found)
	}
}

// TestREADMEChecks holds the README's table to what `homesweep checks` prints.
func TestREADMEChecks(t *testing.T) {
	_, table, err := homesweep(t, "checks")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(readme(t), table) {
		t.Errorf("the README's table of checks is not what this prints; put it there:\n%s", table)
	}
}

// TestREADMEOptions holds the README's table to the table of options.
func TestREADMEOptions(t *testing.T) {
	text := readme(t)
	for _, o := range config.Options {
		if row := "| `-" + o.Name + " " + o.Value + "` | " + o.Doc + " |"; !strings.Contains(text, row) {
			t.Errorf("the README lacks the row %s", row)
		}
	}
}
