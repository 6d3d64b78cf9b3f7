package ssh

import (
	"crypto/ecdh"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // what old devices speak
	"crypto/sha256"
	"fmt"
	"hash"
	"math/big"
	"strings"
)

// exchange agrees on keys (RFC 4253 sections 7 and 8; RFC 5656; RFC 8731) and
// puts them into use.
func (t *transport) exchange(server string) error {
	ours := kexInit()
	if err := t.send(msgKexInit, ours); err != nil {
		return err
	}
	theirs, err := t.want(msgKexInit)
	if err != nil {
		return err
	}
	said := theirs.b
	ch, err := choose(theirs)
	if err != nil {
		return err
	}
	newHash := sha256.New
	if strings.HasSuffix(ch.names[kex], "-sha1") {
		newHash = sha1.New
	}
	h := newHash()
	for _, s := range []string{hello, server, string(rune(msgKexInit)) + string(ours), string(rune(msgKexInit)) + string(said)} {
		h.Write(field(s))
	}
	secret, err := t.agree(ch, h)
	if err != nil {
		return err
	}
	h.Write(secret)
	d := &derivation{newHash: newHash, secret: secret, sum: h.Sum(nil)}
	return t.rekey(ch, d)
}

// agree trades public keys, adds what was said to h and gives the shared secret
// as an mpint. The host key and the signature are hashed or left unread: nobody
// is trusted for them.
func (t *transport) agree(ch *choice, h hash.Hash) (secret []byte, err error) {
	const kexReply, kexAsk = 31, 30
	public, shared, err := keyPair(ch.names[kex])
	if err != nil {
		return nil, err
	}
	if err := t.send(kexAsk, field(public)); err != nil {
		return nil, err
	}
	if ch.misguessed {
		if _, _, err := t.next(); err != nil {
			return nil, err
		}
	}
	reply, err := t.want(kexReply)
	if err != nil {
		return nil, err
	}
	hostKey, theirs := reply.field(), reply.field()
	if reply.short {
		return nil, errBad
	}
	for _, s := range []string{hostKey, public, theirs} {
		h.Write(field(s))
	}
	k, err := shared([]byte(theirs))
	if err != nil {
		return nil, fmt.Errorf("the SSH server's half of the key exchange: %w", err)
	}
	return field(number(k)), nil
}

// keyPair is our half of a key exchange: what is sent, and what makes the secret
// of the other half.
func keyPair(method string) (public string, shared func([]byte) ([]byte, error), err error) {
	var curve ecdh.Curve
	switch {
	case strings.HasPrefix(method, "curve25519-"):
		curve = ecdh.X25519()
	case method == "ecdh-sha2-nistp256":
		curve = ecdh.P256()
	default:
		return modular(method)
	}
	key, err := curve.GenerateKey(rand.Reader)
	if err != nil {
		return "", nil, fmt.Errorf("SSH: %w", err)
	}
	return string(key.PublicKey().Bytes()), func(theirs []byte) ([]byte, error) {
		point, err := curve.NewPublicKey(theirs)
		if err != nil {
			return nil, err
		}
		return key.ECDH(point)
	}, nil
}

// exponentBytes of a private exponent are enough for 2048 bits (RFC 7919,
// appendix A), and spare a slow processor the rest.
const exponentBytes = 40

// modular is Diffie-Hellman modulo a prime (RFC 4253 section 8).
func modular(method string) (public string, shared func([]byte) ([]byte, error), err error) {
	digits := group14
	if strings.HasPrefix(method, "diffie-hellman-group1-") {
		digits = group1
	}
	p, _ := new(big.Int).SetString(digits, 16)
	exponent := make([]byte, exponentBytes)
	rand.Read(exponent) //nolint:errcheck // never fails
	x := new(big.Int).SetBytes(exponent)
	e := new(big.Int).Exp(big.NewInt(2), x, p)
	return number(e.Bytes()), func(theirs []byte) ([]byte, error) {
		f := new(big.Int).SetBytes(theirs)
		top := new(big.Int).Sub(p, big.NewInt(1))
		if f.Cmp(big.NewInt(1)) <= 0 || f.Cmp(top) >= 0 {
			return nil, errBad
		}
		return f.Exp(f, x, p).Bytes(), nil
	}, nil
}
