// Command pack turns the registries of the npm package oui-data into the table
// that package oui searches: pack -o registry.bin …/package/index.json. The
// same registries always give the same bytes.
package main

import (
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

func main() {
	out := flag.String("o", "registry.bin", "the packed table's `file`")
	flag.Parse()
	if err := run(flag.Arg(0), *out); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

// run packs the registries in the file at from into the file at to.
func run(from, to string) error {
	if from == "" {
		return fmt.Errorf("no registry named: unpack the npm package oui-data and give its index.json")
	}
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	registry := map[string]string{}
	if err := json.Unmarshal(text, &registry); err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	rows, err := read(registry)
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	blob, err := pack(rows)
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	fmt.Printf("%d, %d and %d blocks of %d, %d and %d bits in %d bytes\n",
		len(rows[24]), len(rows[28]), len(rows[36]), sizes[0], sizes[1], sizes[2], len(blob))
	return os.WriteFile(to, []byte(blob), 0o644)
}

// read makes rows, keyed by their prefix's bits, of registrations keyed by
// their prefix in hex. Prefixes of groups and private addresses, given out
// before IEEE kept those apart, are left out: they are never looked up.
func read(registry map[string]string) (map[int][]row, error) {
	names := make([]string, 0, len(registry))
	for _, registration := range registry {
		names = append(names, holder(registration))
	}
	slices.Sort(names)
	spelling := settle(slices.Compact(names))
	rows := map[int][]row{}
	for key, registration := range registry {
		bits := 4 * len(key)
		octets, err := hex.DecodeString((key + "000000000000")[:12])
		if err != nil || !slices.Contains(sizes, bits) {
			return nil, fmt.Errorf("%q is no prefix of 6, 7 or 9 hex digits", key)
		}
		mac, _ := lan.MACFrom(octets)
		if mac.IsLocal() || mac.IsGroup() {
			continue
		}
		rows[bits] = append(rows[bits], row{prefix: mac, holder: spelling[holder(registration)]})
	}
	return rows, nil
}
