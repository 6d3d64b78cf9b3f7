package ports

import (
	"encoding/binary"
	"hash/maphash"
	"net/netip"
)

// cookie makes and recognises the sequence numbers of one scan, so that no
// list of what was sent is needed to tell an answer from a forgery: whoever did
// not see the question cannot know its number.
type cookie struct{ key maphash.Seed }

func newCookie() cookie { return cookie{key: maphash.MakeSeed()} }

// of is the sequence number of the question to addr's port.
func (c cookie) of(addr netip.Addr, port uint16) uint32 {
	b := addr.As16()
	sum := maphash.Bytes(c.key, binary.BigEndian.AppendUint16(b[:], port))
	return uint32(sum ^ sum>>32)
}
