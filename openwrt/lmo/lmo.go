// Command lmo makes of a translation, lmo IN.po OUT.lmo, the file that LuCI reads on
// the router. Inside an SDK LuCI's own po2lmo does; this is for packages made
// without one.
package main

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"os"
	"slices"
	"strings"
)

// message is an entry of a .po file (GNU gettext manual, "PO Files").
type message struct {
	context, id, plural string
	texts               []string // by plural form; one without
}

// entry is what the file's index says of a text: under which hash it is looked up,
// its plural form and one, where it begins and how long it is.
type entry struct{ key, form, offset, length uint32 }

// Parse reads the messages of a .po file, of which the first may have no id and the
// file's header for a text.
func Parse(po string) []message {
	var all []message
	var into *string
	for line := range strings.Lines(po) {
		word, quoted, found := strings.Cut(strings.TrimSpace(line), `"`)
		if !found || strings.HasPrefix(word, "#") {
			continue
		}
		word = strings.TrimSpace(word)
		if began := word == "msgctxt" || word == "msgid"; began && (len(all) == 0 || len(all[len(all)-1].texts) > 0) {
			all = append(all, message{})
		}
		if len(all) == 0 {
			continue
		}
		m := &all[len(all)-1]
		switch {
		case word == "msgctxt":
			into = &m.context
		case word == "msgid":
			into = &m.id
		case word == "msgid_plural":
			into = &m.plural
		case strings.HasPrefix(word, "msgstr"):
			m.texts = append(m.texts, "")
			into = &m.texts[len(m.texts)-1]
		}
		*into += unquote(strings.TrimSuffix(quoted, `"`))
	}
	return all
}

// unquote takes the backslash from quotes and backslashes; LuCI keeps other escapes
// as they are.
func unquote(s string) string { return strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(s) }

// Pack gives the file for the messages: the texts, each filled up to four bytes, the
// index sorted by hash, and where the index begins; numbers are big-endian
// (openwrt/luci, modules/luci-base/src/po2lmo.c). It is empty without any text.
func Pack(all []message) []byte {
	var out []byte
	var index []entry
	add := func(key, form uint32, text string) {
		index = append(index, entry{key, form, uint32(len(out)), uint32(len(text))})
		out = append(out, text...)
		out = append(out, make([]byte, (4-len(text)%4)%4)...)
	}
	for _, m := range all {
		if m.id == "" {
			if _, rest, found := strings.Cut(strings.Join(m.texts, ""), "Plural-Forms: "); found {
				rule, _, _ := strings.Cut(rest, `\n`)
				add(0, 0, rule)
			}
			continue
		}
		for form, text := range m.texts {
			if key := Hash(m.key(form)); text != "" && key != Hash(text) {
				add(key, uint32(len(m.texts)), text)
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	slices.SortFunc(index, func(a, b entry) int { return cmp.Compare(a.key, b.key) })
	at := uint32(len(out))
	for _, e := range index {
		for _, n := range []uint32{e.key, e.form, e.offset, e.length} {
			out = binary.BigEndian.AppendUint32(out, n)
		}
	}
	return binary.BigEndian.AppendUint32(out, at)
}

// key is what the message's form is looked up by.
func (m message) key(form int) string {
	key := m.id
	if m.context != "" {
		key = m.context + "\x01" + key
	}
	if m.plural != "" {
		key += fmt.Sprintf("\x02%d", form)
	}
	return key
}

// Hash is Paul Hsieh's SuperFastHash with the length for its seed, as LuCI has it;
// a last odd byte counts as signed.
func Hash(s string) uint32 {
	hash := uint32(len(s))
	for ; len(s) >= 4; s = s[4:] {
		hash += pair(s)
		hash = hash<<16 ^ pair(s[2:])<<11 ^ hash
		hash += hash >> 11
	}
	switch len(s) {
	case 3:
		hash += pair(s)
		hash ^= hash << 16
		hash ^= uint32(int32(int8(s[2])) << 18)
		hash += hash >> 11
	case 2:
		hash += pair(s)
		hash ^= hash << 11
		hash += hash >> 17
	case 1:
		hash += uint32(int32(int8(s[0])))
		hash ^= hash << 10
		hash += hash >> 1
	}
	hash ^= hash << 3
	hash += hash >> 5
	hash ^= hash << 4
	hash += hash >> 17
	hash ^= hash << 25
	return hash + hash>>6
}

// pair is the number that s begins with.
func pair(s string) uint32 { return uint32(s[0]) | uint32(s[1])<<8 }

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "Usage: lmo IN.po OUT.lmo")
		os.Exit(2)
	}
	po, err := os.ReadFile(os.Args[1])
	if err == nil {
		packed := Pack(Parse(string(po)))
		if packed == nil {
			err = fmt.Errorf("%s translates nothing", os.Args[1])
		} else {
			err = os.WriteFile(os.Args[2], packed, 0o644) //nolint:gosec // part of a package
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "lmo:", err)
		os.Exit(1)
	}
}
