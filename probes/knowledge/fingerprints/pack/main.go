// Command pack writes the records of data/*.json, without sources and examples, to
// the one file that the program carries. "go generate
// ./probes/knowledge/fingerprints" runs it.
package main

import (
	"fmt"
	"os"

	"github.com/homesweep/homesweep/probes/knowledge/fingerprints"
	"github.com/homesweep/homesweep/probes/knowledge/packing"
)

func main() {
	if err := pack(".", "records.txt.gz"); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

// pack writes the records below dir to the file out.
func pack(dir, out string) error {
	records, err := fingerprints.Records(os.DirFS(dir))
	if err != nil {
		return err
	}
	text, err := fingerprints.Pack(records)
	if err != nil {
		return err
	}
	return os.WriteFile(out, packing.Zip(text), 0o644)
}
