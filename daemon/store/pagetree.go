package store

// page is one page with its overflow, or the page inside an inline bucket.
type page struct {
	id uint64
	b  []byte
}

func (p page) flags() uint16 { return order.Uint16(p.b[8:]) }
func (p page) count() int    { return int(order.Uint16(p.b[10:])) }

// elem is one element of a branch or leaf page.
type elem struct {
	flags      uint32 // of a leaf: 1 for a bucket
	child      uint64 // of a branch: the page below
	key, value []byte
}

// elem reads element i; ok is false when it points out of the page.
func (p page) elem(i int) (e elem, ok bool) {
	at := uint64(headSize + i*elemSize)
	if at+elemSize > uint64(len(p.b)) {
		return e, false
	}
	b := p.b[at:]
	var pos, ksize, vsize uint64
	if p.flags() == branchPage {
		pos, ksize, e.child = uint64(order.Uint32(b)), uint64(order.Uint32(b[4:])), order.Uint64(b[8:])
	} else {
		e.flags, pos = order.Uint32(b), uint64(order.Uint32(b[4:]))
		ksize, vsize = uint64(order.Uint32(b[8:])), uint64(order.Uint32(b[12:]))
	}
	if pos+ksize+vsize > uint64(len(b)) {
		return e, false
	}
	e.key, e.value = b[pos:pos+ksize], b[pos+ksize:pos+ksize+vsize]
	return e, true
}

// tree checks the pages from id down; keys is what the page above says of
// them. depth counts pages and buckets from the root.
func (c *pageCheck) tree(id uint64, keys span, depth int) (n int, err error) {
	if depth > maxDepth {
		return 0, bad("page %d lies too deep", id)
	}
	p, err := c.page(id)
	if err != nil {
		return 0, err
	}
	switch p.flags() {
	case leafPage:
		return p.count(), c.leaf(p, keys, depth)
	case branchPage:
		return p.count(), c.branch(p, keys, depth)
	}
	return 0, bad("page %d is neither branch nor leaf", id)
}

func (c *pageCheck) branch(p page, keys span, depth int) error {
	var elems []elem
	for i := range p.count() {
		e, ok := p.elem(i)
		if !ok || !keys.holds(i, e.key, lastKey(elems)) {
			return bad("page %d has a wrong entry %d", p.id, i)
		}
		elems = append(elems, e)
	}
	if len(elems) == 0 {
		return bad("page %d is a branch without children", p.id)
	}
	for i, e := range elems {
		below := span{first: e.key, end: keys.end}
		if i+1 < len(elems) {
			below.end = elems[i+1].key
		}
		if n, err := c.tree(e.child, below, depth+1); err != nil {
			return err
		} else if n == 0 {
			return bad("page %d is empty below a branch", e.child)
		}
	}
	return nil
}

func lastKey(elems []elem) []byte {
	if len(elems) == 0 {
		return nil
	}
	return elems[len(elems)-1].key
}

func (c *pageCheck) leaf(p page, keys span, depth int) error {
	var last []byte
	for i := range p.count() {
		e, ok := p.elem(i)
		if !ok || e.flags > 1 || !keys.holds(i, e.key, last) {
			return bad("page %d has a wrong entry %d", p.id, i)
		}
		last = e.key
		if e.flags == 1 {
			if err := c.bucket(p, e.value, depth); err != nil {
				return err
			}
		}
	}
	return nil
}

// bucket checks the bucket whose value is v: a tree of its own, or one leaf
// page kept inline.
func (c *pageCheck) bucket(p page, v []byte, depth int) error {
	if len(v) < bucketSize {
		return bad("page %d has a bucket without a head", p.id)
	}
	if root := order.Uint64(v); root != 0 {
		_, err := c.tree(root, span{}, depth+1)
		return err
	}
	inline := page{id: p.id, b: v[bucketSize:]}
	if len(inline.b) < headSize || inline.flags() != leafPage || depth > maxDepth {
		return bad("page %d has a wrong inline bucket", p.id)
	}
	return c.leaf(inline, span{}, depth+1)
}
