package packing

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
)

// Zip is text as the program carries it: gzipped, with an empty header, always to
// the same bytes.
func Zip(text []byte) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // a level that there is
	_, _ = z.Write(text)                                  // a Buffer takes everything
	_ = z.Close()
	return b.Bytes()
}

// Text is what was zipped. Of what is damaged it is the part before the damage,
// which its reader will not find in order.
func Text(zipped []byte) []byte {
	z, err := gzip.NewReader(bytes.NewReader(zipped))
	if err != nil {
		return nil
	}
	text := bytes.NewBuffer(make([]byte, 0, Size(zipped)))
	_, _ = text.ReadFrom(z)
	return text.Bytes()
}

// Size is how much room to make for what was zipped: what its last bytes say
// (RFC 1952 section 2.3.1), as far as that can be true of knowledge.
func Size(zipped []byte) int {
	if len(zipped) < 4 {
		return bytes.MinRead
	}
	says := int(binary.LittleEndian.Uint32(zipped[len(zipped)-4:]) & 0xffffff)
	return min(says, 16*len(zipped)) + bytes.MinRead
}
