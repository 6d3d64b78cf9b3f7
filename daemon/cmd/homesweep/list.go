package main

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"

	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes/checks"
)

// listChecks is the verb checks. The README's table is made from it.
func listChecks(_ context.Context, c call) (int, error) {
	if c.json {
		type row struct {
			ID        string `json:"id"`
			Topic     string `json:"topic"`
			Title     string `json:"title"`
			Guideline int    `json:"guideline"`
			Provision string `json:"provision"`
			Severity  string `json:"severity"`
			Touch     string `json:"touch"`
		}
		var rows []row
		for _, k := range checks.All() {
			rows = append(rows, row{k.ID, k.Topic, k.Title, k.Guideline, k.Provision, k.Severity.String(), k.Touch.String()})
		}
		enc := json.NewEncoder(c.out)
		enc.SetIndent("", "  ")
		return ok, enc.Encode(rows)
	}
	fmt.Fprintln(c.out, "| check | looks at | the problem it finds | guideline | EN 303 645 | from touch |")
	fmt.Fprintln(c.out, "|---|---|---|---|---|---|")
	for _, k := range checks.All() {
		fmt.Fprintf(c.out, "| `%s` | %s | %s | %d | %s | `%s` |\n", k.ID, k.Topic, k.Title, k.Guideline, k.Provision, k.Touch)
	}
	return ok, nil
}

// version is the verb version.
func version(_ context.Context, c call) (int, error) {
	if c.json {
		return ok, json.NewEncoder(c.out).Encode(map[string]string{"version": wiring.Version, "os": runtime.GOOS, "arch": runtime.GOARCH, "go": runtime.Version()})
	}
	_, err := fmt.Fprintln(c.out, wiring.Tool(), runtime.GOOS+"/"+runtime.GOARCH)
	return ok, err
}
