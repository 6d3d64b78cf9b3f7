package router

import "testing"

// TestLimited: a firewall that says too much is cut off.
func TestLimited(t *testing.T) {
	var l limited
	if n, err := l.Write(make([]byte, maxChain)); n != maxChain || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if n, err := l.Write([]byte{1}); n != 0 || err == nil || len(l.said) != maxChain {
		t.Errorf("%d, %v, and %d bytes are kept", n, err, len(l.said))
	}
}
