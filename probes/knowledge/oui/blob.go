package oui

import (
	"errors"
	"strings"
)

// The packed registry, every number big-endian. It is searched where it lies,
// so a lookup touches a few pages of the program file and no heap.
//
//	magic   "OUI1"
//	counts  24-bit, 28-bit and 36-bit blocks, phrases, names: 4 bytes each
//	blocks  three times, each sorted: for every first octet the index of its
//	        first block (256 times 2 bytes); then column by column, which packs
//	        far better than row by row, the further octets of the prefix and
//	        the high and the low byte of the name's number
//	phrases their ends (2 bytes each), their texts one after the other
//	names   where every 16th begins (3 bytes each), their codes one after the
//	        other, each closed by a zero byte
//
// In a name's code a byte from 0x20 to 0x7e is itself; one from 0x7f on is a
// phrase; one below 0x20 makes a phrase together with the next byte, which is
// never zero. An empty name is a block that the registry gives nobody.
const (
	magic   = "OUI1"
	counts  = 5
	header  = len(magic) + 4*counts
	octets  = 256
	stride  = 16 // names from one noted beginning to the next
	short   = 0x7f
	shorts  = 0x100 - short
	seconds = 0xff
	leads   = 0x1f
	longest = 96 // bytes of a name that are given at most
)

// MaxPhrases is how many phrases there are codes for.
const MaxPhrases = shorts + leads*seconds

// Code is how a name's code writes phrase i, one byte for the first ones and
// two for the others.
func Code(i int) string {
	if i < shorts {
		return string([]byte{short + byte(i)})
	}
	i -= shorts
	return string([]byte{1 + byte(i/seconds), 1 + byte(i%seconds)})
}

var errDamaged = errors.New("the table of address blocks is damaged: install homesweep again")

// Table is the registry. It is safe for concurrent use and never changes.
type Table struct {
	blocks  [3]blocks
	phrases struct{ ends, text string }
	names   struct{ begins, text string }
	holders int
}

// Open reads a packed registry, of which the table keeps parts. It checks the
// sizes only: whatever else the blob holds, a lookup gives a name or none.
func Open(blob string) (*Table, error) {
	if len(blob) < header || !strings.HasPrefix(blob, magic) {
		return nil, errDamaged
	}
	var n [counts]int
	for i := range n {
		if n[i] = number(blob[len(magic)+4*i:], 4); n[i] > 1<<20 {
			return nil, errDamaged
		}
	}
	t := &Table{holders: n[4]}
	rest, whole := blob[header:], true
	take := func(size int) (part string) {
		if whole = whole && size <= len(rest); whole {
			part, rest = rest[:size], rest[size:]
		}
		return part
	}
	for i, bits := range [...]int{24, 28, 36} {
		b := blocks{n: n[i], bits: bits}
		b.starts = take(2 * octets)
		b.columns = take(n[i] * b.width())
		b.name = take(2 * n[i])
		t.blocks[i] = b
	}
	t.phrases.ends = take(2 * n[3])
	if whole && n[3] > 0 {
		t.phrases.text = take(number(t.phrases.ends[2*n[3]-2:], 2))
	}
	t.names.begins = take(3 * ((n[4] + stride - 1) / stride))
	if t.names.text = rest; !whole {
		return nil, errDamaged
	}
	return t, nil
}

// number is the first size bytes of s, or 0 when s is shorter.
func number(s string, size int) (n int) {
	if len(s) < size {
		return 0
	}
	for i := range size {
		n = n<<8 | int(s[i])
	}
	return n
}

// name spells the name with number i, empty when there is none.
func (t *Table) name(i int) string {
	if i >= t.holders {
		return ""
	}
	begin := number(t.names.begins[i/stride*3:], 3)
	code := t.names.text[min(begin, len(t.names.text)):]
	for range i % stride {
		_, code, _ = strings.Cut(code, "\x00")
	}
	code, _, _ = strings.Cut(code, "\x00")
	var spelled [longest]byte
	n := 0
	for len(code) > 0 && n < longest {
		var piece string
		piece, code = t.piece(code)
		n += copy(spelled[n:], piece)
	}
	return string(spelled[:n])
}

// piece reads one letter or phrase off the beginning of a name's code.
func (t *Table) piece(code string) (piece, rest string) {
	switch c := code[0]; {
	case c >= short:
		return t.phrase(int(c - short)), code[1:]
	case c > leads:
		return code[:1], code[1:]
	case len(code) > 1:
		return t.phrase(shorts + int(c-1)*seconds + int(code[1]-1)), code[2:]
	default:
		return "", ""
	}
}

// phrase is the text of phrase i, empty when there is none.
func (t *Table) phrase(i int) string {
	if 2*i+2 > len(t.phrases.ends) {
		return ""
	}
	begin, end := 0, number(t.phrases.ends[2*i:], 2)
	if i > 0 {
		begin = number(t.phrases.ends[2*i-2:], 2)
	}
	if begin > end || end > len(t.phrases.text) {
		return ""
	}
	return t.phrases.text[begin:end]
}

// Blocks is how many address blocks the table lists.
func (t *Table) Blocks() (n int) {
	for _, b := range t.blocks {
		n += b.n
	}
	return n
}
