package packing

import (
	"bytes"
	"testing"
)

func TestZip(t *testing.T) {
	text := bytes.Repeat([]byte("a row of knowledge\n"), 1000)
	zipped := Zip(text)
	if len(zipped) > 1000 || !bytes.Equal(zipped, Zip(text)) || !bytes.Equal(Text(zipped), text) {
		t.Errorf("%d bytes are zipped to %d and back to %d", len(text), len(zipped), len(Text(zipped)))
	}
	for _, damaged := range [][]byte{nil, zipped[:5], zipped[:len(zipped)/2], bytes.ReplaceAll(zipped, zipped[20:24], []byte("????"))} {
		if bytes.Equal(Text(damaged), text) {
			t.Error("damage is not seen")
		}
	}
}
