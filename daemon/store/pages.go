package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
)

// Before bbolt maps a file, checkPages reads it as plain bytes. bbolt trusts
// its pages: a flipped length makes it read outside the mapping, ask for
// gigabytes, or panic in a goroutine of its own where nobody can recover. The
// layout is version 2 of bbolt's file (internal/common/page.go, meta.go,
// inode.go of v1.5.0), in the machine's own byte order.

const (
	pageSize   = 4096 // of every database we make, whatever the machine's is
	headSize   = 16   // id 8, flags 2, count 2, overflow 4
	elemSize   = 16   // of a branch or leaf element
	bucketSize = 16   // root 8, sequence 8
	metaSize   = 64
	maxDepth   = 32 // levels of one tree; 64 GiB would need 6

	branchPage   = 0x01
	leafPage     = 0x02
	freelistPage = 0x10
	noFreelist   = ^uint64(0) // in a meta page: all pages that are not used are free

	boltMagic   = 0xED0CDAED
	boltVersion = 2
)

var order = binary.NativeEndian

// bad is a damage that checkPages found.
func bad(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrDamaged}, args...)...)
}

// checkPages walks every page that the newest sound meta page leads to: each is
// what it says it is, is used once, stays within the file, and has its keys in
// order; all others are in the freelist, where there is one. The error is ErrDamaged, or the
// reader's own under it.
func checkPages(r io.ReaderAt, size int64) error {
	m, err := newestMeta(r, size)
	if err != nil {
		return err
	}
	if m.high < 4 || m.high > uint64(size)/pageSize {
		return bad("it should have %d pages of %d bytes but is %d bytes long", m.high, pageSize, size)
	}
	c := &pageCheck{r: r, used: make([]bool, m.high)}
	c.used[0], c.used[1] = true, true
	if _, err := c.tree(m.root, span{}, 0); err != nil {
		return err
	}
	if m.freelist == noFreelist {
		return nil
	}
	if err := c.freelist(m.freelist); err != nil {
		return err
	}
	for id, used := range c.used {
		if !used {
			return bad("page %d is neither used nor free", id)
		}
	}
	return nil
}

type metaPage struct{ root, freelist, high, txid uint64 }

// newestMeta is the meta page that bbolt will go by. A power cut while one was
// being written leaves the other, one commit older; that is no damage.
func newestMeta(r io.ReaderAt, size int64) (newest metaPage, err error) {
	if size < 4*pageSize {
		return newest, bad("it is only %d bytes long", size)
	}
	found := false
	for i := range int64(2) {
		var b [metaSize]byte
		if _, err := r.ReadAt(b[:], i*pageSize+headSize); err != nil {
			return newest, bad("read: %w", err)
		}
		h := fnv.New64a()
		h.Write(b[:56])
		if order.Uint32(b[0:]) != boltMagic || order.Uint32(b[4:]) != boltVersion ||
			order.Uint32(b[8:]) != pageSize || order.Uint64(b[56:]) != h.Sum64() {
			continue
		}
		m := metaPage{order.Uint64(b[16:]), order.Uint64(b[32:]), order.Uint64(b[40:]), order.Uint64(b[48:])}
		if !found || m.txid > newest.txid {
			newest, found = m, true
		}
	}
	if !found {
		return newest, bad("both of its meta pages are invalid")
	}
	return newest, nil
}

// pageCheck is one walk over a file.
type pageCheck struct {
	r    io.ReaderAt
	used []bool // by page id
}

// page reads page id with its overflow, once in a walk.
func (c *pageCheck) page(id uint64) (p page, err error) {
	var head [headSize]byte
	if id >= uint64(len(c.used)) {
		return p, bad("page %d lies outside the file", id)
	}
	if _, err := c.r.ReadAt(head[:], int64(id)*pageSize); err != nil {
		return p, bad("read: %w", err)
	}
	n := uint64(order.Uint32(head[12:])) + 1
	if order.Uint64(head[0:]) != id || id+n > uint64(len(c.used)) {
		return p, bad("page %d has the wrong head", id)
	}
	for i := id; i < id+n; i++ {
		if c.used[i] {
			return p, bad("page %d is used twice", i)
		}
		c.used[i] = true
	}
	p = page{id: id, b: make([]byte, n*pageSize)}
	if _, err := c.r.ReadAt(p.b, int64(id)*pageSize); err != nil {
		return p, bad("read: %w", err)
	}
	return p, nil
}

// freelist checks that the page's ids are all pages that nothing else uses.
func (c *pageCheck) freelist(id uint64) error {
	p, err := c.page(id)
	if err != nil {
		return err
	}
	ids, count := p.b[headSize:], uint64(p.count())
	if count == 0xFFFF { // then the true count stands first
		count, ids = order.Uint64(ids), ids[8:]
	}
	if p.flags() != freelistPage || count > uint64(len(ids)/8) {
		return bad("page %d is not a freelist", id)
	}
	for ; count > 0; count, ids = count-1, ids[8:] {
		free := order.Uint64(ids)
		if free >= uint64(len(c.used)) || c.used[free] {
			return bad("page %d is in the freelist and in use", free)
		}
		c.used[free] = true
	}
	return nil
}

// span is where a tree's keys have to lie: first exactly, and all below end.
// nil leaves that side open.
type span struct{ first, end []byte }

func (s span) holds(i int, key, last []byte) bool {
	switch {
	case len(key) == 0, s.end != nil && bytes.Compare(key, s.end) >= 0:
		return false
	case i == 0:
		return s.first == nil || bytes.Equal(key, s.first)
	}
	return bytes.Compare(last, key) < 0
}
