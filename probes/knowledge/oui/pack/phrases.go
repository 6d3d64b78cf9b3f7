package main

import (
	"cmp"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/homesweep/homesweep/probes/knowledge/oui"
)

// Bounds of the search for phrases. More merges make the table smaller and its
// squashfs image larger; these figures were the best of both in 2026-11.
const (
	merges    = 1600
	atOnce    = 16 // pairs merged in one pass over the names
	maxPhrase = 24 // bytes
)

// learn gives the phrases that names are best written with, the most useful
// first: byte pair encoding (Gage 1994), then a count of what a shortest
// spelling really uses. Letters beyond ASCII are always among them, because
// the table has no other way to write them.
func learn(names []string) []string {
	symbols := []string{""} // symbol 0 ends a name
	number := map[string]int{}
	intern := func(s string) int {
		if _, known := number[s]; !known {
			number[s] = len(symbols)
			symbols = append(symbols, s)
		}
		return number[s]
	}
	var text []int
	for _, name := range names {
		for _, r := range name {
			text = append(text, intern(string(r)))
		}
		text = append(text, 0)
	}
	for range merges / atOnce {
		pairs := frequent(text, symbols)
		if len(pairs) == 0 {
			break
		}
		merged := map[[2]int]int{}
		for _, p := range pairs {
			merged[p] = intern(symbols[p[0]] + symbols[p[1]])
		}
		text = join(text, merged)
	}
	return useful(names, symbols[1:])
}

// frequent gives the most frequent pairs of neighbours that share no symbol.
func frequent(text []int, symbols []string) [][2]int {
	count := map[[2]int]int{}
	for i := range len(text) - 1 {
		if text[i] != 0 && text[i+1] != 0 {
			count[[2]int{text[i], text[i+1]}]++
		}
	}
	pairs := slices.SortedFunc(maps.Keys(count), func(a, b [2]int) int {
		return cmp.Or(count[b]-count[a], a[0]-b[0], a[1]-b[1])
	})
	var best [][2]int
	taken := map[int]bool{}
	for _, p := range pairs {
		if count[p] < 4 || len(best) == atOnce {
			break
		}
		if taken[p[0]] || taken[p[1]] || len(symbols[p[0]])+len(symbols[p[1]]) > maxPhrase {
			continue
		}
		taken[p[0]], taken[p[1]] = true, true
		best = append(best, p)
	}
	return best
}

// join replaces the merged pairs in text by their symbols.
func join(text []int, merged map[[2]int]int) []int {
	out := text[:0]
	for i := 0; i < len(text); i++ {
		if i+1 < len(text) {
			if s, ok := merged[[2]int{text[i], text[i+1]}]; ok {
				out = append(out, s)
				i++
				continue
			}
		}
		out = append(out, text[i])
	}
	return out
}

// useful counts how often a shortest spelling of the names uses each phrase
// and keeps those that save more than they cost.
func useful(names, phrases []string) []string {
	length := map[string]int{} // bytes of a phrase's code
	for _, p := range phrases {
		if len(p) > 1 {
			length[p] = 2
		}
	}
	var kept []string
	for range 3 {
		uses := map[string]int{}
		for _, name := range names {
			for _, p := range spell(name, length) {
				uses[p]++
			}
		}
		kept = slices.SortedFunc(maps.Keys(length), func(a, b string) int {
			return cmp.Or(cmp.Compare(uses[b], uses[a]), cmp.Compare(a, b))
		})
		kept = slices.DeleteFunc(kept, func(p string) bool {
			_, letter := utf8.DecodeRuneInString(p)
			return uses[p]*(len(p)-length[p]) <= len(p)+2 && letter != len(p)
		})
		clear(length)
		for i, p := range kept {
			length[p] = len(oui.Code(i))
		}
	}
	return kept
}

// spell cuts name into the phrases and single letters with the shortest code.
func spell(name string, length map[string]int) []string {
	cost := make([]int, len(name)+1)
	last := make([]int, len(name)+1) // bytes of the piece that ends here
	for end := 1; end <= len(name); end++ {
		cost[end] = 1 << 30
		for n := 1; n <= min(end, maxPhrase); n++ {
			price, known := length[name[end-n:end]]
			if n == 1 && !known && name[end-1] < utf8.RuneSelf {
				price, known = 1, true
			}
			if known && cost[end-n]+price < cost[end] {
				cost[end], last[end] = cost[end-n]+price, n
			}
		}
	}
	var pieces []string
	for end := len(name); end > 0; end -= last[end] {
		pieces = append(pieces, name[end-last[end]:end])
	}
	slices.Reverse(pieces)
	return pieces
}
