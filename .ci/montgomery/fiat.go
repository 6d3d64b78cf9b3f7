package fiat

// p224 is the prime of P-224, 2^224 - 2^96 + 1.
var p224 = modulus{
	p:       [limbs]uint64{1, 0xffffffff00000000, 0xffffffffffffffff, 0xffffffff},
	r2:      [limbs]uint64{0xffffffff00000001, 0xffffffff00000000, 0xfffffffe00000000, 0xffffffff},
	inverse: 0xffffffffffffffff,
}

func p224Mul(out, a, b *p224MontgomeryDomainFieldElement) { p224.mul(out[:], a[:], b[:]) }

func p224Square(out, a *p224MontgomeryDomainFieldElement) { p224.mul(out[:], a[:], a[:]) }

func p224ToMontgomery(out *p224MontgomeryDomainFieldElement, a *p224NonMontgomeryDomainFieldElement) {
	p224.mul(out[:], a[:], p224.r2[:])
}

func p224FromMontgomery(out *p224NonMontgomeryDomainFieldElement, a *p224MontgomeryDomainFieldElement) {
	p224.mul(out[:], a[:], []uint64{1})
}

// p256 is the prime of P-256, 2^256 - 2^224 + 2^192 + 2^96 - 1.
var p256 = modulus{
	p:       [limbs]uint64{0xffffffffffffffff, 0xffffffff, 0, 0xffffffff00000001},
	r2:      [limbs]uint64{3, 0xfffffffbffffffff, 0xfffffffffffffffe, 0x4fffffffd},
	inverse: 1,
}

func p256ToMontgomery(out *p256MontgomeryDomainFieldElement, a *p256NonMontgomeryDomainFieldElement) {
	p256.mul(out[:], a[:], p256.r2[:])
}

func p256FromMontgomery(out *p256NonMontgomeryDomainFieldElement, a *p256MontgomeryDomainFieldElement) {
	p256.mul(out[:], a[:], []uint64{1})
}

// p384 is the prime of P-384, 2^384 - 2^128 - 2^96 + 2^32 - 1.
var p384 = modulus{
	p:       [limbs]uint64{0xffffffff, 0xffffffff00000000, 0xfffffffffffffffe, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff},
	r2:      [limbs]uint64{0xfffffffe00000001, 0x200000000, 0xfffffffe00000000, 0x200000000, 1},
	inverse: 0x100000001,
}

func p384Mul(out, a, b *p384MontgomeryDomainFieldElement) { p384.mul(out[:], a[:], b[:]) }

func p384Square(out, a *p384MontgomeryDomainFieldElement) { p384.mul(out[:], a[:], a[:]) }

func p384ToMontgomery(out *p384MontgomeryDomainFieldElement, a *p384NonMontgomeryDomainFieldElement) {
	p384.mul(out[:], a[:], p384.r2[:])
}

func p384FromMontgomery(out *p384NonMontgomeryDomainFieldElement, a *p384MontgomeryDomainFieldElement) {
	p384.mul(out[:], a[:], []uint64{1})
}

// p521 is the prime of P-521, 2^521 - 1.
var p521 = modulus{
	p:       [limbs]uint64{0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff, 0x1ff},
	r2:      [limbs]uint64{0, 0x400000000000},
	inverse: 1,
}

func p521Mul(out, a, b *p521MontgomeryDomainFieldElement) { p521.mul(out[:], a[:], b[:]) }

func p521Square(out, a *p521MontgomeryDomainFieldElement) { p521.mul(out[:], a[:], a[:]) }

func p521ToMontgomery(out *p521MontgomeryDomainFieldElement, a *p521NonMontgomeryDomainFieldElement) {
	p521.mul(out[:], a[:], p521.r2[:])
}

func p521FromMontgomery(out *p521NonMontgomeryDomainFieldElement, a *p521MontgomeryDomainFieldElement) {
	p521.mul(out[:], a[:], []uint64{1})
}
