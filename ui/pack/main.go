// Command pack gzips ui/static into ui/packed without its comments, file by file
// and always to the same bytes. "go generate ./ui" runs it.
package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"

	"github.com/homesweep/homesweep/ui/bare"
)

func main() {
	if err := pack("static", "packed"); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

// pack writes dir/x as out/x.gz for every file, and removes what is left over
// from files that are gone.
func pack(dir, out string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	want := map[string]bool{}
	for _, e := range entries {
		plain, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return err
		}
		gz, err := squeeze([]byte(bare.Text(e.Name(), string(plain))))
		if err != nil {
			return fmt.Errorf("%s: %w", e.Name(), err)
		}
		name := e.Name() + ".gz"
		want[name] = true
		if err := os.WriteFile(filepath.Join(out, name), gz, 0o644); err != nil {
			return err
		}
	}
	return prune(out, want)
}

// squeeze gzips plain with an empty header: no name, no time.
func squeeze(plain []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(plain); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func prune(out string, want map[string]bool) error {
	entries, err := os.ReadDir(out)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !want[e.Name()] {
			if err := os.Remove(filepath.Join(out, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}
