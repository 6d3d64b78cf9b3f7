package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/daemon/journal"
	"github.com/homesweep/homesweep/daemon/wiring"
)

// forgetWord is what a person types who means it; the dashboard asks for the same.
const forgetWord = "delete"

func bindForget(flags *flag.FlagSet, c *call) {
	flags.BoolVar(&c.yes, "yes", false, "do not ask")
}

// forget is the verb of that name: everything that is remembered of the home is
// erased, every copy of it included, but the dashboard's password.
func forget(ctx context.Context, c call) (int, error) {
	if _, err := os.Stat(c.config.State); errors.Is(err, os.ErrNotExist) {
		return c.forgotten("There was nothing to delete: " + c.config.State + " is not there.")
	}
	if !c.yes {
		terminal, err := os.OpenFile(terminalPath, os.O_RDWR|unix.O_NOCTTY, 0)
		if err != nil {
			return failed, errors.New("forget deletes everything that homesweep remembers and there is no terminal to ask at: run it at one, or add -yes")
		}
		defer terminal.Close()
		if !meant(terminal, c.config.State) {
			return failed, errors.New("nothing was deleted")
		}
	}
	named := c.config.State
	var err error
	if c.config.State, err = stepDown(named); err != nil {
		return failed, err
	}
	err = wiring.Forget(c.config)
	if errors.Is(err, journal.ErrBusy) {
		return failed, errors.New("a homesweep is running with " + named + "; delete your data on its dashboard, under Settings, or stop it first")
	}
	if err != nil {
		return failed, err
	}
	return c.forgotten("All that homesweep remembered is deleted. The dashboard's password and knowledge files stay. No factory login is tried for a day if one was tried within the last.")
}

// forgotten says what came of it.
func (c call) forgotten(words string) (int, error) {
	var err error
	if c.json {
		_, err = io.WriteString(c.out, "{\"deleted\": true}\n")
	} else {
		_, err = fmt.Fprintln(c.out, words)
	}
	if err != nil {
		return failed, fmt.Errorf("writing the result: %w", err)
	}
	return ok, nil
}

// meant asks the person at the terminal whether it is meant. Anything but the word is
// no.
func meant(terminal io.ReadWriter, state string) bool {
	fmt.Fprintf(terminal, "This deletes everything that homesweep remembers in %s: devices, findings, what happened, your names, notes and consents, and every copy of it. It cannot be undone.\nType %s to go on: ", state, forgetWord)
	answer, err := bufio.NewReader(io.LimitReader(terminal, 256)).ReadString('\n')
	return err == nil && strings.TrimSpace(answer) == forgetWord
}
