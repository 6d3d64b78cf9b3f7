// Package procd is what OpenWrt's service of homesweep has to agree on: the options of
// /etc/config/homesweep. They are those of the table in daemon/config that the daemon
// takes, and three that the service itself reads. Its tests hold the init script, the
// configuration file, OPTIONS.md and LuCI's form to it, and run the init script.
package procd

import (
	"fmt"
	"strings"

	"github.com/homesweep/homesweep/daemon/config"
)

// Option is one option of section main.
type Option struct {
	Name    string   // as UCI has it: the flag's with underscores
	Flag    string   // of "homesweep run"; empty for what the service reads itself
	Value   string   // what to put there, in words
	Words   []string // it is one of these; nil: other text
	Type    string   // the data type by which ubox's validate_data judges it
	Default string   // that holds without it; empty: nothing
	Doc     string
}

// own are the options of the service itself, and what differs on a router from the
// daemon's defaults.
var (
	enabled = Option{Name: "enabled", Value: "1 or 0", Type: "bool", Default: "1", Doc: "start now and whenever the router starts"}
	itsOwn  = []Option{
		{Name: "memory", Value: "MiB", Type: "range(16, 4096)", Doc: "memory to keep to (GOMEMLIMIT); without it 12 for each 64 MB of the router's, from 24 to 96"},
		{Name: "jail", Value: "1 or 0", Type: "bool", Default: "1", Doc: "see homesweep's own files only and send raw packets, where procd-ujail is installed"},
	}
	types  = map[string]string{"link": "list(string)", "target": "list(cidr)", "tls": "bool"}
	router = map[string]string{"listen": "lan:8480", "state": "/etc/homesweep/state", "every": "6h"}
	says   = map[string]string{
		"listen": "where the dashboard is served: a network of /etc/config/network or an address of the home, and a port from 1024 on",
		"state":  "directory of the database, the login ledger and your decisions, with homesweep in its path, in a directory of root's that is there and mounted",
		"touch":  "how far it goes by itself until you say otherwise on the dashboard",
		"logins": "which logins it may try where you allow that on the dashboard: documented, or common to add the few generic ones",
		"link":   "look on these interfaces only",
		"target": "look at these parts of the network only, such as 192.168.1.0/26 or one address",
		"every":  "time between two sweeps, a minute or more",
		"log":    "how much is said in logread",
	}
	takes = map[string]string{
		"link": "list of interfaces", "target": "list of networks", "listen": "NETWORK:PORT or ADDRESS:PORT",
		"state": "directory", "every": "6h, 90m", "quiet": "22:30-07:00", "pull": "https address",
	}
)

// Options is the table, in the order of OPTIONS.md.
func Options() []Option {
	list := []Option{enabled}
	defaults := config.Daemon()
	for _, o := range config.Options {
		if o.Once {
			continue
		}
		u := Option{Name: strings.ReplaceAll(o.Name, "-", "_"), Flag: o.Name, Value: takes[o.Name], Words: o.Words, Default: o.Get(defaults), Doc: o.Doc}
		if o.Watch != nil {
			u.Words = o.Watch
		}
		if text, ok := router[o.Name]; ok {
			u.Default = text
		}
		if text, ok := says[o.Name]; ok {
			u.Doc = text
		}
		u.Type = types[o.Name]
		switch {
		case u.Type != "":
		case u.Words == nil:
			u.Type = "string"
		default:
			u.Type = `or("` + strings.Join(u.Words, `", "`) + `")`
		}
		if u.Words != nil {
			u.Value = strings.Join(u.Words, ", ")
		}
		list = append(list, u)
	}
	return append(list, itsOwn...)
}

// Markdown is OPTIONS.md.
func Markdown() string {
	var b strings.Builder
	b.WriteString(`# Options of /etc/config/homesweep

All are in the one section ` + "`config homesweep 'main'`" + `. This page is made from the table that
the daemon's flags are made of; the same table holds for the init script and LuCI's form.

| Option | Takes | Default | What it sets | Flag |
| --- | --- | --- | --- | --- |
`)
	for _, o := range Options() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", o.Name, o.Value, code("", o.Default), o.Doc, code("-", o.Flag))
	}
	b.WriteString(`
A value that is none of these is named in ` + "`logread`" + `, with what would be one. ` + "`enabled`, `link`,\n`target`, `listen` and `state`" + ` are not guessed: with a bad value the service does not start. Of all
others the default holds instead.

` + "`memory`" + ` is given in the environment, which the jail of an older procd keeps from the daemon: it goes by
what memory there is then, and its first line in the log says what by.

After a change by hand: ` + "`service homesweep reload`" + `. The daemon is restarted only where that changes
how it is started; else it looks anew at the interfaces and the router's settings.
`)
	return b.String()
}

func code(before, text string) string {
	if text == "" {
		return "–"
	}
	return "`" + before + text + "`"
}
