package mdns

import "github.com/miekg/dns"

const (
	maxPacket = 1400    // bytes of questions
	perPacket = 40      // questions
	unicast   = 1 << 15 // of a question's class: RFC 6762 section 5.4
)

// questions packs questions that want a unicast answer into as few packets as
// may be. A name that cannot be asked for is left out.
func questions(kind uint16, names ...string) (packets [][]byte) {
	var m dns.Msg
	m.Compress = true
	pack := func() {
		if b, err := m.Pack(); err == nil && len(m.Question) > 0 {
			packets = append(packets, b)
		}
		m.Question = nil
	}
	for _, n := range names {
		q := dns.Question{Name: n, Qtype: kind, Qclass: dns.ClassINET | unicast}
		if _, err := (&dns.Msg{Question: []dns.Question{q}}).Pack(); err != nil {
			continue
		}
		m.Question = append(m.Question, q)
		if last := len(m.Question) - 1; m.Len() > maxPacket && last > 0 {
			m.Question = m.Question[:last]
			pack()
			m.Question = []dns.Question{q}
		}
		if len(m.Question) == perPacket {
			pack()
		}
	}
	pack()
	return packets
}
