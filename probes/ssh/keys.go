package ssh

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des" //nolint:gosec // what old devices speak
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the same
	"crypto/sha256"
	"fmt"
	"hash"
	"strings"
)

// derivation makes keys out of a key exchange (RFC 4253 section 7.2). Its sum is
// the session's identifier too, since there is only one exchange.
type derivation struct {
	newHash     func() hash.Hash
	secret, sum []byte
}

// key is the n bytes that a letter of the RFC stands for.
func (d *derivation) key(letter byte, n int) []byte {
	var made []byte
	more := append([]byte{letter}, d.sum...)
	for len(made) < n {
		h := d.newHash()
		h.Write(d.secret)
		h.Write(d.sum)
		h.Write(more)
		made = h.Sum(made)
		more = made
	}
	return made[:n]
}

// rekey puts the keys into use, each way after its NEWKEYS.
func (t *transport) rekey(ch *choice, d *derivation) error {
	if err := t.send(msgNewKeys); err != nil {
		return err
	}
	if err := t.write.secure(ch.names[cipherOut], ch.names[macOut], d, 'A', true); err != nil {
		return err
	}
	if _, err := t.want(msgNewKeys); err != nil {
		return err
	}
	return t.read.secure(ch.names[cipherIn], ch.names[macIn], d, 'B', false)
}

// secure sets the cipher and the MAC of one way. first is the letter of its
// initial vector: its key is two letters on, its MAC's key four.
func (w *way) secure(name, mac string, d *derivation, first byte, encrypt bool) error {
	size, newBlock := 16, aes.NewCipher
	switch {
	case name == "3des-cbc":
		size, newBlock = 24, des.NewTripleDESCipher
	case strings.HasPrefix(name, "aes256-"):
		size = 32
	}
	block, err := newBlock(d.key(first+2, size))
	if err != nil {
		return fmt.Errorf("SSH: %w", err)
	}
	w.block = block.BlockSize()
	vector := d.key(first, w.block)
	switch {
	case strings.HasSuffix(name, "-ctr"):
		w.crypt = cipher.NewCTR(block, vector).XORKeyStream
	case encrypt:
		w.crypt = cipher.NewCBCEncrypter(block, vector).CryptBlocks
	default:
		w.crypt = cipher.NewCBCDecrypter(block, vector).CryptBlocks
	}
	newHash := sha256.New
	if mac == "hmac-sha1" {
		newHash = sha1.New
	}
	w.mac = hmac.New(newHash, d.key(first+4, newHash().Size()))
	return nil
}
