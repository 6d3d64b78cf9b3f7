// Command pack writes what the program carries of the knowledge in data/*.json.
// "go generate ./probes/knowledge" runs it.
package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/homesweep/homesweep/probes/knowledge/firmware"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/knowledge/pages"
	"github.com/homesweep/homesweep/probes/knowledge/vendors"
)

// files are what is written, by the folder of its data.
var files = []struct {
	dir, name string
	pack      func(fs.FS) ([]byte, error)
}{
	{"firmware", "rows.json", firmware.Pack},
	{"logins", "records.json", logins.Pack},
	{"logins", "common.json", logins.PackCommon},
	{"pages", "pages.json", pages.Pack},
	{"vendors", "rows.json", vendors.Pack},
}

func main() {
	if err := pack("."); err != nil {
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
			err = os.WriteFile(filepath.Join(dir, f.name), text, 0o644)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
