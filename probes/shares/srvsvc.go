package shares

import (
	"encoding/binary"
	"unicode/utf16"

	"github.com/homesweep/homesweep/probes/lan"
)

// tokenHello and tokenNobody are the two halves of a login without a name: NTLM's
// NEGOTIATE and an AUTHENTICATE whose every field is empty ([MS-NLMP] 2.2.1,
// 3.2.5.1.2), each in SPNEGO (RFC 4178 section 4.2).
const (
	tokenHello = "\x60\x40\x06\x06\x2b\x06\x01\x05\x05\x02\xa0\x36\x30\x34\xa0\x0e\x30\x0c\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a" +
		"\xa2\x22\x04\x20NTLMSSP\x00\x01\x00\x00\x00\x05\x82\x08\x00" + zeros16
	tokenNobody = "\xa1\x47\x30\x45\xa2\x43\x04\x41NTLMSSP\x00\x03\x00\x00\x00" +
		"\x01\x00\x01\x00\x40\x00\x00\x00" + "\x00\x00\x00\x00\x41\x00\x00\x00" + "\x00\x00\x00\x00\x40\x00\x00\x00" +
		"\x00\x00\x00\x00\x40\x00\x00\x00" + "\x00\x00\x00\x00\x40\x00\x00\x00" + "\x00\x00\x00\x00\x41\x00\x00\x00" +
		"\x05\x8a\x08\x00" + "\x00"
)

// rpcBind asks for the server service, and rpcShareEnum it for its list, with the
// names and kinds only (C706 chapter 12; [MS-SRVS] 3.1.4.8, level 1).
const (
	rpcBind = "\x05\x00\x0b\x03\x10\x00\x00\x00\x48\x00\x00\x00\x01\x00\x00\x00" + "\xb8\x10\xb8\x10\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x01\x00" +
		"\xc8\x4f\x32\x4b\x70\x16\xd3\x01\x12\x78\x5a\x47\xbf\x6e\xe1\x88\x03\x00\x00\x00" +
		"\x04\x5d\x88\x8a\xeb\x1c\xc9\x11\x9f\xe8\x08\x00\x2b\x10\x48\x60\x02\x00\x00\x00"
	rpcShareEnum = "\x05\x00\x00\x03\x10\x00\x00\x00\x38\x00\x00\x00\x02\x00\x00\x00" + "\x20\x00\x00\x00\x00\x00\x0f\x00" +
		"\x00\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x04\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\x00\x00\x00\x00"
)

const (
	rpcHeader   = 24
	rpcResponse = 2
	kindDisk    = 0 // STYPE_DISKTREE, with none of the bits of what is hidden
)

// parseShares reads the answer to rpcShareEnum: the names of the folders that are
// not hidden. A list that is cut short counts as far as it goes.
func parseShares(said []byte) (names []string, ok bool) {
	if len(said) < rpcHeader || said[0] != 5 || said[2] != rpcResponse {
		return nil, false
	}
	w := words(said[rpcHeader:])
	if level, again := w.number(), w.number(); level != 1 || again != 1 {
		return nil, false
	}
	w.number() // pointer to the list
	count := w.number()
	if w.number() == 0 || count == 0 {
		return nil, true
	}
	count = min(w.number(), count, maxShares)
	kinds := make([]uint32, count)
	for i := range kinds {
		w.number() // pointer to the name
		kinds[i] = w.number()
		w.number() // pointer to the comment
	}
	for _, kind := range kinds {
		name := w.text()
		w.text() // the comment
		if kind == kindDisk && name != "" {
			names = append(names, name)
		}
	}
	return names, true
}

// words reads numbers and texts in their order (NDR, C706 chapter 14). Past the
// end there are zeros.
type words []byte

func (w *words) number() (n uint32) {
	if len(*w) < 4 {
		*w = nil
		return 0
	}
	n, *w = binary.LittleEndian.Uint32(*w), (*w)[4:]
	return n
}

// text is a varying string that ends in zero, "" for one that no share's name is.
func (w *words) text() string {
	w.number() // the most that it might hold
	w.number() // where it begins
	n := uint64(w.number())
	size := 2 * n
	if size > uint64(len(*w)) {
		*w = nil
		return ""
	}
	var units []uint16
	for i := range min(n, lan.MaxValue) {
		u := binary.LittleEndian.Uint16((*w)[2*i:])
		if u == 0 {
			break
		}
		units = append(units, u)
	}
	*w = (*w)[min((size+3)&^3, uint64(len(*w))):]
	return string(utf16.Decode(units))
}
