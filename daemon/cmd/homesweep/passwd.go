package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/daemon/door"
	"github.com/homesweep/homesweep/daemon/local"
	"github.com/homesweep/homesweep/daemon/wiring"
)

// maxTyped bounds what is read as a password; none is that long.
const maxTyped = 1024

// passwd is the verb passwd: a new password for the dashboard, by the running
// daemon, or without one straight into its journal. Who may write there need not
// know the old one.
func passwd(ctx context.Context, c call) (int, error) {
	password, err := newPassword(ctx, os.Stdin, terminalPath, c.talk)
	if err != nil {
		return failed, err
	}
	daemon, err := c.daemon()
	if err != nil {
		return failed, err
	}
	err = daemon.SetPassword(ctx, password)
	if errors.Is(err, local.ErrNoDaemon) {
		err = setPassword(c.config.State, password)
	}
	if err != nil {
		return failed, fmt.Errorf("the password stays as it was: %w", err)
	}
	if _, err := fmt.Fprintln(c.out, "The new password holds. Everybody who was logged in must log in again."); err != nil {
		return failed, fmt.Errorf("writing the result: %w", err)
	}
	return ok, nil
}

// setPassword keeps a password while no daemon runs: the journal is locked.
func setPassword(state, password string) (err error) {
	if err := os.MkdirAll(state, 0o700); err != nil {
		return err
	}
	book, err := wiring.OpenBook(state)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	keeper, err := door.Open(book)
	if err != nil {
		return err
	}
	return keeper.Set(password)
}

// newPassword reads one from in, its first line; if that is a terminal, from tty,
// twice and unseen.
func newPassword(ctx context.Context, in *os.File, tty string, talk io.Writer) (string, error) {
	if !isTerminal(in) {
		return typed(bufio.NewReader(in))
	}
	terminal, err := os.OpenFile(tty, os.O_RDWR|unix.O_NOCTTY, 0) // whose reading can be broken off
	if err != nil {
		return "", fmt.Errorf("there is no terminal to ask at: %w", err)
	}
	defer terminal.Close()
	show, err := hide(terminal)
	if err != nil {
		return "", fmt.Errorf("the terminal cannot be made silent: %w", err)
	}
	defer show()
	stop := context.AfterFunc(ctx, func() { _ = terminal.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	keys := bufio.NewReader(terminal)
	fmt.Fprint(talk, "New password for the dashboard (12 characters or more): ")
	first, err := typed(keys)
	fmt.Fprintln(talk)
	if err != nil {
		return "", err
	}
	fmt.Fprint(talk, "Once more: ")
	second, err := typed(keys)
	fmt.Fprintln(talk)
	if err == nil && first != second {
		err = errors.New("the two are not the same; the password stays as it was")
	}
	return first, err
}

// hide keeps what is typed off the screen until show.
func hide(terminal *os.File) (show func(), err error) {
	raw, err := terminal.SyscallConn()
	if err != nil {
		return nil, err
	}
	var was *unix.Termios
	set := func(to func(unix.Termios) unix.Termios) error {
		var inner error
		err := raw.Control(func(fd uintptr) {
			if was == nil {
				was, inner = unix.IoctlGetTermios(int(fd), unix.TCGETS)
			}
			if inner == nil {
				now := to(*was)
				inner = unix.IoctlSetTermios(int(fd), unix.TCSETS, &now)
			}
		})
		return errors.Join(err, inner)
	}
	err = set(func(t unix.Termios) unix.Termios { t.Lflag &^= unix.ECHO; return t })
	return func() { _ = set(func(t unix.Termios) unix.Termios { return t }) }, err
}

// typed is one line, without its end.
func typed(in *bufio.Reader) (string, error) {
	line := make([]byte, 0, 64)
	for {
		b, err := in.ReadByte()
		switch {
		case err == io.EOF && len(line) == 0:
			return "", errors.New("no password was given")
		case err != nil && err != io.EOF:
			return "", fmt.Errorf("reading the password: %w", err)
		case err == io.EOF || b == '\n':
			return string(bytes.TrimSuffix(line, []byte("\r"))), nil
		case len(line) == maxTyped:
			return "", errors.New("this is longer than any password")
		}
		line = append(line, b)
	}
}
