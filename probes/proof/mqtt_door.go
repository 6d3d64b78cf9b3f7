package proof

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
)

// mqttDoor is a broker's CONNECT (MQTT 3.1.1 and 5.0, section 3.1): a clean
// session under a name of its own, which is left at once. It subscribes to
// nothing and publishes nothing.
type mqttDoor struct {
	reach probes.Reach
	ep    lan.Endpoint
	level byte // the version that the broker takes, 4 for 3.1.1
}

var _ = register("mqtt", func(p *probes.Pass, _ logins.Record) Door {
	return &mqttDoor{reach: p.Reach, ep: p.Service.Endpoint(), level: 4}
})

// Return codes of MQTT 3.1.1 section 3.2.2.3 and reason codes of MQTT 5.0
// section 3.2.2.2.
const (
	mqttIn         = 0
	mqttBadLogin   = 4
	mqttNotAllowed = 5
	mqtt5BadLogin  = 0x86
	mqtt5NotAllow  = 0x87
	mqtt5Banned    = 0x8a
	mqtt5TooFast   = 0x9f
)

func (d *mqttDoor) Name() string { return "MQTT" }

// Look connects without a login.
func (d *mqttDoor) Look(ctx context.Context) (State, string, error) {
	code, err := d.connect(ctx)
	if err != nil {
		return Unclear, "", err
	}
	heard := fmt.Sprintf("CONNACK %d", code)
	switch code {
	case mqttIn:
		return Open, heard, nil
	case mqttBadLogin, mqttNotAllowed, mqtt5BadLogin, mqtt5NotAllow:
		return Closed, heard, nil
	}
	return Unclear, heard, nil
}

func (d *mqttDoor) Try(ctx context.Context, l Login) (probes.Outcome, string, error) {
	code, err := d.once(ctx, &l)
	if err != nil {
		return probes.Unclear, "", err
	}
	heard := fmt.Sprintf("CONNACK %d", code)
	switch code {
	case mqttIn:
		return probes.Accepted, heard, nil
	case mqttBadLogin, mqttNotAllowed, mqtt5BadLogin, mqtt5NotAllow:
		return probes.Rejected, heard, nil
	case mqtt5Banned, mqtt5TooFast:
		return probes.Locked, heard, nil
	}
	return probes.Unclear, heard, nil
}

// connect is a CONNECT without a login and its answer. A broker that does not take
// 3.1.1 is asked once more in 5.0, and so is it with a login then.
func (d *mqttDoor) connect(ctx context.Context) (code byte, err error) {
	const old, old5 = 1, 0x84 // unacceptable protocol version
	code, err = d.once(ctx, nil)
	if err == nil && (code == old || code == old5) && d.level == 4 {
		d.level = 5
		code, err = d.once(ctx, nil)
	}
	return code, err
}

func (d *mqttDoor) once(ctx context.Context, l *Login) (code byte, err error) {
	question, err := mqttConnect(d.level, l)
	if err != nil {
		return 0, err
	}
	conn, hangUp, err := dial(ctx, d.reach, d.ep)
	if err != nil {
		return 0, err
	}
	defer hangUp()
	if _, err := conn.Write(question); err != nil {
		return 0, fmt.Errorf("MQTT: %w", err)
	}
	code, err = connack(bufio.NewReader(conn))
	if code == mqttIn && err == nil {
		_, _ = conn.Write([]byte{0xe0, 0}) // DISCONNECT: leaves no will and no session
	}
	return code, err
}

// maxMQTT is the longest packet that one byte of length holds.
const maxMQTT = 127

// mqttConnect is a CONNECT of the version, with a login or without.
func mqttConnect(level byte, l *Login) ([]byte, error) {
	const clean, password, user, keepAlive = 0x02, 0x40, 0x80, 10
	flags := byte(clean)
	if l != nil {
		flags |= user | password
	}
	body := append(mqttText("MQTT"), level, flags, 0, keepAlive)
	if level == 5 {
		body = append(body, 0) // no properties
	}
	body = append(body, mqttText("homesweep-"+rand.Text()[:8])...)
	if l != nil {
		body = append(body, mqttText(l.User)...)
		body = append(body, mqttText(l.Password)...)
	}
	if len(body) > maxMQTT {
		return nil, errors.New("the login is too long for a short MQTT packet")
	}
	return append([]byte{0x10, byte(len(body))}, body...), nil
}

// mqttText is a string as of section 1.5.3.
func mqttText(s string) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(s))), s...)
}

// connack reads a CONNACK's code. One of 3.1.1 has two bytes, one of 5.0 more.
func connack(in io.Reader) (code byte, err error) {
	b := make([]byte, 4)
	if _, err := io.ReadFull(in, b); err != nil {
		return 0, fmt.Errorf("MQTT: %w", err)
	}
	if b[0] != 0x20 || b[1] < 2 || b[1] > maxMQTT || b[2] > 1 {
		return 0, errors.New("the answer is no CONNACK of MQTT")
	}
	return b[3], nil
}
