package hotplug

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// Path is where the socket of the daemon with that state directory is.
func Path(state string) string { return filepath.Join(state, "hotplug.sock") }

// patience bounds the sending: a DHCP server waits for its script.
const patience = 500 * time.Millisecond

// maxName is how many bytes of a path fit into a socket's address (unix(7),
// sun_path with its final zero).
const maxName = 107

// Send passes e on to who listens at path. It takes half a second at most.
func Send(path string, e Event) error {
	b, err := json.Marshal(e)
	if err != nil {
		return err
	}
	address, done, err := short(path)
	if err != nil {
		return err
	}
	defer done()
	conn, err := net.DialUnix("unixgram", nil, address)
	if err != nil {
		return err
	}
	defer conn.Close()
	_ = conn.SetWriteDeadline(time.Now().Add(patience))
	_, err = conn.Write(b)
	return err
}

// open makes the socket at path, for the daemon's own user and root alone. Nobody
// else gets between its making and its mode: the directory is that user's own.
func open(path string) (*net.UnixConn, error) {
	address, done, err := short(path)
	if err != nil {
		return nil, err
	}
	defer done()
	if err := vacate(path, address); err != nil {
		return nil, err
	}
	conn, err := net.ListenUnixgram("unixgram", address)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// vacate takes away a socket on which nobody listens any more.
func vacate(path string, address *net.UnixAddr) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode().Type() != fs.ModeSocket {
		return fmt.Errorf("%s %w", path, errInTheWay)
	}
	if conn, err := net.DialUnix("unixgram", nil, address); err == nil {
		_ = conn.Close()
		return fmt.Errorf("another homesweep listens on %s; stop it first", path)
	} else if !errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("%s %w", path, errInTheWay)
	}
	return os.Remove(path)
}

// short is an address under which the socket at path can be reached, however deep it
// lies: through its directory, opened. done closes that.
func short(path string) (address *net.UnixAddr, done func(), err error) {
	if len(path) <= maxName {
		return &net.UnixAddr{Name: path, Net: "unixgram"}, func() {}, nil
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return nil, nil, err
	}
	path = "/proc/self/fd/" + strconv.Itoa(int(dir.Fd())) + "/" + filepath.Base(path)
	return &net.UnixAddr{Name: path, Net: "unixgram"}, func() { _ = dir.Close() }, nil
}
