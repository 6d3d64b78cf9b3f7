package ld

import (
	"cmd/link/internal/loader"
	"internal/abi"
	"strings"
)

// ownPath comes before every name of ours and tells nothing in our own log.
const ownPath = "github.com/homesweep/homesweep/"

// stackName is a function's name as a stack shows it. The runtime puts "..." for
// a generic function's types itself (funcNamePiecesForPrint).
func stackName(name string) string {
	if from, to := strings.IndexByte(name, '['), strings.LastIndexByte(name, ']'); from >= 0 && to > from {
		name = name[:from] + "[...]" + name[to+1:]
	}
	return strings.ReplaceAll(name, ownPath, "")
}

// withoutArguments takes from a function's data what prints the arguments of its
// calls in a stack, which are bare numbers there: nothing else reads it.
func withoutArguments(ldr *loader.Loader, funcdata []loader.Sym) []loader.Sym {
	for _, i := range []int{abi.FUNCDATA_ArgInfo, abi.FUNCDATA_ArgLiveInfo} {
		if i < len(funcdata) && funcdata[i] != 0 {
			ldr.SetAttrSpecial(funcdata[i], true) // what is not special is laid out and named
			ldr.SetAttrNotInSymbolTable(funcdata[i], true)
			funcdata[i] = 0
		}
	}
	for len(funcdata) > 0 && funcdata[len(funcdata)-1] == 0 {
		funcdata = funcdata[:len(funcdata)-1]
	}
	return funcdata
}
