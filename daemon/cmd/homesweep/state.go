package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/homesweep/homesweep/daemon/local"
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
// nothing else.
func stepDown(state string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	info, err := os.Stat(state)
	if err != nil {
		return nil // there is no daemon yet, or somebody else says so better
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok || owner.Uid == 0 {
		return nil
	}
	err = errors.Join(syscall.Setgroups(nil), syscall.Setgid(int(owner.Gid)))
	if err = errors.Join(err, syscall.Setuid(int(owner.Uid))); err != nil {
		return fmt.Errorf("becoming the user whom %s belongs to: %w", state, err)
	}
	return nil
}

// daemon is the running daemon, asked as its own user.
func (c call) daemon() (*local.Client, error) {
	if err := stepDown(c.config.State); err != nil {
		return nil, err
	}
	return local.NewClient(c.config.State), nil
}
