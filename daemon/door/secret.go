package door

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Token is what a program of the owner's shows in order to read the figures at
// /metrics: 128 random bits as text, made once and kept in the directory state as
// metrics.token, for its owner's eyes only.
func Token(state string) (string, error) {
	path := filepath.Join(state, "metrics.token")
	text, err := os.ReadFile(path)
	switch token := strings.TrimSpace(string(text)); {
	case err == nil && len(token) >= 26: // as rand.Text makes them
		return token, nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("reading the token for /metrics: %w", err)
	}
	token := rand.Text()
	if err := keep(path, []byte(token+"\n")); err != nil {
		return "", fmt.Errorf("keeping the token for /metrics: %w", err)
	}
	return token, nil
}

// keep writes a file that its owner alone may read, as a whole or not at all.
func keep(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already when all went well
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
