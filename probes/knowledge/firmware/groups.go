package firmware

import (
	"fmt"
	"regexp/syntax"
	"sync"
	"unicode/utf8"
)

// groups are what the groups of an expression hold, the first at 1 as in package
// regexp; empty is one that took no part.
type groups [maxGroups + 1]string

// The bounds of an expression whose groups are read: how many it has and what it
// compiles to. With maxVersion they bound what a match costs.
const (
	maxGroups = 7
	maxInsts  = 384
)

// reading is form for an expression whose groups are wanted; it stands between ^
// and $. Package regexp makes a slice for the groups at each match. A look-up is to
// cost no memory, as each device is asked about at each sweep, so the matching is
// done here: backtracking over regexp's own program, each instruction at most once
// at each place of the text.
func reading(expr string) func(string) (groups, bool) {
	program := sync.OnceValue(func() *syntax.Prog {
		p, err := compiled(expr)
		if err != nil {
			panic(err)
		}
		return p
	})
	return func(text string) (groups, bool) {
		if len(text) > maxVersion {
			return groups{}, false
		}
		m := matcher{program: program(), text: text}
		if !m.matches(m.program.Start, 0) {
			return groups{}, false
		}
		return m.groups(), true
	}
}

func compiled(expr string) (*syntax.Prog, error) {
	tree, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return nil, err
	}
	p, err := syntax.Compile(tree.Simplify())
	if err == nil && (len(p.Inst) > maxInsts || p.NumCap > 2*len(groups{})) {
		err = fmt.Errorf("firmware: %d instructions or %d groups are too many: %s", len(p.Inst), p.NumCap/2-1, expr)
	}
	return p, err
}

// matcher is one match under way.
type matcher struct {
	program *syntax.Prog
	text    string
	at      [2 * (maxGroups + 1)]int // where groups begin and end, plus one
	been    [maxInsts * (maxVersion + 1) / 64]uint64
}

// matches reports whether the text from at on is what the program from pc on takes.
func (m *matcher) matches(pc, at int) bool {
	for m.first(pc, at) {
		inst := &m.program.Inst[pc]
		pc = int(inst.Out)
		switch inst.Op {
		case syntax.InstMatch:
			return true
		case syntax.InstFail:
			return false
		case syntax.InstNop:
		case syntax.InstAlt, syntax.InstAltMatch:
			if m.matches(pc, at) {
				return true
			}
			pc = int(inst.Arg)
		case syntax.InstCapture:
			was := m.at[inst.Arg]
			m.at[inst.Arg] = at + 1
			if m.matches(pc, at) {
				return true
			}
			m.at[inst.Arg] = was
			return false
		case syntax.InstEmptyWidth:
			if syntax.EmptyOp(inst.Arg)&^m.border(at) != 0 {
				return false
			}
		default: // a rune
			r, size := utf8.DecodeRuneInString(m.text[at:])
			if size == 0 || !inst.MatchRune(r) {
				return false
			}
			at += size
		}
	}
	return false
}

// first reports whether the instruction was not yet tried there, and notes it.
func (m *matcher) first(pc, at int) bool {
	bit := pc*(maxVersion+1) + at
	word, mask := &m.been[bit/64], uint64(1)<<(bit%64)
	was := *word
	*word |= mask
	return was&mask == 0
}

// border is what can be said of the place between two runes.
func (m *matcher) border(at int) syntax.EmptyOp {
	before, after := rune(-1), rune(-1)
	if at > 0 {
		before, _ = utf8.DecodeLastRuneInString(m.text[:at])
	}
	if at < len(m.text) {
		after, _ = utf8.DecodeRuneInString(m.text[at:])
	}
	return syntax.EmptyOpContext(before, after)
}

func (m *matcher) groups() (g groups) {
	for i := range g {
		if begin, end := m.at[2*i], m.at[2*i+1]; begin > 0 && end > 0 {
			g[i] = m.text[begin-1 : end-1]
		}
	}
	return g
}
