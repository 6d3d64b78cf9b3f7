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
	"github.com/homesweep/homesweep/daemon/ubus"
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
	options []string                           // of the table in daemon/config
	takes   string                             // the one argument that may stand before or after them, if any: "[DEVICE]"
	more    func(flags *flag.FlagSet, c *call) // binds options of this verb alone; nil for none
	run     func(ctx context.Context, c call) (int, error)
}

// several reports whether the verb takes any number of arguments.
func (v verb) several() bool { return strings.HasSuffix(v.takes, "…") }

// call is what a verb is handed.
type call struct {
	config  config.Config
	json    bool
	yes     bool      // the devices may be tested, nobody needs to be asked
	outputs outputs   // of the verbs that give a result
	what    string    // the argument
	words   []string  // all of them, of a verb that takes several
	file    fileCall  // of the verbs that make and read knowledge files
	out     io.Writer // the result
	talk    *os.File  // the talk
}

func verbs() []verb {
	return []verb{
		{"sweep", "look at the home's network once and say what was found", []string{"link", "target", "touch", "logins", "pace", "ports", "fail-on", "state", "log"}, "", bindSweep, sweepOnce},
		{"report", "say a saved result, of sweep -json, again in any form; sends nothing", []string{"fail-on", "state"}, "FILE", bindOutputs, reportSaved},
		{"plan", "say what a sweep would touch; sends nothing", []string{"link", "target", "touch", "logins", "pace", "ports", "state", "log"}, "", nil, plan},
		{"run", "keep watch: sweep on a schedule and serve the dashboard", []string{"link", "target", "touch", "logins", "pace", "ports", "listen", "tls", "state", "every", "quiet", "pull", "log"}, "", nil, watch},
		{"show", "say what the running daemon knows of a device, and why", []string{"state"}, "[DEVICE]", nil, show},
		{"export", "print all that the running daemon knows, as the JSON of sweep -json", []string{"state"}, "", bindExport, export},
		{"passwd", "set a new password for the dashboard, from the terminal or standard input", []string{"state"}, "", nil, passwd},
		{"forget", "delete all that is remembered of the home, every copy of it, but the password", []string{"state"}, "", bindForget, forget},
		{"hotplug", "pass on to the daemon what the script in a router's /etc/hotplug.d/dhcp was started for: dhcp", []string{"state"}, "EVENT", nil, forward},
		{knowledgeVerb, "say what is known of devices, and keep it new", nil, "", nil, listKnowledge},
		{"checks", "list the checks", nil, "", nil, listChecks},
		{"version", "say which version this is", nil, "", nil, version},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	status, err := run(ctx, os.Args, os.Stdout, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "homesweep:", err)
	}
	stop()
	os.Exit(status)
}

// run is the program: a plugin of rpcd where it was started as one, else the verb
// that args name after the program.
func run(ctx context.Context, args []string, out io.Writer, talk *os.File) (int, error) {
	if len(args) == 0 {
		return dispatch(ctx, nil, out, talk)
	}
	if object, is := ubus.Object(args[0]); is {
		return plugin(ctx, "/", object, args[1:], arguments(), out)
	}
	return dispatch(ctx, args[1:], out, talk)
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
	keepLocal("/", talk)
	return v.run(ctx, c)
}

// errSaid means that what is wrong has been said already.
var errSaid = errors.New("wrong option")

// parse reads a verb and its options.
func parse(args []string, talk io.Writer) (verb, call, error) {
	v, args, err := findVerb(args)
	if err != nil {
		return verb{}, call{}, err
	}
	c := call{config: config.Default()}
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
	if v.more != nil {
		v.more(flags, &c)
	}
	var words []string
	for rest := args; ; { // options may stand on both sides of the argument
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
	given := false
	flags.Visit(func(f *flag.Flag) { given = given || f.Name == "state" })
	if !given {
		c.config.State = stateOn("/", c.config.State)
	}
	switch {
	case v.takes == "" && len(words) > 0:
		return v, c, fmt.Errorf("%s takes no argument %q; homesweep %s -h lists its options", v.name, words[0], v.name)
	case v.several():
		c.words = words
	case len(words) > 1:
		return v, c, fmt.Errorf("%s takes one %s, not %q; put a name with blanks in quotes", v.name, v.takes, words)
	case len(words) == 1:
		c.what = words[0]
	}
	if strings.HasPrefix(v.takes, "FILE") && len(words) == 0 {
		return v, c, fmt.Errorf("%s needs a %s; homesweep %s -h says more", v.name, v.takes, v.name)
	}
	return v, c, c.config.Validate()
}

// findVerb is the verb that args begin with, and what follows it.
func findVerb(args []string) (verb, []string, error) {
	list, name, rest := verbs(), args[0], args[1:]
	if name == knowledgeVerb && len(rest) > 0 && !strings.HasPrefix(rest[0], "-") {
		list, name, rest = knowledgeVerbs(), name+" "+rest[0], rest[1:]
	}
	i := slices.IndexFunc(list, func(v verb) bool { return v.name == name })
	if i < 0 {
		return verb{}, nil, fmt.Errorf("there is no verb %q; homesweep help lists them", name)
	}
	return list[i], rest, nil
}

func usage(w io.Writer) {
	var b strings.Builder
	b.WriteString("homesweep looks at the home's own network and says what to do.\n\n")
	for _, v := range verbs() {
		fmt.Fprintf(&b, "  homesweep %-9s %s\n", v.name, v.does)
	}
	b.WriteString("\nhomesweep VERB -h lists a verb's options.\n")
	_, _ = io.WriteString(w, b.String())
}
