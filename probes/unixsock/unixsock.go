// Package unixsock makes and reaches the daemon's sockets in the file system, however
// deep their directory lies.
package unixsock

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// maxName is how many bytes of a path fit into a socket's address (unix(7),
// sun_path with its final zero).
const maxName = 107

// Address is one under which the socket at path can be reached: through its directory,
// opened, where the path is too long. network is "unix" or "unixgram". done closes the
// directory and is called once the address has been used.
func Address(network, path string) (address *net.UnixAddr, done func(), err error) {
	if len(path) <= maxName {
		return &net.UnixAddr{Name: path, Net: network}, func() {}, nil
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return nil, nil, err
	}
	path = "/proc/self/fd/" + strconv.Itoa(int(dir.Fd())) + "/" + filepath.Base(path)
	return &net.UnixAddr{Name: path, Net: network}, func() { _ = dir.Close() }, nil
}

// Make has listen make the socket at path, for this process's own user and root alone.
// Nobody else gets between its making and its mode if the directory is that user's own.
// A socket that an earlier process left behind is taken away; one that somebody answers
// on, or that is none, is an error.
func Make[L io.Closer](network, path string, listen func(string, *net.UnixAddr) (L, error)) (l L, err error) {
	var none L
	address, done, err := Address(network, path)
	if err != nil {
		return none, err
	}
	defer done()
	if err := vacate(path, address); err != nil {
		return none, err
	}
	if l, err = listen(network, address); err != nil {
		return none, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return none, errors.Join(err, l.Close())
	}
	return l, nil
}

// vacate takes away a socket that nobody answers on any more.
func vacate(path string, address *net.UnixAddr) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	inTheWay := fmt.Errorf("%s is in the way and no socket of ours; move it elsewhere", path)
	if info.Mode().Type() != fs.ModeSocket {
		return inTheWay
	}
	switch conn, err := net.DialUnix(address.Net, nil, address); {
	case err == nil:
		_ = conn.Close()
		return fmt.Errorf("another homesweep answers on %s; stop it first", path)
	case errors.Is(err, syscall.EPROTOTYPE): // a socket of another sort
		return inTheWay
	case !errors.Is(err, syscall.ECONNREFUSED):
		return err
	}
	return os.Remove(path)
}
