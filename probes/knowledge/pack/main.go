// Command pack writes what the program carries of the knowledge in data/*.json,
// and its edition. "go generate ./probes/knowledge" runs it.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/homesweep/homesweep/probes/knowledge/firmware"
	"github.com/homesweep/homesweep/probes/knowledge/howtos"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/knowledge/packing"
	"github.com/homesweep/homesweep/probes/knowledge/pages"
	"github.com/homesweep/homesweep/probes/knowledge/vendors"
)

// files are what is written, by the folder of its data.
var files = []struct {
	dir, name string
	pack      func(fs.FS) ([]byte, error)
}{
	{"firmware", "rows.json.gz", firmware.Pack},
	{"howtos", "rows.json.gz", howtos.Pack},
	{"logins", "records.json.gz", logins.Pack},
	{"logins", "common.json.gz", logins.PackCommon},
	{"pages", "pages.json.gz", pages.Pack},
	{"vendors", "rows.json.gz", vendors.Pack},
}

func main() {
	if err := errors.Join(pack("."), renew(".", time.Now())); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

// pack writes them all below root. One that is wrong stays as it was.
func pack(root string) error {
	var errs []error
	for _, f := range files {
		dir := filepath.Join(root, f.dir)
		text, err := f.pack(os.DirFS(dir))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, f.name), packing.Zip(text), 0o644)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// renew writes the edition below root when what the program carries is no longer
// what it was.
func renew(root string, now time.Time) error {
	file := filepath.Join(root, "edition.json")
	text, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	old, err := packing.ParseEdition(string(text))
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	e, err := packing.Renew(old, os.DirFS(root), now)
	if err != nil || e == old {
		return err
	}
	if text, err = json.MarshalIndent(e, "", "  "); err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}
