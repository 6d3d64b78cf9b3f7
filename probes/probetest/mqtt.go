package probetest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The packet types of MQTT 3.1.1 (section 2.2.1) that a visitor may send.
const (
	mqttConnect    = 1
	mqttSubscribe  = 8
	mqttPing       = 12
	mqttDisconnect = 14
)

const (
	mqttPackets = 50   // on one connection
	mqttSize    = 4096 // bytes of one packet
)

var errMQTT = errors.New("probetest: not an MQTT packet")

// MQTT is a broker without topics: a subscriber hears nothing.
type MQTT struct {
	// Connack is the return code to whoever connects (section 3.2.2.3): 0 lets
	// in, 5 asks for a login.
	Connack byte `json:"connack"`
}

func (m *MQTT) check(*Device) error {
	if m.Connack > 5 {
		return fmt.Errorf("mqtt: connack %d is above 5", m.Connack)
	}
	return nil
}

func (m *MQTT) serve(s *session) {
	for i := range mqttPackets {
		kind, body, err := readMQTT(s, i == 0)
		if errors.Is(err, errMQTT) || errors.Is(err, io.ErrUnexpectedEOF) {
			s.malformed()
		}
		if err != nil {
			return
		}
		var reply []byte
		switch kind {
		case mqttConnect:
			s.asked("CONNECT")
			reply = []byte{0x20, 2, 0, m.Connack}
		case mqttSubscribe:
			s.asked("SUBSCRIBE")
			if len(body) < 2 {
				s.malformed()
				return
			}
			reply = []byte{0x90, 3, body[0], body[1], 0}
		case mqttPing:
			reply = []byte{0xd0, 0}
		case mqttDisconnect:
			return
		default:
			s.asked(fmt.Sprintf("packet type %d", kind))
		}
		if _, err := s.Write(reply); err != nil || i == 0 && m.Connack != 0 {
			return
		}
	}
}

// isConnect reports the body of a CONNECT of MQTT 3.1 or 3.1.1 (section 3.1).
func isConnect(body []byte) bool {
	if len(body) < 2 {
		return false
	}
	n := int(binary.BigEndian.Uint16(body))
	if len(body) < 2+n {
		return false
	}
	name := string(body[2 : 2+n])
	return name == "MQTT" || name == "MQIsdp"
}

// readMQTT reads one control packet. The first of a connection is a CONNECT or
// an error, which a broker notices as early as it can.
func readMQTT(s *session, first bool) (kind byte, body []byte, err error) {
	head, err := s.in.ReadByte()
	if err != nil {
		return 0, nil, err
	}
	if kind = head >> 4; first && kind != mqttConnect {
		return 0, nil, errMQTT
	}
	size, err := mqttLength(s)
	if err != nil {
		return 0, nil, err
	}
	body = make([]byte, size)
	if _, err = io.ReadFull(s.in, body); err == nil && first && !isConnect(body) {
		err = errMQTT
	}
	return kind, body, err
}

// mqttLength reads a remaining length (section 2.2.3).
func mqttLength(s *session) (size int, err error) {
	for shift := 0; shift <= 21; shift += 7 {
		c, err := s.in.ReadByte()
		if err != nil {
			return 0, err
		}
		if size |= int(c&0x7f) << shift; size > mqttSize {
			return 0, errMQTT
		}
		if c&0x80 == 0 {
			return size, nil
		}
	}
	return 0, errMQTT
}
