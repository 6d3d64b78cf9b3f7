package bundle

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
)

// The sizes and marks of signify's files (OpenBSD, usr.bin/signify/signify.c;
// usign reads and writes the same).
const (
	comment    = "untrusted comment: "
	maxComment = 1024 // bytes of the first line, signify's bound
	algorithm  = "Ed"
	numberSize = 8
	kdf        = "BK"
)

// PublicKey checks signatures. Two are the same if they are ==.
type PublicKey struct {
	Number [numberSize]byte // a random name, to find the key by
	key    [ed25519.PublicKeySize]byte
}

// String is the key's number in hexadecimal.
func (k PublicKey) String() string { return hex.EncodeToString(k.Number[:]) }

// ParsePublic reads a public key's file: a comment and one line of base64.
func ParsePublic(file []byte) (k PublicKey, err error) {
	_, blob, _, err := lines(file)
	if err != nil || len(blob) != len(algorithm)+numberSize+len(k.key) || string(blob[:2]) != algorithm {
		return k, errors.New("this is no public key as signify and usign write it")
	}
	copy(k.Number[:], blob[2:])
	copy(k.key[:], blob[2+numberSize:])
	return k, nil
}

// File is the key as a file, with a comment of one line.
func (k PublicKey) File(about string) []byte {
	return text(about, []byte(algorithm), k.Number[:], k.key[:])
}

// SecretKey signs. It is never printed.
type SecretKey struct {
	number [numberSize]byte
	key    ed25519.PrivateKey
}

// String keeps the key out of every log.
func (SecretKey) String() string { return "***" }

// GoString does too.
func (SecretKey) GoString() string { return "***" }

// NewKey makes a pair of random, which is crypto/rand's Reader save in tests.
func NewKey(random io.Reader) (SecretKey, error) {
	var seed [ed25519.SeedSize + numberSize]byte
	if _, err := io.ReadFull(random, seed[:]); err != nil {
		return SecretKey{}, err
	}
	k := SecretKey{key: ed25519.NewKeyFromSeed(seed[:ed25519.SeedSize])}
	copy(k.number[:], seed[ed25519.SeedSize:])
	return k, nil
}

// Public is the key that checks what k signs.
func (k SecretKey) Public() PublicKey {
	p := PublicKey{Number: k.number}
	copy(p.key[:], k.key[ed25519.SeedSize:])
	return p
}

// A secret key's blob: algorithm, kdf, rounds (4), salt (16), checksum (8),
// number, key (64). Rounds of zero mean that no passphrase protects it.
const (
	roundsAt = len(algorithm) + len(kdf)
	sumAt    = roundsAt + 4 + 16
	numberAt = sumAt + 8
	keyAt    = numberAt + numberSize
)

// ParseSecret reads a secret key's file that no passphrase protects: usign's,
// or signify's made with -n.
func ParseSecret(file []byte) (SecretKey, error) {
	_, blob, _, err := lines(file)
	if err != nil || len(blob) != keyAt+ed25519.PrivateKeySize || string(blob[:roundsAt]) != algorithm+kdf {
		return SecretKey{}, errors.New("this is no secret key as signify and usign write it")
	}
	if !bytes.Equal(blob[roundsAt:roundsAt+4], make([]byte, 4)) {
		return SecretKey{}, errors.New("the secret key is protected by a passphrase, which is not supported: make one with homesweep knowledge keygen or signify -G -n")
	}
	k := SecretKey{key: ed25519.PrivateKey(blob[keyAt:])}
	copy(k.number[:], blob[numberAt:])
	sum := sha512.Sum512(k.key)
	whole := ed25519.NewKeyFromSeed(k.key.Seed())
	if subtle.ConstantTimeCompare(sum[:numberAt-sumAt], blob[sumAt:numberAt]) != 1 || !whole.Equal(k.key) {
		return SecretKey{}, errors.New("the secret key is damaged")
	}
	return k, nil
}

// File is the key as a file, to be kept secret.
func (k SecretKey) File(about string) []byte {
	sum := sha512.Sum512(k.key)
	return text(about, []byte(algorithm+kdf), make([]byte, 4+16), sum[:numberAt-sumAt], k.number[:], k.key)
}

// text is a comment's line and a line of base64.
func text(about string, parts ...[]byte) []byte {
	about = strings.Join(strings.Fields(about), " ")
	blob := base64.StdEncoding.EncodeToString(bytes.Join(parts, nil))
	return fmt.Appendf(nil, "%s%.200s\n%s\n", comment, about, blob)
}

// lines reads the two lines that all of signify's files begin with, and gives
// what comes behind them.
func lines(file []byte) (about string, blob, rest []byte, err error) {
	first, rest, ok1 := bytes.Cut(file[:min(len(file), maxComment)], []byte("\n"))
	if !ok1 || !bytes.HasPrefix(first, []byte(comment)) {
		return "", nil, nil, ErrForm
	}
	second, _, ok2 := bytes.Cut(rest, []byte("\n"))
	if !ok2 {
		return "", nil, nil, ErrForm
	}
	// Strict, so that there is one way to write a key or signature.
	blob, err = base64.StdEncoding.Strict().DecodeString(string(second))
	if err != nil || bytes.ContainsAny(second, "\r") {
		return "", nil, nil, ErrForm
	}
	return string(first[len(comment):]), blob, file[len(first)+len(second)+2:], nil
}
