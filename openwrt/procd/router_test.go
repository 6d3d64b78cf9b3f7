package procd_test

import (
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/uci"
)

// helping makes a re-run of this test binary the stub's helper, below that root.
const helping = "IPKG_INSTROOT"

func TestMain(m *testing.M) {
	if root := os.Getenv(helping); root != "" && len(os.Args) > 2 {
		os.Exit(help(root, os.Args[1], os.Args[2:]))
	}
	status := m.Run()
	for _, dir := range cleanup {
		_ = os.RemoveAll(dir)
	}
	os.Exit(status)
}

// help answers the stub on standard output.
func help(root, verb string, args []string) int {
	switch verb {
	case "load":
		file, _ := uci.Read(root, args[0]) // without it there is nothing
		for _, s := range file.Sections {
			for _, o := range s.Options {
				fmt.Printf("CONFIG_%s_%s=%s\n", s.Name, o.Name, quoted(strings.Join(o.Values, " ")))
			}
		}
	case "get": // package.section.option; the section is a name or @type[0]
		p := strings.SplitN(args[0], ".", 3)
		file, _ := uci.Read(root, p[0])
		for _, s := range file.Sections {
			if v := s.Get(p[2]); v != "" && (s.Name == p[1] || "@"+s.Type+"[0]" == p[1]) {
				fmt.Print(v)
				return 0
			}
		}
		return 1
	case "check":
		if !valid(args[0], args[1]) {
			return 1
		}
	case "validate":
		return validate(root, args)
	}
	return 0
}

func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'"'"'`) + "'" }

// validate is what validate_data of OpenWrt's ubox (validate/cli.c) prints for the shell
// to evaluate, of "option:type:default" each. A value that is refused is unset, save in
// a list, where it is left out; a colon ends a default.
func validate(root string, args []string) (status int) {
	file, err := uci.Read(root, args[0])
	if err != nil {
		return 255
	}
	values := map[string]uci.Option{}
	for _, s := range file.Sections {
		if s.Type == args[1] && s.Name == args[2] {
			for _, o := range s.Options {
				values[o.Name] = o
			}
		}
	}
	for _, tuple := range args[3:] {
		p := append(strings.SplitN(tuple, ":", 4), "")
		name, kind, fallback := p[0], p[1], p[2]
		given := slices.DeleteFunc(slices.Clone(values[name].Values), func(v string) bool { return v == "" })
		switch {
		case len(given) == 0:
			export(name, kind, fallback)
		case len(given) == 1 && !valid(kind, given[0]):
			fmt.Printf("unset -v %s; ", name)
			status = 255
		case len(given) == 1:
			export(name, kind, given[0])
		default:
			words := make([]string, len(given))
			for i, v := range given {
				if valid(kind, v) {
					words[i] = quoted(v)
				} else {
					status = 255
				}
			}
			fmt.Printf("%s=%s; ", name, strings.Join(words, `\ `))
		}
	}
	return status
}

func export(name, kind, value string) {
	switch {
	case value == "":
		fmt.Printf("unset -v %s; ", name)
	case kind == "bool":
		fmt.Printf("%s=%s; ", name, map[bool]string{false: "0", true: "1"}[slices.Contains(on, value)])
	case strings.HasPrefix(kind, "range"): // as it stands: it is a number
		fmt.Printf("%s=%s; ", name, value)
	default:
		fmt.Printf("%s=%s; ", name, quoted(value))
	}
}

var (
	on  = []string{"1", "on", "true", "yes", "enabled"}
	off = []string{"0", "off", "false", "no", "disabled"}
)

// valid is validate/validate.c's dt_parse for the types that are used here. It has its
// laxness too: an empty or signed prefix length, octal and hexadecimal numbers.
func valid(kind, value string) bool {
	name, inner, _ := strings.Cut(strings.TrimSuffix(kind, ")"), "(")
	switch name {
	case "string":
		return true
	case "bool":
		return slices.Contains(on, value) || slices.Contains(off, value)
	case "or":
		for word := range strings.SplitSeq(inner, ",") {
			if strings.Trim(word, ` "`) == value {
				return true
			}
		}
		return false
	case "range":
		low, high, _ := strings.Cut(inner, ",")
		from, _ := strconv.Atoi(low)
		to, _ := strconv.Atoi(strings.TrimSpace(high))
		n, err := strconv.ParseInt(strings.TrimLeft(value, " \t\n"), 0, 32)
		return err == nil && int(n) >= from && int(n) <= to
	case "list":
		for _, word := range strings.Fields(value) {
			if !valid(inner, word) {
				return false
			}
		}
		return true
	case "cidr":
		host, bits, _ := strings.Cut(value, "/")
		n, err := strconv.Atoi("0" + strings.TrimPrefix(bits, "+"))
		return err == nil && (valid("ip4addr", host) && n <= 32 || valid("ip6addr", host) && n <= 128)
	case "ip4addr", "ip6addr":
		a, err := netip.ParseAddr(value)
		return err == nil && a.Zone() == "" && a.Is4() == (name == "ip4addr")
	}
	panic("no data type " + kind)
}
