package local

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// Bounds of a page. The bus of OpenWrt takes 1 MiB at once and its daemon reads
// 256 KiB of a program (openwrt/rpcd, include/rpcd/exec.h).
const (
	PageBytes = 200 << 10 // of one page's JSON, at most
	PageSize  = 50        // objects of a page whose size nobody named
	maxPage   = 200       // objects of any page
	roomFor   = 1 << 10   // bytes of what stands around the objects
)

// Page says which part of a list is wanted.
type Page struct {
	Offset int // objects to leave out first; below 0 counts as 0
	Limit  int // objects wanted; 0 or less is PageSize, and 200 the most
}

// pageOf reads a request's page; what makes no sense counts as not said.
func pageOf(r *http.Request) Page {
	offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	return Page{offset, limit}
}

func (p Page) query() string {
	return "?offset=" + strconv.Itoa(p.Offset) + "&limit=" + strconv.Itoa(p.Limit)
}

// bounded is p within its bounds, of a list of total objects.
func (p Page) bounded(total int) Page {
	p.Offset = min(max(p.Offset, 0), total)
	if p.Limit <= 0 {
		p.Limit = PageSize
	}
	p.Limit = min(p.Limit, maxPage, total-p.Offset)
	return p
}

// fill gives the page's objects as JSON, as many as PageBytes has room for and one
// at least, unless the list ends. one gives the object at a place of the list, in
// full or, where it alone would be too long, in short.
func (p Page) fill(one func(at int, short bool) any) []json.RawMessage {
	list, left := []json.RawMessage{}, PageBytes-roomFor
	for at := p.Offset; at < p.Offset+p.Limit; at++ {
		b, err := json.Marshal(one(at, false))
		if err != nil || len(b) > PageBytes-roomFor {
			b, err = json.Marshal(one(at, true))
		}
		if err != nil || len(b)+1 > left {
			break
		}
		list, left = append(list, b), left-len(b)-1
	}
	return list
}
