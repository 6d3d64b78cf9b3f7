package census

import "slices"

// slot is the entry for key in list, which is in ascending order, or a fresh one
// put there; nil when the list is full of lower ones. Only the limit lowest are
// kept: what is among the lowest of all that ever came was so at every moment
// before, and was never thrown out. So the order of arrival does not matter.
// The pointer is good until the next call on the list.
func slot[E, K any](list *[]E, limit int, key K, compare func(E, K) int, fresh func(K) E) *E {
	i, found := slices.BinarySearchFunc(*list, key, compare)
	if !found {
		if i >= limit {
			return nil
		}
		if len(*list) >= limit {
			clear((*list)[limit-1:])
			*list = (*list)[:limit-1]
		}
		*list = slices.Insert(*list, i, fresh(key))
	}
	return &(*list)[i]
}

func addOne[T comparable](list []T, one T, limit int) []T {
	if slices.Contains(list, one) || len(list) >= limit {
		return list
	}
	return append(list, one)
}
