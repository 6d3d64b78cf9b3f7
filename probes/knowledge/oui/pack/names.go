package main

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/homesweep/homesweep/probes/lan"
)

// maxWords is how many words of a holder's name are kept.
const maxWords = 4

// holder makes a short name out of a registration: the first line without
// legal form, city and the general words at its end. It is empty where the
// registry names nobody: private registrations and blocks that IEEE has cut
// into smaller ones.
func holder(registration string) string {
	name, _, _ := strings.Cut(registration, "\n")
	name = strings.TrimSpace(name)
	if strings.EqualFold(name, "private") || name == "IEEE Registration Authority" {
		return ""
	}
	words := strings.FieldsFunc(lan.Printable(name, lan.MaxValue), func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(`,;"()，（）`, r)
	})
	for i, w := range words {
		if i > 0 && closing[plain(w)] {
			words = words[:i] // "Motorola Mobility LLC, a Lenovo Company"
			break
		}
	}
	words = without(words, 1, forms)
	for len(words) > 2 && cities[plain(words[0])] {
		words = words[1:]
	}
	words = without(words, 2, general)
	return strings.TrimRight(strings.Join(without(words[:min(len(words), maxWords)], 1, forms), " "), ".-&")
}

// without drops words at the end that are in list, down to the first keep.
func without(words []string, keep int, list map[string]bool) []string {
	for len(words) > keep && list[plain(words[len(words)-1])] {
		words = words[:len(words)-1]
	}
	return words
}

// plain is a word as the lists below have it.
func plain(word string) string {
	return strings.ReplaceAll(strings.Trim(strings.ToLower(word), ".-&'"), ".", "")
}

// closing are legal forms after which a company's own name is over.
var closing = set(`inc incorporated ltd limited co coltd corp llc llp gmbh pty pte pvt sdn indco`)

// forms are ends of a name that say what kind of company it is, or join it to
// words that were cut off.
var forms = set(`corporation company ag kg lc bv nv sa srl spa ab oy oyj as a/s aps plc private sas kk k lda
	ltda sl sp z oo zoo mfg ind kft bhd ooo cv se eg ev ek eirl doo dd jsc ojsc zao ao lp und and of the for ent a cie sro sarl sàrl`)

// cities are first words that say where a holder sits, as "Shenzhen".
var cities = set(`hangzhou zhejiang shenzhen beijing shanghai guangzhou guangdong hefei nanjing xiamen
	suzhou dongguan chengdu wuhan ningbo fujian jiangsu sichuan shandong qingdao xian tianjin chongqing hunan
	hubei zhuhai anhui wuxi foshan fuzhou huizhou jiangxi henan zhengzhou changsha shenyang dalian shen zhen`)

// general are words at the end of many names that tell no holder from another.
var general = set(`technology technologies electronics electronic systems system communications
	communication international solutions group products company industrial industries industry networks
	network digital information equipment science development electric telecommunications telecom engineering
	instruments services devices tech intelligent`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// settle gives every word the spelling that most names have, so that "HUAWEI"
// and "Huawei" are one holder.
func settle(names []string) map[string]string {
	count := map[string]int{}
	for _, name := range names {
		for w := range strings.FieldsSeq(name) {
			count[calm(w)]++
		}
	}
	best := map[string]string{}
	for w, n := range count {
		low := strings.ToLower(w)
		old, known := best[low]
		if !known || cmp.Or(cmp.Compare(n, count[old]), shape(w)-shape(old), cmp.Compare(w, old)) > 0 {
			best[low] = w
		}
	}
	settled := map[string]string{}
	for _, name := range names {
		words := strings.Fields(name)
		for i, w := range words {
			words[i] = best[strings.ToLower(w)]
		}
		settled[name] = strings.Join(words, " ")
	}
	return settled
}

// shape prefers "Hon" to "hon" and that to "HON" where names are divided.
func shape(word string) int {
	switch first, _ := utf8.DecodeRuneInString(word); {
	case word == strings.ToUpper(word):
		return 0
	case unicode.IsUpper(first):
		return 2
	default:
		return 1
	}
}

// calm lowers the voice of a long word that is all capitals, as half the
// registry is: "TP-LINK" is "TP-Link", "HTC" stays.
func calm(word string) string {
	if len(word) < 5 || word != strings.ToUpper(word) {
		return word
	}
	letters := []rune(word)
	for i := 0; i < len(letters); {
		end := i
		for end < len(letters) && unicode.IsLetter(letters[end]) {
			end++
		}
		if end-i > 3 {
			copy(letters[i+1:end], []rune(strings.ToLower(string(letters[i+1:end]))))
		}
		i = end + 1
	}
	return string(letters)
}
