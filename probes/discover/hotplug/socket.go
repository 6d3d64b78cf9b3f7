package hotplug

import (
	"encoding/json"
	"net"
	"path/filepath"
	"time"

	"github.com/homesweep/homesweep/probes/unixsock"
)

// Path is where the socket of the daemon with that state directory is.
func Path(state string) string { return filepath.Join(state, "hotplug.sock") }

// patience bounds the sending: a DHCP server waits for its script.
const patience = 500 * time.Millisecond

// Send passes e on to who listens at path. It takes half a second at most.
func Send(path string, e Event) error {
	b, err := json.Marshal(e)
	if err != nil {
		return err
	}
	address, done, err := unixsock.Address("unixgram", path)
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
