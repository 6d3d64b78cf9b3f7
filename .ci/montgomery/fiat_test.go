package fiat_test

import (
	"bytes"
	"crypto/internal/fips140/nistec/fiat"
	"math/big"
	"math/rand"
	"testing"
)

// element is what the curves' fields have in common.
type element[E any] interface {
	*E
	SetBytes([]byte) (*E, error)
	Bytes() []byte
	Mul(a, b *E) *E
	Square(a *E) *E
}

func TestMontgomery(t *testing.T) {
	t.Run("P-224", field[fiat.P224Element]("ffffffffffffffffffffffffffffffff000000000000000000000001"))
	t.Run("P-256", field[fiat.P256Element]("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"))
	t.Run("P-384", field[fiat.P384Element]("fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff"))
	t.Run("P-521", field[fiat.P521Element]("1ff"+string(bytes.Repeat([]byte("f"), 128))))
}

// field compares products and squares with math/big's: of the values at which a
// word overflows and of random ones, each with each, also into an operand.
func field[E any, P element[E]](prime string) func(*testing.T) {
	return func(t *testing.T) {
		p, _ := new(big.Int).SetString(prime, 16)
		values := edges(p)
		source := rand.New(rand.NewSource(1))
		for range 100 {
			values = append(values, new(big.Int).Rand(source, p))
		}
		for _, x := range values {
			for _, y := range values {
				a, b := set[E, P](t, p, x), set[E, P](t, p, y)
				want := new(big.Int).Mul(x, y)
				want.Mod(want, p)
				check[E, P](t, want, P(new(E)).Mul(a, b), x, y)
				check[E, P](t, want, P(b).Mul(a, b), x, y)
			}
			a := set[E, P](t, p, x)
			want := new(big.Int).Mul(x, x)
			want.Mod(want, p)
			check[E, P](t, want, P(new(E)).Square(a), x, x)
			check[E, P](t, want, P(a).Mul(a, a), x, x)
		}
	}
}

// edges are the powers of 2^32 below p, the values next to them, and p - 1.
func edges(p *big.Int) []*big.Int {
	one := big.NewInt(1)
	values := []*big.Int{new(big.Int), new(big.Int).Sub(p, one), new(big.Int).Rsh(p, 1)}
	for power := one; power.Cmp(p) < 0; power = new(big.Int).Lsh(power, 32) {
		values = append(values, power, new(big.Int).Sub(power, one), new(big.Int).Sub(p, power))
	}
	return values
}

func set[E any, P element[E]](t *testing.T, p, x *big.Int) *E {
	t.Helper()
	e, err := P(new(E)).SetBytes(x.FillBytes(make([]byte, (p.BitLen()+7)/8)))
	if err != nil {
		t.Fatalf("%x: %v", x, err)
	}
	return e
}

func check[E any, P element[E]](t *testing.T, want *big.Int, got *E, x, y *big.Int) {
	t.Helper()
	if value := new(big.Int).SetBytes(P(got).Bytes()); value.Cmp(want) != 0 {
		t.Fatalf("%x times %x is %x, expected %x", x, y, value, want)
	}
}
