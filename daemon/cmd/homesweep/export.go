package main

import (
	"context"
	"flag"
	"fmt"
	"slices"

	"github.com/homesweep/homesweep/daemon/report"
)

// bindExport binds the options of the verb export alone.
func bindExport(f *flag.FlagSet, c *call) {
	f.BoolVar(&c.outputs.redact, "redact", false, "strike out names, addresses and serial numbers, to show the result to somebody")
}

// export is the verb export: all that the running daemon knows, as the JSON that
// sweep -json prints and report reads.
func export(ctx context.Context, c call) (int, error) {
	daemon, err := c.daemon()
	if err != nil {
		return failed, err
	}
	s, err := daemon.Export(ctx)
	if err != nil {
		return failed, fmt.Errorf("exporting what the daemon knows: %w", err)
	}
	if c.outputs.redact {
		s = report.Redact(s)
		if !slices.Contains(s.Notes, struck) {
			s.Notes = append(s.Notes, struck)
		}
	}
	return c.showJSON(s)
}
