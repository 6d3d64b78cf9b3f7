package edwards25519

// order is that of Ed25519's base point, 2^252 + 27742317777372353535851937790883648493.
var order = modulus{
	p:       [limbs]uint64{0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0x0, 0x1000000000000000},
	r2:      [limbs]uint64{0xa40611e3449c0f01, 0xd00e1ba768859347, 0xceec73d217f5be65, 0x399411b7c309a3d},
	inverse: 0xd2b51da312547e1b,
}

func fiatScalarMul(out, a, b *fiatScalarMontgomeryDomainFieldElement) { order.mul(out[:], a[:], b[:]) }

func fiatScalarToMontgomery(out *fiatScalarMontgomeryDomainFieldElement, a *fiatScalarNonMontgomeryDomainFieldElement) {
	order.mul(out[:], a[:], order.r2[:])
}

func fiatScalarFromMontgomery(out *fiatScalarNonMontgomeryDomainFieldElement, a *fiatScalarMontgomeryDomainFieldElement) {
	order.mul(out[:], a[:], []uint64{1})
}
