package oui

import "github.com/homesweep/homesweep/probes/lan"

// blocks are the prefixes of one length, sorted, with the number of each one's
// holder.
type blocks struct {
	n, bits               int
	starts, columns, name string
}

// width is how many octets of a prefix follow the first.
func (b *blocks) width() int { return (b.bits+7)/8 - 1 }

// find is the number of the name of the block that mac lies in.
func (b *blocks) find(mac lan.MAC) (name int, ok bool) {
	first := int(mac[0])
	low, high := number(b.starts[2*first:], 2), b.n
	if first < octets-1 {
		high = min(b.n, number(b.starts[2*first+2:], 2))
	}
	for want := b.prefix(mac); low < high; {
		middle := low + (high-low)/2
		switch have := b.at(middle); {
		case have == want:
			return int(b.name[middle])<<8 | int(b.name[b.n+middle]), true
		case have < want:
			low = middle + 1
		default:
			high = middle
		}
	}
	return 0, false
}

// prefix is what follows the first octet in mac's prefix, the last half octet
// of a 28 or 36-bit one in the upper half of a byte.
func (b *blocks) prefix(mac lan.MAC) (p uint32) {
	for _, octet := range mac[1 : 1+b.width()] {
		p = p<<8 | uint32(octet)
	}
	if b.bits%8 != 0 {
		p &^= 0xf
	}
	return p
}

// at is the same of block i.
func (b *blocks) at(i int) (p uint32) {
	for column := range b.width() {
		p = p<<8 | uint32(b.columns[column*b.n+i])
	}
	return p
}
