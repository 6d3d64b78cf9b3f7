package ssh

import (
	"bufio"
	"crypto/hmac"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/homesweep/homesweep/probes/lan"
)

// Messages of the transport (RFC 4253 section 12).
const (
	msgDisconnect = 1
	msgIgnore     = 2
	msgDebug      = 4
	msgExtInfo    = 7 // RFC 8308
	msgKexInit    = 20
	msgNewKeys    = 21
)

// transport is the binary packet protocol of RFC 4253 section 6.
type transport struct {
	in          *bufio.Reader
	out         io.Writer
	read, write way
	left        int // bytes that the server may still send
}

// way is one direction. Before the keys it has neither cipher nor MAC.
type way struct {
	sequence uint32
	block    int                   // bytes
	crypt    func(dst, src []byte) // in place, whole blocks
	mac      hash.Hash
}

// sum is the MAC of a whole packet, none without keys.
func (w *way) sum(packet []byte) []byte {
	if w.mac == nil {
		return nil
	}
	w.mac.Reset()
	w.mac.Write(binary.BigEndian.AppendUint32(nil, w.sequence))
	w.mac.Write(packet)
	return w.mac.Sum(nil)
}

// send writes one message.
func (t *transport) send(message byte, fields ...[]byte) error {
	packet := []byte{0, 0, 0, 0, 0, message}
	for _, f := range fields {
		packet = append(packet, f...)
	}
	w := &t.write
	padding := w.block - len(packet)%w.block
	if padding < 4 {
		padding += w.block
	}
	binary.BigEndian.PutUint32(packet, uint32(len(packet)-4+padding))
	packet[4] = byte(padding)
	random := make([]byte, padding)
	rand.Read(random) //nolint:errcheck // never fails
	packet = append(packet, random...)
	sum := w.sum(packet)
	if w.crypt != nil {
		w.crypt(packet, packet)
	}
	w.sequence++
	if _, err := t.out.Write(append(packet, sum...)); err != nil {
		return fmt.Errorf("SSH: %w", err)
	}
	return nil
}

// packet reads one packet's payload, which is never empty.
func (t *transport) packet() ([]byte, error) {
	w := &t.read
	packet := make([]byte, w.block, 512)
	if err := t.fill(packet); err != nil {
		return nil, err
	}
	if w.crypt != nil {
		w.crypt(packet, packet)
	}
	length := binary.BigEndian.Uint32(packet)
	whole := 4 + int(length)
	if length > maxPacket || whole < w.block || w.crypt != nil && whole%w.block != 0 {
		return nil, errBad
	}
	packet = append(packet, make([]byte, whole-w.block)...)
	if err := t.fill(packet[w.block:]); err != nil {
		return nil, err
	}
	if w.crypt != nil {
		w.crypt(packet[w.block:], packet[w.block:])
	}
	want := w.sum(packet)
	got := make([]byte, len(want))
	if err := t.fill(got); err != nil {
		return nil, err
	}
	w.sequence++
	end := whole - int(packet[4])
	if !hmac.Equal(got, want) || end <= 5 {
		return nil, errBad
	}
	return packet[5:end], nil
}

// fill reads as much as b holds, as long as the server has not said enough.
func (t *transport) fill(b []byte) error {
	if t.left -= len(b); t.left < 0 {
		return errors.New("the SSH server does not stop talking")
	}
	if _, err := io.ReadFull(t.in, b); err != nil {
		return fmt.Errorf("SSH: %w", err)
	}
	return nil
}

// next reads the next message that is for us: its number and its fields. It
// skips what RFC 4253 section 11 says may come at any time.
func (t *transport) next() (message byte, fields cursor, err error) {
	for {
		payload, err := t.packet()
		if err != nil {
			return 0, cursor{}, err
		}
		message, fields = payload[0], cursor{b: payload[1:]}
		switch message {
		case msgIgnore, msgDebug, msgExtInfo:
		case msgDisconnect:
			d := &Disconnect{Reason: fields.number()}
			d.Text = lan.Printable(fields.field(), lan.MaxValue)
			return 0, cursor{}, d
		default:
			return message, fields, nil
		}
	}
}

// want reads the next message, which must be the one that is its turn.
func (t *transport) want(message byte) (cursor, error) {
	got, fields, err := t.next()
	if err == nil && got != message {
		err = fmt.Errorf("the SSH server sent message %d where %d was due", got, message)
	}
	return fields, err
}
