package notify

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"net"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// topic is what all of a channel's topics begin with.
func topic(c *lan.Channel) string { return firstOf(c.To, "homesweep") }

func checkMQTT(c *lan.Channel) error {
	if len(c.To) > 64 || strings.Trim(c.To, letters+"0123456789-_/") != "" || strings.HasPrefix(c.To, "/") || strings.HasSuffix(c.To, "/") {
		return errors.New("its topic must be up to 64 letters, digits, -, _ and / (not first or last)")
	}
	if prefix, _, _ := strings.Cut(c.To, "/"); prefix == assistant {
		return errors.New("its topic must not begin with homeassistant, where Home Assistant's own are; choose another word")
	}
	if c.Key != "" && c.User == "" {
		return errors.New("it has a password but no user name")
	}
	return checkHostPort(c.Server, "192.168.1.5:1883")
}

// broker is a connection to an MQTT broker. One goroutine uses it.
type broker struct {
	conn   net.Conn
	in     *bufio.Reader
	server string
	number uint16
	heard  func(topic, payload string) // of what is published to us; nil for nothing
}

// mqtt publishes what a webhook would be given at PREFIX/events, not retained.
func (n *Notifier) mqtt(ctx context.Context, c *lan.Channel, m *message) error {
	b, err := n.connect(ctx, c, "", 0)
	if err != nil {
		return err
	}
	defer b.close()
	body, err := json.Marshal(m.payload())
	if err != nil {
		return err
	}
	return b.publish(topic(c)+"/events", body, false)
}

// connect logs in. alive is after how long of silence the broker gives us up, 0
// for never.
func (n *Notifier) connect(ctx context.Context, c *lan.Channel, will string, alive time.Duration) (*broker, error) {
	conn, err := n.dial(ctx, "tcp", c.Server, c.TLS == "whole")
	if err != nil {
		return nil, err
	}
	b := &broker{conn: conn, in: bufio.NewReader(conn), server: c.Server}
	client := "homesweep-" + rand.Text()[:12] // 23 at most, section 3.1.3.1
	if err = b.write(connectPacket(client, c.User, c.Key, will, uint16(alive/time.Second))); err == nil {
		err = b.welcome()
	}
	if err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

// welcome reads CONNACK (section 3.2).
func (b *broker) welcome() error {
	p, err := b.read()
	switch {
	case err != nil:
		return err
	case p.kind != mqttConnack || len(p.body) != 2:
		return plain(errMQTT, b.server)
	case p.body[1] == 3:
		return errors.New(b.server + " is not ready to be connected to")
	case p.body[1] == 4 || p.body[1] == 5:
		// Some say so, too, until they have read who may.
		return refusal{words: b.server + " refused the user name or password", after: notYet}
	case p.body[1] != 0:
		return refusal{words: b.server + " refused the connection"}
	}
	return nil
}

// publish waits until the broker has it.
func (b *broker) publish(topic string, payload []byte, retain bool) error {
	b.number = max(b.number+1, 1)
	if err := b.write(publishPacket(topic, payload, retain, b.number)); err != nil {
		return err
	}
	_, err := b.await(mqttPuback)
	return err
}

// notYet is how long a broker is left alone that knows us not, at first.
const notYet = 5 * time.Minute

// errUnread is that a broker takes what we publish, and lets us read none of it.
var errUnread = errors.New("the broker does not let this user read; allow it to read what it writes, and homeassistant/status")

// subscribe asks for what is published at topics, at most once each. It is errUnread
// if one of them is refused.
func (b *broker) subscribe(topics ...string) error {
	b.number = max(b.number+1, 1)
	body := binary.BigEndian.AppendUint16(nil, b.number)
	for _, t := range topics {
		body = append(field(body, t), 0)
	}
	if err := b.write(framed(mqttSubscribe, body)); err != nil {
		return err
	}
	p, err := b.await(mqttSuback)
	if err == nil && bytes.ContainsFunc(p.body[2:], func(code rune) bool { return code != 0 }) { // section 3.9.3
		err = errUnread
	}
	return err
}

// ping is answered only after everything that the broker had for us before.
func (b *broker) ping() error {
	if err := b.write(framed(mqttPingreq, nil)); err != nil {
		return err
	}
	_, err := b.await(mqttPingresp)
	return err
}

// maxBetween is how many packets may come before the one that is waited for.
const maxBetween = 4096

// await reads until the answer of a kind to our last number.
func (b *broker) await(kind byte) (packet, error) {
	for range maxBetween {
		p, err := b.read()
		if err != nil {
			return p, err
		}
		switch {
		case p.kind == mqttPublish && b.heard != nil && p.number == 0:
			b.heard(p.topic, p.payload)
		case p.kind != kind:
			return p, plain(errMQTT, b.server)
		case kind == mqttPingresp:
			return p, nil
		case len(p.body) < 2 || binary.BigEndian.Uint16(p.body) != b.number:
			return p, plain(errMQTT, b.server)
		default:
			return p, nil
		}
	}
	return packet{}, plain(errMQTT, b.server)
}

func (b *broker) read() (packet, error) {
	p, err := readPacket(b.in)
	if err != nil {
		return p, plain(err, b.server)
	}
	return p, nil
}

func (b *broker) write(packet []byte) error {
	if _, err := b.conn.Write(packet); err != nil {
		return plain(err, b.server)
	}
	return nil
}

// close says goodbye, so that the broker does not publish the will.
func (b *broker) close() {
	_ = b.write(framed(mqttDisconnect, nil))
	_ = b.conn.Close()
}
