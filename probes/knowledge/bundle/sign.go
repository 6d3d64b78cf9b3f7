package bundle

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
)

// Sign is payload as a bundle's file. about is the comment, which the signature
// does not cover.
func Sign(k SecretKey, about string, payload []byte) []byte {
	signature := ed25519.Sign(k.key, payload)
	return append(text(about, []byte(algorithm), k.number[:], signature), payload...)
}

// Minisig is a signature of payload as minisign's legacy form has it, in a file
// of its own; about is covered. The key's public file is minisign's too.
// (jedisct1.github.io/minisign, "Signature format".)
func Minisig(k SecretKey, about string, payload []byte) []byte {
	signature := ed25519.Sign(k.key, payload)
	file := text(about, []byte(algorithm), k.number[:], signature)
	all := ed25519.Sign(k.key, append(bytes.Clone(signature), about...))
	return fmt.Appendf(file, "trusted comment: %s\n%s\n", about, base64.StdEncoding.EncodeToString(all))
}

// Signed reports whether file begins as a signed bundle does, whoever signed it.
func Signed(file []byte) bool { return bytes.HasPrefix(file, []byte(comment)) }

// Payload is what stands behind file's signature, which is not checked; a file
// without one is all payload.
func Payload(file []byte) ([]byte, error) {
	if !Signed(file) {
		return file, nil
	}
	_, _, payload, err := lines(file)
	return payload, err
}

// Verify checks file's signature by the trusted key of its number, and gives
// what it covers. Nothing of the payload is looked at.
func Verify(file []byte, trusted []PublicKey) (payload []byte, by PublicKey, err error) {
	if len(file) > MaxFile {
		return nil, by, ErrTooBig
	}
	_, blob, payload, err := lines(file)
	if err != nil || len(blob) != len(algorithm)+numberSize+ed25519.SignatureSize || string(blob[:2]) != algorithm || len(payload) == 0 {
		return nil, by, ErrForm
	}
	number, signature := blob[2:2+numberSize], blob[2+numberSize:]
	keys := numbered(trusted, number)
	for _, k := range keys {
		if ed25519.Verify(k.key[:], payload, signature) {
			return payload, k, nil
		}
	}
	if keys == nil {
		return nil, by, fmt.Errorf("key %x: %w", number, ErrKey)
	}
	return nil, by, ErrForged
}

// numbered are the keys of that number. Anybody can make a key with another's.
func numbered(keys []PublicKey, number []byte) (found []PublicKey) {
	for _, k := range keys {
		if bytes.Equal(k.Number[:], number) {
			found = append(found, k)
		}
	}
	return found
}

// Claimed are the trusted keys of the number that file says it is signed with,
// whether or not it is.
func Claimed(file []byte, trusted []PublicKey) []PublicKey {
	_, blob, _, err := lines(file)
	if err != nil || len(blob) < len(algorithm)+numberSize {
		return nil
	}
	return numbered(trusted, blob[2:2+numberSize])
}
