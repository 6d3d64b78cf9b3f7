package main

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/knowledge/oui"
)

// row is one registration: a prefix of 24, 28 or 36 bits, left-aligned in six
// octets, and its holder.
type row struct {
	prefix [6]byte
	holder string
}

// pack writes the table that package oui searches; rows are keyed by their
// prefix's bits. Holders of many blocks get the small numbers and the rest
// their order of appearance, which packs best.
func pack(rows map[int][]row) (string, error) {
	var all []row
	for _, bits := range sizes {
		slices.SortFunc(rows[bits], func(a, b row) int { return slices.Compare(a.prefix[:], b.prefix[:]) })
		all = append(all, rows[bits]...)
	}
	names := numbered(all)
	phrases := learn(names)
	if len(phrases) > oui.MaxPhrases || len(names) > 1<<16 {
		return "", fmt.Errorf("%d phrases and %d names are more than the table's form can number", len(phrases), len(names))
	}
	number := map[string]int{}
	for i, name := range names {
		number[name] = i
	}
	out := []byte("OUI1")
	for _, n := range []int{len(rows[24]), len(rows[28]), len(rows[36]), len(phrases), len(names)} {
		out = binary.BigEndian.AppendUint32(out, uint32(n))
	}
	for _, bits := range sizes {
		out = appendBlocks(out, rows[bits], (bits+7)/8, number)
	}
	return string(appendNames(appendPhrases(out, phrases), names, phrases)), nil
}

// sizes are the registries' prefixes in bits.
var sizes = []int{24, 28, 36}

// numbered gives the holders in the order of their numbers.
func numbered(rows []row) []string {
	count, first := map[string]int{}, map[string]int{}
	for i, r := range rows {
		if count[r.holder]++; count[r.holder] == 1 {
			first[r.holder] = i
		}
	}
	return slices.SortedFunc(maps.Keys(count), func(a, b string) int {
		return cmp.Or(count[b]-count[a], first[a]-first[b])
	})
}

func appendBlocks(out []byte, rows []row, octets int, number map[string]int) []byte {
	start := 0
	for first := range 256 {
		for start < len(rows) && int(rows[start].prefix[0]) < first {
			start++
		}
		out = binary.BigEndian.AppendUint16(out, uint16(start))
	}
	for column := 1; column < octets; column++ {
		for _, r := range rows {
			out = append(out, r.prefix[column])
		}
	}
	for _, shift := range []int{8, 0} {
		for _, r := range rows {
			out = append(out, byte(number[r.holder]>>shift))
		}
	}
	return out
}

func appendPhrases(out []byte, phrases []string) []byte {
	end := 0
	for _, p := range phrases {
		end += len(p)
		out = binary.BigEndian.AppendUint16(out, uint16(end))
	}
	return append(out, strings.Join(phrases, "")...)
}

func appendNames(out []byte, names, phrases []string) []byte {
	length, code := map[string]int{}, map[string]string{}
	for i, p := range phrases {
		code[p] = oui.Code(i)
		length[p] = len(code[p])
	}
	var text []byte
	for i, name := range names {
		if i%16 == 0 {
			out = append(out, byte(len(text)>>16), byte(len(text)>>8), byte(len(text)))
		}
		for _, piece := range spell(name, length) {
			text = append(text, cmp.Or(code[piece], piece)...)
		}
		text = append(text, 0)
	}
	return append(out, text...)
}
