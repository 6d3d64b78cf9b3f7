// Old devices speak old TLS: certificates with negative serial numbers and
// short RSA keys are read and reported, not refused.
//
//go:debug x509negativeserial=1
//go:debug rsa1024min=0

// Command homesweep finds the devices of a home's own network, checks them
// gently and says in plain words what to do. Result on standard output, talk
// on standard error; exit status 0 for nothing to do, 1 for findings, 2 when
// the work could not be done.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/homesweep/homesweep/daemon/config"
)

// The exit statuses.
const (
	ok       = 0
	findings = 1
	failed   = 2
)

// verb is one thing that the program can do.
type verb struct {
	name    string
	does    string
	options []string // of the table in daemon/config
	takes   string   // the one argument that may stand before or after them, if any: "[DEVICE]"
	run     func(ctx context.Context, c call) (int, error)
}

// call is what a verb is handed.
type call struct {
	config config.Config
	json   bool
	yes    bool      // the devices may be tested, nobody needs to be asked
	what   string    // the argument
	out    io.Writer // the result
	talk   *os.File  // the talk
}

func verbs() []verb {
	return []verb{
		{"sweep", "look at the home's network once and say what was found", []string{"link", "target", "touch", "logins", "pace", "ports", "fail-on", "state", "log"}, "", sweepOnce},
		{"plan", "say what a sweep would touch; sends nothing", []string{"link", "target", "touch", "logins", "pace", "ports", "state", "log"}, "", plan},
		{"run", "keep watch: sweep on a schedule and serve the dashboard", []string{"link", "target", "touch", "logins", "pace", "ports", "listen", "state", "every", "log"}, "", watch},
		{"show", "say what the running daemon knows of a device, and why", []string{"state"}, "[DEVICE]", show},
		{"checks", "list the checks", nil, "", listChecks},
		{"version", "say which version this is", nil, "", version},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	status, err := dispatch(ctx, os.Args[1:], os.Stdout, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "homesweep:", err)
	}
	stop()
	os.Exit(status)
}

// dispatch runs the verb that args name.
func dispatch(ctx context.Context, args []string, out io.Writer, talk *os.File) (int, error) {
	if len(args) == 0 || slices.Contains([]string{"help", "-h", "-help", "--help"}, args[0]) {
		usage(talk)
		if len(args) == 0 {
			return failed, nil
		}
		return ok, nil
	}
	v, c, err := parse(args, talk)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return ok, nil
	case errors.Is(err, errSaid):
		return failed, nil
	case err != nil:
		return failed, err
	}
	c.out, c.talk = out, talk
	return v.run(ctx, c)
}

// errSaid means that what is wrong has been said already.
var errSaid = errors.New("wrong option")

// parse reads a verb and its options.
func parse(args []string, talk io.Writer) (verb, call, error) {
	i := slices.IndexFunc(verbs(), func(v verb) bool { return v.name == args[0] })
	if i < 0 {
		return verb{}, call{}, fmt.Errorf("there is no verb %q; homesweep help lists them", args[0])
	}
	v, c := verbs()[i], call{config: config.Default()}
	if v.name == "run" {
		c.config = config.Daemon()
	}
	flags := flag.NewFlagSet("homesweep "+v.name, flag.ContinueOnError)
	flags.SetOutput(talk)
	flags.Usage = func() {
		fmt.Fprintf(talk, "homesweep %s: %s\n", strings.TrimSpace(v.name+" "+v.takes), v.does)
		flags.VisitAll(func(f *flag.Flag) {
			value, text := flag.UnquoteUsage(f)
			// The table's sentences do not begin with the value's name; package flag's do.
			fmt.Fprintf(talk, "  %s\n    \t%s\n", strings.TrimSpace("-"+f.Name+" "+value), strings.TrimPrefix(text, value+" "))
		})
	}
	c.config.Bind(flags, v.options...)
	if v.name != "run" {
		flags.BoolVar(&c.json, "json", false, "print JSON")
	}
	if v.name == "sweep" {
		flags.BoolVar(&c.yes, "yes", false, "with -touch login, try without asking at the terminal: I own all devices of this network or may test them")
	}
	var words []string
	for rest := args[1:]; ; { // options may stand on both sides of the argument
		switch err := flags.Parse(rest); {
		case errors.Is(err, flag.ErrHelp):
			return v, c, err
		case err != nil:
			return v, c, errSaid // by package flag
		}
		if flags.NArg() == 0 {
			break
		}
		words, rest = append(words, flags.Arg(0)), flags.Args()[1:]
	}
	switch {
	case v.takes == "" && len(words) > 0:
		return v, c, fmt.Errorf("%s takes no argument %q; homesweep %s -h lists its options", v.name, words[0], v.name)
	case len(words) > 1:
		return v, c, fmt.Errorf("%s takes one %s, not %q; put a name with blanks in quotes", v.name, v.takes, words)
	case len(words) == 1:
		c.what = words[0]
	}
	return v, c, c.config.Validate()
}

func usage(w io.Writer) {
	var b strings.Builder
	b.WriteString("homesweep looks at the home's own network and says what to do.\n\n")
	for _, v := range verbs() {
		fmt.Fprintf(&b, "  homesweep %-8s %s\n", v.name, v.does)
	}
	b.WriteString("\nhomesweep VERB -h lists a verb's options.\n")
	_, _ = io.WriteString(w, b.String())
}
