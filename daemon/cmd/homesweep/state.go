package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/homesweep/homesweep/daemon/local"
	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes/uci"
)

// stateOn is the state directory of the daemon of this machine: on a router as its
// configuration has it (/etc/config/homesweep below root, option state), else, or
// where nobody said, otherwise.
func stateOn(root, otherwise string) string {
	file, err := uci.Read(root, "homesweep")
	if err != nil {
		return otherwise
	}
	for _, section := range file.Of("homesweep") {
		if dir := section.Get("state"); filepath.IsAbs(dir) {
			return filepath.Clean(dir)
		}
	}
	return otherwise
}

// stepDown makes root the user whom the state directory belongs to, for as long as
// the program lives: what it writes there the daemon can read again, and root follows
// no link that another user laid. Of other users, or root's own directory, it makes
// nothing else. It gives the name by which the directory is reached from then on: where
// it lies in one that its user may not enter, as systemd's DynamicUser= has it, that is
// ".", the working directory.
func stepDown(state string) (string, error) {
	if os.Geteuid() != 0 {
		return state, nil
	}
	info, err := os.Stat(state)
	if err != nil {
		return state, nil // there is no daemon yet, or somebody else says so better
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok || owner.Uid == 0 {
		return state, nil
	}
	err = errors.Join(os.Chdir(state), syscall.Setgroups(nil), syscall.Setgid(int(owner.Gid)))
	if err = errors.Join(err, syscall.Setuid(int(owner.Uid))); err != nil {
		return state, fmt.Errorf("becoming the user whom %s belongs to: %w", state, err)
	}
	if _, err := os.Stat(state); errors.Is(err, os.ErrPermission) {
		return ".", nil
	}
	return state, nil
}

// runningIn is the running daemon of a state directory, asked as its own user. at is
// where that is from then on. A daemon whose directory takes no writes works in a copy
// in memory.
func runningIn(state, memory string) (d *local.Client, at string, err error) {
	const writable = 2 // W_OK of access(2)
	if errors.Is(syscall.Access(state, writable), syscall.EROFS) {
		if _, err := os.Stat(local.Path(memory)); err == nil {
			memory, err = stepDown(memory)
			return local.NewClient(memory), state, err
		}
	}
	at, err = stepDown(state)
	return local.NewClient(at), at, err
}

// daemon is the running daemon of c's state directory, which is reached by c from then on.
func (c *call) daemon() (d *local.Client, err error) {
	d, c.config.State, err = runningIn(c.config.State, wiring.StandIn)
	return d, err
}
