// Command layer turns a public list, fetched by whoever runs it, into a layer of
// knowledge on standard output, for homesweep knowledge build. What could not be
// taken over is on standard error, with the reason.
//
//	go run ./probes/knowledge/layer -kev known_exploited_vulnerabilities.json
//	go run ./probes/knowledge/layer -eol openwrt.json -product openwrt -vendor OpenWrt -firmware 'OpenWrt {cycle}\b'
//	go run ./probes/knowledge/layer -recog http_servers.xml -source https://github.com/rapid7/recog
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/knowledge/feeds"
	"github.com/homesweep/homesweep/probes/knowledge/firmware"
)

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "layer:", err)
		os.Exit(2)
	}
}

// options are the flags.
type options struct {
	kev, eol, recog string // files
	product         feeds.Product
	source          feeds.Source
}

// run writes the layer of the one list that args name to out.
func run(args []string, out, talk io.Writer) error {
	var o options
	flags := flag.NewFlagSet("layer", flag.ContinueOnError)
	flags.SetOutput(talk)
	flags.StringVar(&o.kev, "kev", "", "`FILE` of CISA's catalogue of exploited flaws, in JSON")
	flags.StringVar(&o.eol, "eol", "", "`FILE` of a product of endoflife.date, in JSON or as in its repository")
	flags.StringVar(&o.recog, "recog", "", "`FILE` of fingerprints in recog's form")
	flags.StringVar(&o.product.Name, "product", "", "with -eol: its `NAME` in the address, such as openwrt")
	flags.StringVar(&o.product.Vendor, "vendor", "", "with -eol: the `MAKER` as devices tell it")
	flags.StringVar(&o.product.Firmware, "firmware", "", "with -eol: `PATTERN` of the firmware; {cycle} and {label} stand for a cycle's")
	flags.StringVar(&o.product.Model, "model", "", "with -eol: `PATTERN` of the model, where each cycle is one")
	flags.StringVar(&o.product.Checked, "checked", time.Now().UTC().Format(time.DateOnly), "`DAY` on which the list was fetched")
	flags.StringVar(&o.source.URL, "source", "https://github.com/rapid7/recog", "with -recog: `URL` of the fingerprints")
	if err := flags.Parse(args); err != nil {
		return err
	}
	l, err := o.layer()
	if err != nil {
		return err
	}
	for _, why := range l.Left {
		fmt.Fprintln(talk, "left out:", why)
	}
	fmt.Fprintf(talk, "%d rows of firmware, %d fingerprints; %d left out\n", len(l.Firmware), len(l.Fingerprints), len(l.Left))
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(l)
}

// layer reads the list.
func (o options) layer() (feeds.Layer, error) {
	named := strings.Fields(o.kev + " " + o.eol + " " + o.recog)
	if len(named) != 1 {
		return feeds.Layer{}, errors.New("name one list, by -kev, -eol or -recog")
	}
	data, err := os.ReadFile(named[0])
	if err != nil {
		return feeds.Layer{}, err
	}
	switch {
	case o.eol != "":
		return feeds.EndOfLife(data, o.product)
	case o.recog != "":
		o.source.Name, o.source.Checked = "recog", ""
		return feeds.Recog(data, o.source)
	}
	known, err := firmware.Load()
	if err != nil {
		return feeds.Layer{}, err
	}
	return feeds.KEV(data, known.All())
}
