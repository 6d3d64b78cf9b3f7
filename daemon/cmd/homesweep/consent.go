package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/daemon/ledger"
	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/probes/lan"
)

// terminalPath is the terminal that the program was started from, whatever its
// input and output are. Only who sits there can say yes.
const terminalPath = "/dev/tty"

// errNobody is for -touch login where nobody can be asked.
var errNobody = errors.New("-touch login needs your word before a password is tried, and there is no terminal to ask at: run it at one, add -yes if you own all devices of this network or may test them, or leave -touch login out")

// maxAnswer is how long the question stands: later, another device may have an
// address that it names.
const maxAnswer = 10 * time.Minute

// refused is what the findings say after a no.
const refused = "It was not tried, as you did not say yes."

// consent is how this run asks before the first login is tried. clear makes room
// for the question. done gives the terminal back.
func (c call) consent(tty string, clear func()) (ask sweep.Consent, done func(), err error) {
	if c.yes {
		return sweep.Yes, func() {}, nil
	}
	terminal, err := os.OpenFile(tty, os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, nil, errNobody
	}
	return func(ctx context.Context, all []sweep.Request) sweep.Allowed {
		clear()
		if c.asks(ctx, terminal, all) {
			return sweep.Yes(ctx, all)
		}
		return func(sweep.Request) string { return refused }
	}, func() { terminal.Close() }, nil
}

// asks puts the question where a person reads it, and waits for the answer or the
// end of ctx. Anything but yes is no.
func (c call) asks(ctx context.Context, terminal *os.File, all []sweep.Request) bool {
	var to io.Writer = c.talk
	if !isTerminal(c.talk) {
		to = terminal
	}
	// What was typed before the question is no answer to it.
	if raw, err := terminal.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) { _ = unix.IoctlSetInt(int(fd), unix.TCFLSH, unix.TCIFLUSH) })
	}
	if _, err := io.WriteString(to, question(all)); err != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, maxAnswer)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = terminal.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	answer, err := bufio.NewReader(io.LimitReader(terminal, 256)).ReadString('\n')
	if err != nil || ctx.Err() != nil {
		fmt.Fprintln(to)
		return false
	}
	return slices.Contains([]string{"y", "yes"}, strings.ToLower(strings.TrimSpace(answer)))
}

func isTerminal(f *os.File) bool {
	_, tty := terminal(f)
	return tty
}

// question names the devices and the accounts, by the records they stand in.
func question(all []sweep.Request) string {
	var b strings.Builder
	devices := map[string]bool{}
	for _, r := range all {
		devices[r.Device.ID] = true
	}
	fmt.Fprintf(&b, "\nFactory logins can be tried on %s:\n", counted(len(devices), "device"))
	all = lan.Sorted(slices.Values(all), func(a, b sweep.Request) int {
		return cmp.Or(a.Service.Address.Compare(b.Service.Address), strings.Compare(a.Device.ID, b.Device.ID), cmp.Compare(a.Service.Port, b.Service.Port))
	})
	for _, r := range all {
		fmt.Fprintf(&b, "  %s (%s), %s:\n", knownAs(r.Device), r.Service.Address, r.Service.Key()+" "+clean(r.Service.Name))
		for _, l := range r.Logins {
			fmt.Fprintf(&b, "    account %q by %s\n", l.Account, l.Record)
		}
		if r.Clear() {
			b.WriteString("    here the password crosses the network for everybody on it to read\n")
		}
	}
	fmt.Fprintf(&b, "At most %d wrong passwords an account and %d a device in 24 hours, and none after the first sign of a lock. Some devices lock their own login for a while after wrong ones. Nothing is changed.\n", ledger.PerAccount, ledger.PerDevice)
	fmt.Fprintf(&b, "%s Go on? [y/N] ", map[bool]string{true: "I own this device or may test it.", false: "I own these devices or may test them."}[len(devices) == 1])
	return b.String()
}

// knownAs is what d is known by: its name, or its maker with model or kind.
func knownAs(d lan.Device) string {
	switch made := d.Made(); {
	case len(d.Names) > 0:
		return clean(d.Names[0])
	case made != "" && d.Model == "" && d.Kind.Known():
		return clean(made + " " + kindWord(d.Kind))
	default:
		return clean(cmp.Or(made, kindWord(d.Kind)))
	}
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
