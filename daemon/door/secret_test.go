package door

import (
	"os"
	"path/filepath"
	"testing"
)

func TestToken(t *testing.T) {
	state := t.TempDir()
	first, err := Token(state)
	if err != nil || len(first) < 26 {
		t.Fatalf("%q, %v", first, err)
	}
	path := filepath.Join(state, "metrics.token")
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("its file: %v, %v", info, err)
	}
	if again, err := Token(state); err != nil || again != first {
		t.Errorf("then %q, %v", again, err)
	}
	if err := os.WriteFile(path, []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if other, err := Token(state); err != nil || len(other) < 26 || other == first {
		t.Errorf("for an empty file %q, %v: an empty token would let everybody in", other, err)
	}
}
