package fiat

import "math/bits"

// modulus is a prime p, and what Montgomery's multiplication needs to know of it:
// -1/p mod 2^64, and r² mod p, where r = 2^64 to the number of limbs that p has.
type modulus struct {
	p, r2   [limbs]uint64
	inverse uint64
}

// limbs are those of the widest field, most are they in the processor's words.
const (
	limbs = 9
	most  = limbs * 64 / bits.UintSize
)

// mul sets out = a·b/r mod p, for a and b below p, of which a has p's limbs and b
// may leave out those that are zero. It does word by word, in a time that depends
// on no value, what the generated code spells out limb by limb. out may be a or b.
func (m *modulus) mul(out, a, b []uint64) {
	var x, y, p [most]uint
	n := split(&x, a)
	split(&y, b)
	split(&p, m.p[:])
	var t [most + 1]uint
	for _, word := range y[:n] {
		t[n] = addMul(t[:n], x[:n], p[:n], word, uint(m.inverse), t[n])
	}
	join(out, reduce(t[:n], &p, t[n]))
}

// addMul sets t = (t + x·y + p·q) / 2^w for processor's words of w bits, with the
// q that makes the lowest zero. over is the word in front of t, before and after.
func addMul(t, x, p []uint, y, inverse, over uint) uint {
	x, p = x[:len(t)], p[:len(t)]
	high, low := mulAdd(x[0], y, t[0], 0)
	q := low * inverse
	again, _ := mulAdd(p[0], q, low, 0)
	for i := 1; i < len(t); i++ {
		high, low = mulAdd(x[i], y, t[i], high)
		again, t[i-1] = mulAdd(p[i], q, low, again)
	}
	sum, carry := bits.Add(high, again, 0)
	sum, more := bits.Add(sum, over, 0)
	t[len(t)-1] = sum
	return carry + more
}

// mulAdd returns x·y + z + over, which is never more than two words.
func mulAdd(x, y, z, over uint) (high, low uint) {
	if bits.UintSize == 32 {
		sum := uint64(x)*uint64(y) + uint64(z) + uint64(over)
		return uint(sum >> 32), uint(sum)
	}
	high, low = bits.Mul(x, y)
	low, carry := bits.Add(low, z, 0)
	high, _ = bits.Add(high, 0, carry)
	low, carry = bits.Add(low, over, 0)
	high, _ = bits.Add(high, 0, carry)
	return high, low
}

// reduce takes p away once from t, with carry in front, unless that is below p.
func reduce(t []uint, p *[most]uint, carry uint) []uint {
	var less [most]uint
	var borrow uint
	for i, w := range t {
		less[i], borrow = bits.Sub(w, p[i], borrow)
	}
	below := -(borrow &^ carry)
	for i := range t {
		t[i] = below&t[i] | ^below&less[i]
	}
	return t
}

// split writes the processor's words of limbs and returns how many they are.
func split(words *[most]uint, limbs []uint64) (n int) {
	for _, limb := range limbs {
		for shift := 0; shift < 64; shift += bits.UintSize {
			words[n] = uint(limb >> shift)
			n++
		}
	}
	return n
}

// join is the way back.
func join(limbs []uint64, words []uint) {
	for i := range limbs {
		limbs[i] = 0
		for shift := 0; shift < 64; shift += bits.UintSize {
			limbs[i] |= uint64(words[0]) << shift
			words = words[1:]
		}
	}
}
