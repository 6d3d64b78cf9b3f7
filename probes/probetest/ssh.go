package probetest

import (
	"encoding/binary"
	"errors"
	"strings"
)

// SSH says hello as an SSH server does and never gets any further: nobody can
// log in, so nothing can be tried.
type SSH struct {
	Banner string `json:"banner"` // "SSH-2.0-dropbear_2022.83"
	// The lists of its key exchange offer (RFC 4253 section 7.1), best first.
	Kex      []string `json:"kex"`
	HostKeys []string `json:"host_keys"`
	Ciphers  []string `json:"ciphers"`
	MACs     []string `json:"macs"`
}

func (h *SSH) check(*Device) error {
	if !strings.HasPrefix(h.Banner, "SSH-") {
		return errors.New(`ssh: banner begins with "SSH-"`)
	}
	for _, list := range [][]string{{h.Banner}, h.Kex, h.HostKeys, h.Ciphers, h.MACs} {
		if err := oneLine("ssh", strings.Join(list, ",")); err != nil {
			return err
		}
	}
	return nil
}

func (h *SSH) serve(s *session) {
	s.say(h.Banner + "\r\n")
	s.say(string(h.kexinit()))
	hello, err := s.line()
	if err != nil && !errors.Is(err, errLong) {
		return
	}
	if !strings.HasPrefix(hello, "SSH-") {
		s.malformed()
		return
	}
	s.asked(hello)
	s.listen()
}

// kexinit is SSH_MSG_KEXINIT in a packet without encryption (RFC 4253 sections
// 6 and 7.1).
func (h *SSH) kexinit() []byte {
	const msgKexinit, cookie, block = 20, 16, 8
	body := append([]byte{msgKexinit}, make([]byte, cookie)...)
	none := []string{"none"}
	for _, list := range [][]string{
		h.Kex, h.HostKeys, h.Ciphers, h.Ciphers, h.MACs, h.MACs, none, none, nil, nil,
	} {
		names := strings.Join(list, ",")
		body = binary.BigEndian.AppendUint32(body, uint32(len(names)))
		body = append(body, names...)
	}
	body = append(body, 0, 0, 0, 0, 0) // no guessed packet follows; reserved
	// Padding is at least 4 bytes and fills up a block.
	pad := block - (5+len(body))%block
	if pad < 4 {
		pad += block
	}
	packet := binary.BigEndian.AppendUint32(nil, uint32(1+len(body)+pad))
	packet = append(packet, byte(pad))
	packet = append(packet, body...)
	return append(packet, make([]byte, pad)...)
}
