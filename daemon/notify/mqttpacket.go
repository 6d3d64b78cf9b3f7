package notify

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
)

// The packets of MQTT 3.1.1 that we use, by the first byte's upper half
// (https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html section 2.2.1).
const (
	mqttConnect    = 0x10
	mqttConnack    = 0x20
	mqttPublish    = 0x30
	mqttPuback     = 0x40
	mqttSubscribe  = 0x82 // with the flags that it must have
	mqttSuback     = 0x90
	mqttPingreq    = 0xc0
	mqttPingresp   = 0xd0
	mqttDisconnect = 0xe0
)

// maxPacket is the bound of a packet's body that a broker may send us, in bytes:
// all that it has for us is what we published ourselves.
const maxPacket = 32 << 10

var errMQTT = errors.New("it does not speak MQTT 3.1.1")

// packet is one from a broker.
type packet struct {
	kind byte // the upper half
	body []byte
	// Of a publication: its topic, its payload and the number to be
	// acknowledged, 0 for none.
	topic, payload string
	number         uint16
}

// readPacket reads one packet.
func readPacket(in *bufio.Reader) (packet, error) {
	first, err := in.ReadByte()
	if err != nil {
		return packet{}, err
	}
	length := 0
	for shift := 0; ; shift += 7 { // section 2.2.3: at most four bytes
		b, err := in.ReadByte()
		if err != nil {
			return packet{}, err
		}
		length |= int(b&0x7f) << shift
		if b&0x80 == 0 {
			break
		}
		if shift == 21 {
			return packet{}, errMQTT
		}
	}
	if length > maxPacket {
		return packet{}, errMQTT
	}
	p := packet{kind: first & 0xf0, body: make([]byte, length)}
	if _, err := io.ReadFull(in, p.body); err != nil {
		return packet{}, err
	}
	if p.kind == mqttPublish {
		return p, p.open(first >> 1 & 3)
	}
	return p, nil
}

// open takes a publication apart (section 3.3).
func (p *packet) open(qos byte) error {
	b := p.body
	if len(b) < 2 || len(b)-2 < int(binary.BigEndian.Uint16(b)) || qos > 1 {
		return errMQTT
	}
	n := 2 + int(binary.BigEndian.Uint16(b))
	p.topic, b = string(b[2:n]), b[n:]
	if qos == 1 {
		if len(b) < 2 {
			return errMQTT
		}
		p.number, b = binary.BigEndian.Uint16(b), b[2:]
	}
	p.payload = string(b)
	return nil
}

// field appends a string with its length before it.
func field(b []byte, s string) []byte {
	b = binary.BigEndian.AppendUint16(b, uint16(len(s))) // every one of ours is checked or built short
	return append(b, s...)
}

// framed is body behind its head.
func framed(head byte, body []byte) []byte {
	out := []byte{head}
	for n := len(body); ; {
		b := byte(n & 0x7f)
		if n >>= 7; n == 0 {
			return append(append(out, b), body...)
		}
		out = append(out, b|0x80)
	}
}

// connectPacket asks for a clean session. will is the topic at which the broker
// says "offline" when we are gone, empty for none.
func connectPacket(client, user, key, will string, alive uint16) []byte {
	flags := byte(0x02)
	if will != "" {
		flags |= 0x2c // a will, at least once, retained
	}
	if user != "" {
		flags |= 0x80
		if key != "" {
			flags |= 0x40
		}
	}
	b := field(nil, "MQTT")
	b = append(b, 4, flags)
	b = binary.BigEndian.AppendUint16(b, alive)
	b = field(b, client)
	if will != "" {
		b = field(field(b, will), "offline")
	}
	if user != "" {
		b = field(b, user)
		if key != "" {
			b = field(b, key)
		}
	}
	return framed(mqttConnect, b)
}

// publishPacket is to be acknowledged by number.
func publishPacket(topic string, payload []byte, retain bool, number uint16) []byte {
	head := byte(mqttPublish | 0x02)
	if retain {
		head |= 1
	}
	b := binary.BigEndian.AppendUint16(field(nil, topic), number)
	return framed(head, append(b, payload...))
}
