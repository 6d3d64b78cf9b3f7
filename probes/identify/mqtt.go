package identify

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(mqtt{}, asks)

// mqtt sends a CONNECT without a login and reads how it is received.
type mqtt struct{}

// mqttConnect is MQTT 3.1.1, clean session, 5 s keep-alive, empty client
// identifier (section 3.1); mqttDisconnect takes leave (section 3.14).
var (
	mqttConnect    = []byte{0x10, 12, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 5, 0, 0}
	mqttDisconnect = []byte{0xe0, 0}
)

// Name is "mqtt".
func (mqtt) Name() string { return "mqtt" }

// Likely claims the two silent ports that IANA gives to MQTT, and those to which
// people move a broker, who would hang up on any other question.
func (mqtt) Likely(ep lan.Endpoint, said []byte) bool {
	return ep.Transport == lan.TCP && len(said) == 0 && (moved(ep.Port, 1883) || moved(ep.Port, 8883))
}

// Identify notes the CONNACK's code: 0 lets anybody in, 5 wants a login.
func (mqtt) Identify(ctx context.Context, r probes.Reach, ep lan.Endpoint) (lan.Service, error) {
	svc := found(ep, "mqtt")
	conn, err := r.Dial(ctx, ep)
	if err != nil {
		return svc, fmt.Errorf("connect to %s: %w", ep, err)
	}
	defer conn.Close()
	if _, err := conn.Write(mqttConnect); err != nil {
		return svc, fmt.Errorf("ask mqtt: %w", err)
	}
	answer := make([]byte, 4)
	// Buffered, so that the words of another protocol are heard to their end.
	n, err := io.ReadFull(bufio.NewReader(conn), answer)
	code, ok := parseConnack(answer[:n])
	switch {
	case ok:
		svc.Heard.Set(lan.MQTTConnack, strconv.Itoa(int(code)))
	case n == 0:
		return svc, fmt.Errorf("read mqtt answer: %w", err)
	default:
		return svc, probes.ErrNotMine
	}
	if code == 0 {
		conn.Write(mqttDisconnect) // leave no session behind; an error changes nothing
	}
	return svc, nil
}

// parseConnack reads a CONNACK's return code (MQTT 3.1.1, section 3.2), or the
// reason code of an MQTT 5 server that refuses the older version.
func parseConnack(b []byte) (code byte, ok bool) {
	if len(b) < 4 || b[0] != 0x20 || b[1] < 2 || b[1] > 127 || b[2] > 1 {
		return 0, false
	}
	if b[1] > 2 && b[3] < 0x80 {
		return 0, false
	}
	return b[3], true
}
